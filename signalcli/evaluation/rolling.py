"""Statistics over a moving window of bars, each with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.metrics.record import Record
from signalcli.evaluation.metrics.sharpe import moments, sharpe_error
from signalcli.evaluation.significance.normal import quantile
from signalcli.evaluation.significance.shares import share_interval

FEWEST = 20  # bars of a window
Statistic = Callable[[int, int], tuple[float, float, float]]  # of the bars from first to before end


class Rolling(NamedTuple):
    """A statistic of the window that ends at each date, and its interval; each (n_points,)."""

    dates: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def window_length(record: Record) -> int:
    """Bars of a window: a year, or a quarter of the record where that is shorter; at least `FEWEST`."""
    quarter = len(record.net) // 4
    year = round(record.per_year) if math.isfinite(record.per_year) else quarter
    return max(min(year, quarter), FEWEST)


def years(record: Record) -> float:
    """Years of the record; 0 where its bars do not tell how many make a year."""
    return len(record.net) / record.per_year if math.isfinite(record.per_year) else 0.0


def rolling_sharpe(record: Record, bars: int, points: int = 120) -> Rolling:
    """Annualized Sharpe ratio of the last ``bars`` net returns, at ``points`` dates at most.

    The interval is that of Mertens' standard error (2002). NaN where returns do not vary.
    """
    return _roll(record, bars, points, lambda first, end: _sharpe(record, first, end))


def rolling_accuracy(record: Record, bars: int, points: int = 120) -> Rolling:
    """Accuracy of the judged rows among the last ``bars`` bars, at ``points`` dates at most.

    The interval is that of `share_interval`. NaN where no row is judged.
    """
    correct = record.y == record.predicted
    place = np.searchsorted(record.dates, record.label_dates)

    def of_window(first: int, end: int) -> tuple[float, float, float]:
        inside = (place >= first) & (place < end)
        if not inside.any():
            return math.nan, math.nan, math.nan
        return float(np.mean(correct[inside])), *share_interval(
            correct[inside], record.horizon, place[inside]
        )

    return _roll(record, bars, points, of_window)


def _roll(record: Record, bars: int, points: int, statistic: Statistic) -> Rolling:
    n = len(record.net)
    last = np.unique(np.linspace(bars - 1, n - 1, points).astype("int64")) if n >= bars else np.array([], int)
    rows = [statistic(int(i) + 1 - bars, int(i) + 1) for i in last]
    value, low, high = np.array(rows, dtype="float64").reshape(-1, 3).T
    return Rolling(record.dates[last], value, low, high)


def _sharpe(record: Record, first: int, end: int) -> tuple[float, float, float]:
    net = record.net[first:end]
    of_window = moments(net)
    value = of_window[0] * math.sqrt(record.per_year)
    half = quantile(0.975) * sharpe_error(of_window, net, record.per_year)
    return value, value - half, value + half
