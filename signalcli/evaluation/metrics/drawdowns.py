"""Falls of the equity one by one, and bars that gain or lose in a row. Undefined is NaN.

``drawdown`` (n_bars,) is 1 - equity / its peak, ``net`` (n_bars,) net returns.
"""

import numpy as np

from signalcli.evaluation.metrics.moments import mean
from signalcli.evaluation.metrics.performance import NAN, ROUNDING


def falls(drawdown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Depth and length in bars of each stretch below a peak, the last one perhaps unfinished."""
    starts, ends = stretches(drawdown > ROUNDING)
    depths = [float(np.max(drawdown[a:b])) for a, b in zip(starts, ends, strict=True)]
    return np.array(depths), ends - starts


def stretches(where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First position, and the one behind the last, of each run of true values."""
    change = np.diff(np.concatenate([[False], where, [False]]).astype("int8"))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def average_depth(drawdown: np.ndarray) -> float:
    """Mean depth of the falls, a fraction ≥ 0."""
    return mean(falls(drawdown)[0])


def average_length(drawdown: np.ndarray) -> float:
    """Mean number of bars that a fall lasts."""
    return mean(falls(drawdown)[1].astype("float64"))


def under_water(drawdown: np.ndarray) -> float:
    """Share of the bars below a peak."""
    return mean((drawdown > ROUNDING).astype("float64"))


def recovery_bars(drawdown: np.ndarray) -> float:
    """Bars from the bottom of the largest fall to the peak again; NaN while it is not reached."""
    if not len(drawdown) or np.max(drawdown) <= ROUNDING:
        return NAN
    bottom = int(np.argmax(drawdown))
    back = np.flatnonzero(drawdown[bottom:] <= ROUNDING)
    return float(back[0]) if len(back) else NAN


def longest(where: np.ndarray) -> float:
    """Most true values in a row."""
    starts, ends = stretches(where)
    return float(np.max(ends - starts, initial=0)) if len(where) else NAN
