"""One column of one symbol: training windows, and the places where forecasts start."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.forecast import POSITIVE, ForecastConfig
from signalcli.data.interval import future_date, infer_interval
from signalcli.errors import DataError, first_of, printable

MIN_WINDOWS = 2  # training windows that a model needs


class Series(NamedTuple):
    """Dates and values of one symbol, (n,) each; the first ``train`` of them are the training part."""

    symbol: str
    dates: np.ndarray
    values: np.ndarray
    train: int

    def training_windows(self, length: int) -> np.ndarray:
        """All windows of the training part with the value after each, (n, length + 1), oldest first."""
        return np.lib.stride_tricks.sliding_window_view(self.values[: self.train], length + 1).copy()

    def block_starts(self, config: ForecastConfig) -> np.ndarray:
        """Number of the first bar of each forecast block."""
        if config.steps is not None:
            return np.array([self.train])
        return np.arange(self.train, len(self.values), config.block)

    def windows_before(self, starts: np.ndarray, length: int) -> np.ndarray:
        """True values before each start, (n, length)."""
        return self.values[starts[:, np.newaxis] + np.arange(-length, 0)]

    def bars(self, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Dates and values of ``count`` bars from number ``first`` on; values of future bars are NaN.

        Future dates are estimated: the weekdays of the last bars, without holidays.
        """
        dates, values = (part[first : first + count] for part in (self.dates, self.values))
        future = count - len(dates)
        if not future:
            return dates, values
        interval = infer_interval([self.dates]) or "1d"
        future_dates = [future_date(self.dates, k, interval) for k in range(1, future + 1)]
        return np.concatenate([dates, future_dates]), np.concatenate([values, np.full(future, np.nan)])


class SeriesList(NamedTuple):
    """The series that can be forecast, and why the other symbols cannot."""

    series: list[Series]
    faults: list[DataError]


def make_series(bars: pd.DataFrame, config: ForecastConfig) -> SeriesList:
    """The series of every symbol that has enough to train on and to forecast.

    Raises the DataError of the first other symbol when no symbol remains, and with ``require_all``.
    """
    made = [_series_or_fault(str(symbol), rows, config) for symbol, rows in bars.groupby("symbol", sort=True)]
    series = [one for one in made if isinstance(one, Series)]
    faults = [one for one in made if isinstance(one, DataError)]
    if faults and (config.require_all or not series):
        raise faults[0]
    return SeriesList(series, faults)


def _series_or_fault(symbol: str, rows: pd.DataFrame, config: ForecastConfig) -> Series | DataError:
    try:
        return _one_series(symbol, rows, config)
    except DataError as fault:
        return fault


def left_out(bars: pd.DataFrame, config: ForecastConfig) -> list[str]:
    """One line that counts the symbols without forecasts, with the reason of the first; none without one."""
    faults = make_series(bars, config).faults
    if not faults:
        return []
    reasons = first_of([fault.message for fault in faults])
    return [f"{len(faults)} of {bars['symbol'].nunique()} symbols left out: {reasons}"]


def _one_series(symbol: str, rows: pd.DataFrame, config: ForecastConfig) -> Series:
    dates, values = rows["date"].to_numpy(), _values(symbol, rows, config.column)
    train = _first_test_bar(dates, config)
    if train < config.window + MIN_WINDOWS:
        raise DataError(
            "DATA-FEW",
            f"{printable(symbol)}: {train} bars before the first forecast; --window {config.window} needs at "
            f"least {config.window + MIN_WINDOWS}",
        )
    if train == len(dates) and config.steps is None:
        raise DataError(
            "DATA-FEW",
            f"{printable(symbol)}: no bars from {config.test_from} on; use --steps to forecast future bars",
        )
    if config.scale in POSITIVE and not (values > 0).all():
        raise DataError(
            "FORECAST-SCALE",
            f"{printable(symbol)}: {printable(config.column)} has values of 0 or below, and --scale "
            f"{config.scale} divides by them; use another scale",
        )
    return Series(symbol, dates, values, train)


def _values(symbol: str, rows: pd.DataFrame, column: str) -> np.ndarray:
    values: np.ndarray = rows[column].to_numpy("float64")
    missing = ~np.isfinite(values)
    if missing.any():
        raise DataError(
            "FORECAST-HOLES",
            f"{printable(symbol)}: {printable(column)} is unknown in {missing.sum()} of {len(values)} bars; "
            "remove these bars",
        )
    return values


def _first_test_bar(dates: np.ndarray, config: ForecastConfig) -> int:
    if config.test_from is not None:
        return int(np.searchsorted(dates, np.datetime64(dt.datetime.combine(config.test_from, dt.time()))))
    return len(dates) - max(round(len(dates) * config.test_share), 1)
