"""Timing two things fairly on a noisy machine."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], yardstick: Callable[[], object], rounds: int = 5) -> float:
    """Print and return the median of ours / yardstick over rounds in which each runs once, in turn."""
    pairs = [(seconds(ours), seconds(yardstick)) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    sys.stdout.write(f"{name:<44} {mine:8.3f} s  / {theirs:8.3f} s  = {ratio:5.2f}\n")
    sys.stdout.flush()
    return ratio
