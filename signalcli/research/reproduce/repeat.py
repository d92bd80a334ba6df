"""Means and standard deviations of a system's measurements over random seeds, ours and plain Keras'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

import numpy as np

from signalcli.models.neural.architecture import GATES
from signalcli.research.reproduce.plain_keras import Make, as_is, in_plain_keras
from signalcli.research.reproduce.reproduction import Measurement, Reproduction
from signalcli.research.reproduce.settings import Repeats

Run = Callable[[int, Make], Reproduction]
"""From a random seed and the networks that are fitted to the measurements."""


def repeat(run: Run, seed: int, repeats: Repeats) -> Reproduction:
    """Measurements averaged over ``repeats.seeds`` seeds from ``seed`` on, with the figure of the first."""
    seeds = [(seed + number) % 2**32 for number in range(repeats.seeds)]
    ours = [run(number, as_is) for number in seeds]
    keras = [run(number, in_plain_keras).rows for number in seeds] if repeats.keras else []
    rows = [average(column) for column in zip(*(results.rows for results in ours), strict=True)]
    for number, column in enumerate(zip(*keras, strict=True)):
        if is_network(column[0].variant):
            mean, deviation = mean_and_deviation([row.ours for row in column])
            rows[number] = rows[number]._replace(keras=mean, keras_sd=deviation)
    return ours[0]._replace(rows=rows)


def is_network(variant: str) -> bool:
    """Whether a variant, such as ``lstm on returns``, is a recurrent network."""
    return variant.partition(" ")[0] in GATES


def average(rows: Sequence[Measurement]) -> Measurement:
    """One measurement of several seeds."""
    mean, deviation = mean_and_deviation([row.ours for row in rows])
    naive, seconds = (float(np.mean([getattr(row, name) for row in rows])) for name in ("naive", "seconds"))
    return rows[0]._replace(ours=mean, ours_sd=deviation, naive=naive, seconds=seconds, seeds=len(rows))


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (ddof 1) of values; NaN for the deviation of one."""
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else nan
