"""One column of one symbol: what is learnt from, and where forecasts start."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.config.forecast import ForecastConfig
from signalcli.data.interval import ahead, interval_of
from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

LEAST = 2  # windows that a model can be fitted to


class Series(NamedTuple):
    """Values of one symbol by date, (n,) each; the first ``train`` of them are learnt from."""

    symbol: str
    dates: np.ndarray
    values: np.ndarray
    train: int

    def windows(self, length: int) -> np.ndarray:
        """All windows of the training part with the value after each, (n, length + 1), oldest first."""
        return np.lib.stride_tricks.sliding_window_view(self.values[: self.train], length + 1).copy()

    def starts(self, config: ForecastConfig) -> np.ndarray:
        """Number of the first bar of each block."""
        if config.steps is not None:
            return np.array([self.train])
        return np.arange(self.train, len(self.values), config.block)

    def before(self, starts: np.ndarray, length: int) -> np.ndarray:
        """True values before each start, (n, length)."""
        return self.values[starts[:, np.newaxis] + np.arange(-length, 0)]

    def bars(self, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Dates and values of ``count`` bars from number ``first`` on; those not there yet are NaN.

        Their dates are the likely ones: the weekdays of the last bars, without holidays.
        """
        dates, values = (part[first : first + count] for part in (self.dates, self.values))
        coming = count - len(dates)
        if not coming:
            return dates, values
        interval = interval_of([self.dates]) or "1d"
        likely = [ahead(self.dates, k, interval) for k in range(1, coming + 1)]
        return np.concatenate([dates, likely]), np.concatenate([values, np.full(coming, np.nan)])


def series_of(bars: pd.DataFrame, config: ForecastConfig) -> list[Series]:
    """Cut the column of every symbol. Raises DataError where there is nothing to learn or to forecast."""
    return [_one(str(symbol), rows, config) for symbol, rows in bars.groupby("symbol", sort=True)]


def _one(symbol: str, rows: pd.DataFrame, config: ForecastConfig) -> Series:
    dates, values = rows["date"].to_numpy(), _values(symbol, rows, config.column)
    train = _first_test(dates, config)
    if train < config.window + LEAST:
        raise DataError(
            "DATA-FEW",
            f"{printable(symbol)}: {train} bars to learn from; --window {config.window} needs "
            f"{config.window + LEAST}, before the first bar that is forecast",
        )
    if train == len(dates) and config.steps is None:
        raise DataError(
            "DATA-FEW",
            f"{printable(symbol)}: no bars from {config.test_from} on; --steps forecasts those to come",
        )
    if config.scale == "window" and not (values > 0).all():
        raise DataError(
            "FORECAST-SCALE",
            f"{printable(symbol)}: {printable(config.column)} has values that are not above 0, which "
            "--scale window would divide by; use another",
        )
    return Series(symbol, dates, values, train)


def _values(symbol: str, rows: pd.DataFrame, column: str) -> np.ndarray:
    values: np.ndarray = rows[column].to_numpy("float64")
    holes = ~np.isfinite(values)
    if holes.any():
        raise DataError(
            "FORECAST-HOLES",
            f"{printable(symbol)}: {printable(column)} is unknown in {holes.sum()} of {len(values)} bars",
        )
    return values


def _first_test(dates: np.ndarray, config: ForecastConfig) -> int:
    if config.test_from is not None:
        return int(np.searchsorted(dates, np.datetime64(dt.datetime.combine(config.test_from, dt.time()))))
    return len(dates) - max(round(len(dates) * config.test_share), 1)
