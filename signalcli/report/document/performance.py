"""Sections of returns: equity and drawdown, moving windows, months and years."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from signalcli.evaluation.metrics.catalogue import METRICS
from signalcli.evaluation.metrics.drawdowns import under_water
from signalcli.evaluation.metrics.moments import ROUNDING
from signalcli.evaluation.metrics.record import Record
from signalcli.evaluation.months import YEAR, months_by_years
from signalcli.evaluation.rolling import rolling_accuracy, rolling_sharpe, window_length, years
from signalcli.report.document.document import (
    Cell,
    Figure,
    Section,
    Table,
    fraction,
    interval,
    moment,
    name,
    number,
    tinted,
    whole,
)
from signalcli.report.figures.results.catalogue import make_picture
from signalcli.report.figures.results.equity import equity
from signalcli.report.figures.results.months import FULL, NAMES, YEAR_FULL
from signalcli.report.results import Results, is_baseline

SCORES = (
    "model", "accuracy, 95 %", "log loss", "Brier", "AUC", "return a year", "volatility", "Sharpe",
    "±\u00a0s.e.", "PSR", "DSR", "drawdown", "turnover a year", "costs", "trades",
)  # fmt: skip
SCORES_TEXT = (
    "Positions are decided at a close. Baselines stand below the models. An accuracy counts rows with a "
    "known label and has its 95 % interval; a Sharpe ratio has no risk-free rate. PSR is the probability "
    "that the true Sharpe ratio is above 0, DSR that it is above the best of as many trials without skill."
)
MONTHS_TEXT = (
    "Net return of each month and year in percent; blue gained, orange lost. The first and the last month "
    "may be incomplete."
)


def performance(results: Results) -> Section:
    """Scores of all models, equity, drawdown."""
    rows = [score_row(model, record) for model, record in results.shown.items()]
    scores = Table(f"Scores of {results.subject}, out of sample, after costs", SCORES, rows, brief=True)
    figures = (
        Figure(make_picture("equity", results), _equity_table(results)),
        Figure(make_picture("drawdown", results), _drawdown_table(results)),
    )
    return Section("performance", "Performance", (SCORES_TEXT,), figures, (scores,))


def score_row(model: str, record: Record) -> list[Cell]:
    """Cells of `SCORES`."""
    value = {n: METRICS[n].of(record) for n in _NEEDED}
    accuracy = interval(value["accuracy"], value["accuracy_low"], value["accuracy_high"])
    return [
        name(model), accuracy, number(value["log_loss"], 4), number(value["brier"], 4), number(value["auc"]),
        fraction(value["annual_return"]), fraction(value["annual_volatility"]), number(value["sharpe"], 2),
        number(value["sharpe_error"], 2), number(value["psr"], 2), number(value["dsr"], 2),
        fraction(-value["max_drawdown"]), number(value["turnover"], 1), fraction(value["cost_paid"]),
        whole(value["trades"]),
    ]  # fmt: skip


_NEEDED = (
    "accuracy", "accuracy_low", "accuracy_high", "log_loss", "brier", "auc", "annual_return",
    "annual_volatility", "sharpe", "sharpe_error", "psr", "dsr", "max_drawdown", "turnover", "cost_paid",
    "trades",
)  # fmt: skip


def _equity_table(results: Results) -> Table:
    """Equity at the last bar of each year."""
    curves = {model: (record.dates, equity(record)) for model, record in results.shown.items()}
    years = sorted({int(y) for dates, _ in curves.values() for y in np.unique(_years(dates))})
    rows = [
        [Cell(str(year)), *(number(_at_end_of(year, *curve), 2) for curve in curves.values())]
        for year in years
    ]
    columns = ("end of", *(name(model).text for model in curves))
    return Table("Values of the figure: equity at the end of each year", columns, rows, folded=True)


def _years(dates: np.ndarray) -> np.ndarray:
    return dates.astype("datetime64[Y]").astype("int64") + 1970


def _at_end_of(year: int, dates: np.ndarray, curve: np.ndarray) -> float:
    before = int(np.searchsorted(_years(dates), year, side="right"))
    return float(curve[before - 1]) if before else math.nan


def _drawdown_table(results: Results) -> Table:
    """The deepest drawdown of each model."""
    columns = ("model", "deepest drawdown", "peak", "lowest", "recovered", "bars below a peak")
    rows = [_deepest(model, record) for model, record in results.shown.items()]
    return Table("Values of the figure: deepest drawdowns", columns, rows, folded=True)


def _deepest(model: str, record: Record) -> list[Cell]:
    lowest = int(np.argmax(record.drawdown))
    at_peak = record.drawdown <= ROUNDING
    peaks, after = np.flatnonzero(at_peak[: lowest + 1]), np.flatnonzero(at_peak[lowest:])
    recovered = (
        moment(np.datetime_as_string(record.dates[lowest + after[0]], "D")) if len(after) else Cell("not yet")
    )
    peak = np.datetime_as_string(record.dates[peaks[-1]], "D") if len(peaks) else "start"
    return [
        name(model), fraction(-float(record.drawdown[lowest])), Cell(str(peak)),
        moment(np.datetime_as_string(record.dates[lowest], "D")), recovered,
        fraction(under_water(record.drawdown), 0),
    ]  # fmt: skip


def moving_windows(results: Results) -> Section:
    """Sharpe ratio and accuracy of a moving window."""
    figure = Figure(make_picture("rolling", results), _rolling_table(results))
    return Section("rolling", "Over time", (), (figure,))


def _rolling_table(results: Results) -> Table:
    """The moving window at the end of each year."""
    columns = ("model", "window ends", "Sharpe", "low", "high", "accuracy, 95 %")
    rows = [row for model in results.models for row in _rolling_rows(model, results.shown[model])]
    return Table("Values of the figure: the window at the end of each year", columns, rows, folded=True)


def _rolling_rows(model: str, record: Record) -> Iterator[list[Cell]]:
    bars = window_length(record)
    points = 2 + int(years(record))
    sharpe, accuracy = rolling_sharpe(record, bars, points), rolling_accuracy(record, bars, points)
    for k, date in enumerate(sharpe.dates):
        cells = (number(float(part[k]), 2) for part in sharpe[1:])
        share = interval(float(accuracy.value[k]), float(accuracy.low[k]), float(accuracy.high[k]))
        yield [name(model), moment(np.datetime_as_string(date, "D")), *cells, share]


def months(results: Results) -> Section:
    """Months × years of each model, the highest equity first open."""
    best = max(results.models, key=lambda m: float(np.nan_to_num(results.shown[m].returns.growth)))
    order = [
        best,
        *(m for m in results.shown if m != best and not is_baseline(m)),
        *_baselines(results, best),
    ]
    tables = tuple(_months_table(m, results.shown[m], folded=m != best) for m in order)
    return Section("months", "Months and years", (MONTHS_TEXT,), (), tables)


def _baselines(results: Results, best: str) -> list[str]:
    return [m for m in results.shown if is_baseline(m) and m != best]


def _months_table(model: str, record: Record, *, folded: bool) -> Table:
    rows = [
        [
            Cell(str(year)),
            *(tinted(float(row[month]), FULL) for month in range(1, 13)),
            tinted(row[YEAR], YEAR_FULL),
        ]
        for year, row in months_by_years(record).iterrows()
    ]
    return Table(f"{name(model).text}: net return, %", (YEAR, *NAMES), rows, folded=folded, sortable=False)
