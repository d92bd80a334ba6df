"""Next day's high of IBM by four stacked layers of 50 units, compared with persistence and an AR(1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.forecast import BASELINE, RETURNS, ForecastConfig
from signalcli.errors import DataError, UsageError, printable
from signalcli.evaluation.forecast_errors import rmse
from signalcli.report.figures.palette import COLORS
from signalcli.research.reproduce.plain_keras import Make, as_is
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import IbmConfig
from signalcli.training.forecast.forecast import check_column, create_forecaster, fit_estimator
from signalcli.training.forecast.recursive import forecast_recursively
from signalcli.training.forecast.series import Series, make_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SYMBOL = "IBM"
AR = "ar"
PUBLISHED = {"lstm": 1.612, "gru": 1.571, AR: 1.538, BASELINE: 1.539}
PUBLISHED_YEAR = 2017  # of the test period of the published numbers
RECURSIVE_STEPS = 251  # the trading days of that year

CELL_SETTINGS: dict[str, dict[str, Any]] = {
    "lstm": {"optimizer": "rmsprop", "batch_size": 32},
    "gru": {"optimizer": "sgd", "learning_rate": 0.01, "momentum": 0.9, "decay": 1e-7, "batch_size": 150},
}
ON_RETURNS = " on returns"  # ends the name of a network that reads returns instead of prices
ONE_STEP = "root mean squared error one day ahead over the test period; naive repeats the last high"
RECURSIVE = "the same for recursive forecasts; naive repeats the last high of the training period"
RETURNS_ONE_STEP = "the same of networks that read and forecast returns: a forecast of 0 is persistence"
BEYOND = "share of test days above all highs of the training period: networks cannot extrapolate there"


class Forecasts(NamedTuple):
    """One-step forecasts of the test period, (n_test,), and recursive forecasts of its first days."""

    one_step: np.ndarray
    recursive: np.ndarray


class Variant(NamedTuple):
    """A model and what it reads."""

    model: str
    config: ForecastConfig


def run(
    config: IbmConfig, cells: tuple[str, ...], seed: int, make: Make = as_is, *, bars: pd.DataFrame
) -> Reproduction:
    """Errors over the test period of networks, AR(1) and persistence on the same bars.

    ``make`` replaces the networks.
    """
    check_column(bars, config.column)
    variants = make_variants(config, cells, seed, bars)
    (series,) = make_series(select_symbol(bars), variants[AR].config).series
    rows, forecasts = [], {}
    for name, variant in variants.items():
        with Timer() as timer:
            forecasts[name] = _forecast(series, variant, make)
        rows += _measure(series, name, forecasts[name], timer.seconds)
    beyond = float(np.mean(series.values[series.train :] > series.values[: series.train].max()))
    rows.append(Measurement("data", "share of days beyond", nan, beyond, nan, 0.0, BEYOND))
    return Reproduction(rows, lambda fig: _draw(fig, series, forecasts, config.column), (9.0, 5.0))


def make_variants(
    config: IbmConfig, cells: tuple[str, ...], seed: int, bars: pd.DataFrame
) -> dict[str, Variant]:
    """Networks on scaled prices and on returns, AR(1) and persistence, by name."""
    prices = _forecast_config(config, cells, seed, bars)
    fewer = replace(config, epochs=config.return_epochs)
    returns = replace(_forecast_config(fewer, cells, seed, bars), scale=RETURNS)
    return (
        {cell: Variant(cell, prices) for cell in cells}
        | {cell + ON_RETURNS: Variant(cell, returns) for cell in cells}
        | {model: Variant(model, prices) for model in (AR, BASELINE)}
    )


def _forecast(series: Series, variant: Variant, make: Make) -> Forecasts:
    """Fit a model on the training period, once for both kinds of forecast."""
    model, config = variant
    estimator = fit_estimator(make(create_forecaster(model, config)), series, model, config)
    starts = np.arange(series.train, len(series.values))
    first = series.windows_before(starts[:1], config.window)
    recursive = forecast_recursively(estimator.predict, first, min(RECURSIVE_STEPS, len(starts)))[0]
    return Forecasts(estimator.predict(series.windows_before(starts, config.window)), recursive)


def _measure(series: Series, model: str, forecasts: Forecasts, seconds: float) -> list[Measurement]:
    actual, previous = series.values[series.train :], series.values[series.train - 1 : -1]
    as_published = series.dates[series.train].astype("datetime64[Y]") == np.datetime64(str(PUBLISHED_YEAR))
    published = PUBLISHED.get(model, nan) if as_published else nan
    ours, naive = rmse(actual, forecasts.one_step), rmse(actual, previous)
    meaning = RETURNS_ONE_STEP if model.endswith(ON_RETURNS) else ONE_STEP
    one_step = Measurement(model, "rmse one day", published, ours, naive, seconds, meaning)
    if model == BASELINE:
        return [one_step]
    days = len(forecasts.recursive)
    ours, naive = (rmse(actual[:days], x) for x in (forecasts.recursive, np.full(days, previous[0])))
    return [one_step, Measurement(model, f"rmse {days} days fed back", nan, ours, naive, seconds, RECURSIVE)]


def _forecast_config(
    config: IbmConfig, cells: tuple[str, ...], seed: int, bars: pd.DataFrame
) -> ForecastConfig:
    shared = {
        "units": config.units,
        "layers": config.layers,
        "layer_dropout": config.dropout,
        "recurrent_activation": config.recurrent_activation,
        "epochs": config.epochs,
        "patience": 0,
    }
    settings = {cell: shared | CELL_SETTINGS[cell] for cell in cells} | {AR: {"p": 1}}
    return ForecastConfig(
        (*cells, AR),
        settings,
        config.column,
        config.window,
        "minmax",
        _test_start(config, bars),
        random_state=seed,
    )


def _test_start(config: IbmConfig, bars: pd.DataFrame) -> dt.date:
    """First date of the test period: as set, or January 1 of the last year with a bar in December."""
    if config.test_from is not None:
        try:
            return dt.date.fromisoformat(str(config.test_from))
        except ValueError as error:
            text = f"--set ibm.test_from={printable(config.test_from)}: must be a date as 2017-01-01"
            raise UsageError("OPTION-VALUE", text) from error
    last = bars["date"].max()
    return dt.date(last.year if last.month == 12 else last.year - 1, 1, 1)


def select_symbol(bars: pd.DataFrame) -> pd.DataFrame:
    """Bars of IBM, or of the only symbol."""
    symbols = bars["symbol"].unique().tolist()
    chosen = SYMBOL if SYMBOL in symbols else symbols[0]
    if len(symbols) > 1 and chosen != SYMBOL:
        raise DataError(
            "REPRODUCE-SYMBOLS",
            f"--data: has {len(symbols)} symbols and no {SYMBOL}; give a file with one symbol",
        )
    return bars[bars["symbol"] == chosen]


def _draw(fig: Figure, series: Series, forecasts: dict[str, Forecasts], column: str) -> None:
    """Actual values with the one-step forecasts above, with the recursive forecasts below."""
    above, below = fig.subplots(2, 1, sharex=True)
    dates, actual = series.dates[series.train :], series.values[series.train :]
    for axes in (above, below):
        axes.plot(dates, actual, color="0.4", linewidth=1.4, label="actual")
    for (model, values), color in zip(forecasts.items(), (*COLORS, "0.7"), strict=False):
        above.plot(dates, values.one_step, color=color, label=model)
        below.plot(dates[: len(values.recursive)], values.recursive, color=color, label=model)
    above.set_title(f"{series.symbol}: {column}, one day ahead")
    below.set_title("recursive forecast")
    fig.legend(*above.get_legend_handles_labels(), loc="outside lower center", ncols=4)
