"""Run times of two pieces of work, compared fairly on a noisy machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

Clock = Callable[[], float]


class Usage(NamedTuple):
    """Seconds on the wall, seconds of the processor and peak memory in MB of a run."""

    wall: float
    cpu: float
    peak: float = float("nan")


def measure(work: Callable[[], object]) -> Usage:
    """Time of one call by both clocks, without memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Usage(time.perf_counter() - wall, time.process_time() - cpu)


def seconds(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """Time of one call: on the wall, or of the processor with ``time.process_time``."""
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
    """Print and return the median of ours / yardstick over rounds in which each runs once, alternating."""
    pairs = [(seconds(ours, clock), seconds(yardstick, clock)) for _ in range(rounds)]
    return print_ratio(name, pairs)


def print_ratio(name: str, pairs: Sequence[tuple[float, float]]) -> float:
    """Print the medians of ours and theirs, in seconds; return the median of their ratios."""
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<52} {ours:8.3f} s  / {theirs:8.3f} s  = {ratio:5.2f}", flush=True)
    return ratio


def print_usage(name: str, runs: Sequence[Usage]) -> None:
    """Print the medians of some runs."""
    wall, cpu, peak = (statistics.median(values) for values in zip(*runs, strict=True))
    print(f"{name:<38} {wall:7.3f} s  cpu {cpu:7.3f} s  {peak:7.0f} MB", flush=True)


def print_usage_ratio(name: str, pairs: Sequence[tuple[Usage, Usage]]) -> None:
    """Print the medians of ours / theirs, on the wall and of the processor."""
    wall, cpu = (statistics.median(ours[i] / theirs[i] for ours, theirs in pairs) for i in (0, 1))
    print(f"{name:<38} {wall:7.2f}    cpu {cpu:7.2f}", flush=True)
