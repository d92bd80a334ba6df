"""RETURNS → METRICS: one row for each symbol and model, the baselines below the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.checks import check_names
from signalcli.config.scorecard import ScorecardConfig
from signalcli.evaluation.metrics.catalogue import COUNTS, ESSENTIAL, METRICS, OF_BANDS
from signalcli.evaluation.metrics.performance import NetReturns, sharpe
from signalcli.evaluation.metrics.portfolio import pool, rebase_drawdown, with_booked
from signalcli.evaluation.metrics.record import Record, records_of_returns
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.evaluation.significance.bootstrap import interval
from signalcli.schemas import BASELINES, PATH, PORTFOLIO

NamedRecord = tuple[dict[str, Any], Record]


def scorecard(
    returns: pd.DataFrame,
    config: ScorecardConfig | None = None,
    trials: Mapping[str, Trials] | None = None,
    portfolio: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """METRICS of RETURNS, with columns in a fixed order: symbol, model, baseline, start, end, then metrics.

    Parameters
    ----------
    returns : DataFrame
        RETURNS.
    config : ScorecardConfig
        Columns and rows to show.
    trials : mapping of symbol to (number, variance)
        Trials on the symbol's data; without them the deflated Sharpe ratio is NaN, as it is for baselines,
        which are not chosen among trials.
    portfolio : DataFrame
        Returns of portfolios (`signalcli.backtesting.portfolio`), by model and date; they are added as one
        more symbol, `PORTFOLIO`. Buy & hold there is the mean of the accounts of all symbols.
    """
    config = config or ScorecardConfig()
    return make_scorecard(_records(returns, config.by), config, trials, portfolio)


def make_scorecard(
    records: Iterable[NamedRecord],
    config: ScorecardConfig | None = None,
    trials: Mapping[str, Trials] | None = None,
    portfolio: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """METRICS of records, each with its symbol and model; as `scorecard`."""
    config = config or ScorecardConfig()
    joined = config.portfolio or portfolio is not None
    shown = _with_portfolio(records, portfolio) if joined else records
    rows = [_row(name, _with_trials(name, record, trials or {}), config) for name, record in shown]
    table = pd.DataFrame(sorted(rows, key=_sort_key))
    return table.astype({name: "Int64" for name in COUNTS if name in table})


def _with_portfolio(records: Iterable[NamedRecord], portfolio: pd.DataFrame | None) -> Iterator[NamedRecord]:
    """The records, and then one of all symbols for each model (and path)."""
    parts: dict[tuple[Any, ...], list[Record]] = {}
    for name, record in records:
        check_names([name["symbol"]])
        parts.setdefault(tuple((k, v) for k, v in name.items() if k != "symbol"), []).append(record)
        yield name, record
    for model, of_model in parts.items():
        traded = None if portfolio is None else _rows_of(portfolio, dict(model))
        together = pool(of_model)
        record = together if traded is None or traded.empty else with_booked(together, traded)
        yield {"symbol": PORTFOLIO} | dict(model), record


def _rows_of(portfolio: pd.DataFrame, name: dict[str, Any]) -> pd.DataFrame:
    """Returns of the portfolio of one model (and path)."""
    for key in ("model", PATH):
        if key in portfolio:
            portfolio = portfolio[portfolio[key] == name[key]]
    return portfolio


def _records(returns: pd.DataFrame, by: str) -> Iterator[NamedRecord]:
    if by == "symbol":
        yield from records_of_returns(returns)
        return
    of_parts = records_of_returns(returns.assign(**{by: _part(returns, by)}), by)
    yield from ((name, rebase_drawdown(record)) for name, record in of_parts)


def _part(returns: pd.DataFrame, by: str) -> pd.Series[Any]:
    """Year, month or fold of each row."""
    if by == "fold":
        return returns["fold"]
    return returns["date"].dt.year if by == "year" else returns["date"].dt.strftime("%Y-%m")


def _with_trials(name: dict[str, Any], record: Record, trials: Mapping[str, Trials]) -> Record:
    on_symbol = None if name["model"] in BASELINES else trials.get(name["symbol"])
    return record if on_symbol is None else replace(record, trials=on_symbol)


def _sort_key(row: dict[str, Any]) -> tuple[Any, ...]:
    """By symbol, the portfolio last; models by name, then the baselines in their order."""
    place = BASELINES.index(row["model"]) if row["baseline"] else -1
    parts = (row.get(key, 0) for key in (PATH, "year", "month", "fold"))
    return (row["symbol"] == PORTFOLIO, row["symbol"], place, row["model"], *parts)


def _row(name: dict[str, Any], record: Record, config: ScorecardConfig) -> dict[str, Any]:
    of_bands = () if record.band is None else OF_BANDS
    shown = METRICS if config.metrics == "all" else (*ESSENTIAL, *of_bands)
    return {
        **name,
        "baseline": int(name["model"] in BASELINES),
        "start": record.dates[0],
        "end": record.dates[-1],
        **{metric: METRICS[metric].of(record) for metric in shown},
        **(_intervals(record, config.random_state) if config.intervals else {}),
    }


def _intervals(record: Record, seed: int) -> dict[str, float]:
    """95 % intervals by the stationary bootstrap, except of the accuracy of overlapping labels."""
    of_sharpe = interval(record.net, lambda net: sharpe(NetReturns(net), record.per_year), random_state=seed)
    of_accuracy = _of_accuracy(record, seed)
    names = ("sharpe_boot_low", "sharpe_boot_high", "accuracy_boot_low", "accuracy_boot_high")
    return dict(zip(names, (*of_sharpe, *of_accuracy), strict=True))


def _of_accuracy(record: Record, seed: int) -> tuple[float, float]:
    """Interval of the accuracy.

    With a horizon of 20, resampled blocks are so few that their interval covers the truth in 89 % of
    simulated random walks; where labels overlap it is that of `share_interval` instead.
    """
    if record.horizon > 1:
        return record.accuracy_interval
    correct = (record.y == record.predicted).astype("float64")
    return interval(correct, lambda x: float(np.mean(x)), random_state=seed)
