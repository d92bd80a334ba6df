"""Next day's high of IBM by four stacked layers of 50 units, beside its last value and an AR(1)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.config.forecast import BASELINE, ForecastConfig
from signalcli.errors import DataError, UsageError, printable
from signalcli.evaluation.forecast_errors import rmse
from signalcli.report.figures.figure import COLOURS
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import IbmConfig
from signalcli.training.forecast.forecast import fitted
from signalcli.training.forecast.recursive import generate
from signalcli.training.forecast.series import Series, series_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SYMBOL = "IBM"
PLAIN = "ar"
PUBLISHED = {"lstm": 1.612, "gru": 1.571, PLAIN: 1.538, BASELINE: 1.539}  # of this year's highs only
PUBLISHED_YEAR = 2017
FED_BACK = 251  # steps: the days of that year

OF_CELL: dict[str, dict[str, Any]] = {
    "lstm": {"optimizer": "rmsprop", "batch_size": 32},
    "gru": {"optimizer": "sgd", "learning_rate": 0.01, "momentum": 0.9, "decay": 1e-7, "batch_size": 150},
}
ONE_STEP = "root of the mean squared error one day ahead over the test part; naive says the last high again"
FED = "the same from forecast to forecast; naive stays at the last high learnt from"


class Said(NamedTuple):
    """Forecasts over the test part, (n_test,), and the first ones from forecast to forecast."""

    one_step: np.ndarray
    fed_back: np.ndarray


def run(config: IbmConfig, cells: tuple[str, ...], seed: int, bars: pd.DataFrame) -> Outcome:
    """Errors over the test part of networks, AR(1) and persistence, all of them with the same bars."""
    asked = _forecast_spec(config, cells, seed, bars)
    (series,) = series_of(_of_one_symbol(bars), asked)
    rows, found = [], {}
    for model in (*cells, PLAIN, BASELINE):
        with timed() as watch:
            found[model] = _said(series, model, asked)
        rows += _rows(series, model, found[model], watch.seconds)
    rows.append(_beyond(series))
    return Outcome(rows, lambda drawn: _draw(drawn, series, found, config.column), (9.0, 5.0))


def _said(series: Series, model: str, asked: ForecastConfig) -> Said:
    """Fit on the training part, once for both kinds of forecast."""
    learnt = fitted(series, model, asked)
    starts = np.arange(series.train, len(series.values))
    first = series.before(starts[:1], asked.window)
    fed_back = generate(learnt.say, first, min(FED_BACK, len(starts)))[0]
    return Said(learnt.say(series.before(starts, asked.window)), fed_back)


def _rows(series: Series, model: str, said: Said, seconds: float) -> list[Figures]:
    truth, newest = series.values[series.train :], series.values[series.train - 1 : -1]
    as_published = series.dates[series.train].astype("datetime64[Y]") == np.datetime64(str(PUBLISHED_YEAR))
    published = PUBLISHED[model] if as_published else UNKNOWN
    one = Figures(
        model, "rmse one day", published, rmse(truth, said.one_step), rmse(truth, newest), seconds, ONE_STEP
    )
    if model == BASELINE:
        return [one]
    part = truth[: len(said.fed_back)]
    flat = np.full(len(part), newest[0])
    measure = f"rmse {len(part)} days fed back"
    return [one, Figures(model, measure, UNKNOWN, rmse(part, said.fed_back), rmse(part, flat), seconds, FED)]


def _beyond(series: Series) -> Figures:
    """How much of the test part no network has seen the like of: what saturates cannot say it."""
    learnt, truth = series.values[: series.train], series.values[series.train :]
    share = float(np.mean(truth > learnt.max()))
    meaning = "days of the test part above all that was learnt from: networks are at a loss there"
    return Figures("data", "share of days beyond", UNKNOWN, share, UNKNOWN, 0.0, meaning)


def _forecast_spec(
    config: IbmConfig, cells: tuple[str, ...], seed: int, bars: pd.DataFrame
) -> ForecastConfig:
    same = {
        "units": config.units,
        "layers": config.layers,
        "layer_dropout": config.dropout,
        "epochs": config.epochs,
    }
    settings = {cell: same | OF_CELL[cell] | {"patience": 0} for cell in cells} | {PLAIN: {"p": 1}}
    return ForecastConfig(
        (*cells, PLAIN),
        settings,
        config.column,
        config.window,
        "minmax",
        _test_from(config, bars),
        random_state=seed,
    )


def _test_from(config: IbmConfig, bars: pd.DataFrame) -> dt.date:
    """The date set, else the beginning of the last year that has a December."""
    if config.test_from is not None:
        try:
            return dt.date.fromisoformat(str(config.test_from))
        except ValueError as error:
            text = f"--set ibm.test_from={printable(config.test_from)}: must be a date as 2017-01-01"
            raise UsageError("OPTION-VALUE", text) from error
    last = bars["date"].max()
    return dt.date(last.year if last.month == 12 else last.year - 1, 1, 1)


def _of_one_symbol(bars: pd.DataFrame) -> pd.DataFrame:
    symbols = bars["symbol"].unique().tolist()
    chosen = SYMBOL if SYMBOL in symbols else symbols[0]
    if len(symbols) > 1 and chosen != SYMBOL:
        raise DataError(
            "REPRODUCE-SYMBOLS", f"--data has {len(symbols)} symbols and no {SYMBOL}; give bars of one"
        )
    return bars[bars["symbol"] == chosen]


def _draw(drawn: Figure, series: Series, found: dict[str, Said], column: str) -> None:
    """Actual and one-step forecasts above, forecasts that follow forecasts below."""
    above, below = drawn.subplots(2, 1, sharex=True)
    dates, truth = series.dates[series.train :], series.values[series.train :]
    for axes in (above, below):
        axes.plot(dates, truth, color="0.4", linewidth=1.4, label="actual")
    for (model, said), colour in zip(found.items(), COLOURS, strict=False):
        above.plot(dates, said.one_step, color=colour, label=model)
        below.plot(dates[: len(said.fed_back)], said.fed_back, color=colour, label=model)
    above.set_title(f"{series.symbol}: {column}, one day ahead", fontsize=9)
    below.set_title("from forecast to forecast", fontsize=9)
    above.legend(ncols=5, loc="best")
