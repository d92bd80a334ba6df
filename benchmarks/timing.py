"""Timing two things fairly on a noisy machine."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

Clock = Callable[[], float]


def seconds(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """Time of one call: on the wall, or with ``time.process_time`` of the processor."""
    start = clock()
    work()
    return clock() - start


def compare(
    name: str,
    ours: Callable[[], object],
    yardstick: Callable[[], object],
    rounds: int = 5,
    clock: Clock = time.perf_counter,
) -> float:
    """Print and return the median of ours / yardstick over rounds in which each runs once, in turn."""
    pairs = [(seconds(ours, clock), seconds(yardstick, clock)) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    sys.stdout.write(f"{name:<44} {mine:8.3f} s  / {theirs:8.3f} s  = {ratio:5.2f}\n")
    sys.stdout.flush()
    return ratio
