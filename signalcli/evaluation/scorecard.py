"""RETURNS → METRICS: one row a symbol and model, the baselines below the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.config.scorecard import ScorecardConfig
from signalcli.evaluation.metrics.catalogue import COUNTS, ESSENTIAL, METRICS, OF_BANDS
from signalcli.evaluation.metrics.performance import Net, sharpe
from signalcli.evaluation.metrics.record import Record, Trials, records, restarted, together
from signalcli.evaluation.significance.bootstrap import interval
from signalcli.schemas import BASELINES, PATH

if TYPE_CHECKING:
    import pandas as pd

PORTFOLIO = "PORTFOLIO"
Line = tuple[dict[str, Any], Record]


def scorecard(
    returns: pd.DataFrame, config: ScorecardConfig | None = None, trials: Mapping[str, Trials] | None = None
) -> pd.DataFrame:
    """METRICS of RETURNS in a fixed order of columns: symbol, model, baseline, start, end, then the metrics.

    Parameters
    ----------
    returns : DataFrame
        RETURNS.
    config : ScorecardConfig
        Which columns and which lines.
    trials : mapping of symbol to (number, variance)
        What was tried on its data; without it the deflated Sharpe ratio is unknown. Baselines are not chosen
        among trials, so theirs is unknown in any case.
    """
    config = config or ScorecardConfig()
    return card(_of_symbols(returns, config.by), config, trials)


def card(
    lines: Iterable[Line], config: ScorecardConfig | None = None, trials: Mapping[str, Trials] | None = None
) -> pd.DataFrame:
    """METRICS of records that come one after the other, each under its symbol and model; as `scorecard`."""
    import pandas as pd

    config = config or ScorecardConfig()
    judged = _with_portfolio(lines) if config.portfolio else lines
    rows = sorted(
        (_row(named, _with_trials(named, r, trials or {}), config) for named, r in judged), key=_rank
    )
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in COUNTS if name in table})


def _with_portfolio(lines: Iterable[Line]) -> Iterator[Line]:
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for named, of_run in lines:
        groups.setdefault(tuple((k, v) for k, v in named.items() if k != "symbol"), []).append(of_run)
        yield named, of_run
    for named_group, parts in groups.items():
        yield {"symbol": PORTFOLIO} | dict(named_group), together(parts)


def _of_symbols(returns: pd.DataFrame, by: str) -> Iterator[Line]:
    if by == "symbol":
        yield from records(returns)
        return
    part = returns["fold"] if by == "fold" else returns["date"].dt.year
    parted = records(returns.assign(**{by: part}), [by])
    yield from ((named, restarted(of_part)) for named, of_part in parted)


def _with_trials(named: dict[str, Any], of_run: Record, trials: Mapping[str, Trials]) -> Record:
    tried = None if named["model"] in BASELINES else trials.get(named["symbol"])
    return of_run if tried is None else replace(of_run, trials=tried)


def _rank(row: dict[str, Any]) -> tuple[Any, ...]:
    """Symbol by symbol, the portfolio last: the models by name, then the baselines in their order."""
    place = BASELINES.index(row["model"]) if row["baseline"] else -1
    symbol = row["symbol"]
    return (
        symbol == PORTFOLIO,
        symbol,
        place,
        row["model"],
        row.get(PATH, 0),
        *(row.get(k, 0) for k in ("year", "fold")),
    )


def _row(run: dict[str, Any], of_run: Record, config: ScorecardConfig) -> dict[str, Any]:
    named = run | {
        "baseline": int(run["model"] in BASELINES),
        "start": of_run.dates[0],
        "end": of_run.dates[-1],
    }
    shown = ESSENTIAL if of_run.band is None else (*ESSENTIAL, *OF_BANDS)
    wanted = METRICS if config.metrics == "all" else shown
    found = named | {name: METRICS[name].of(of_run) for name in wanted}
    return found | (_intervals(of_run, config.random_state) if config.intervals else {})


def _intervals(of_run: Record, seed: int) -> dict[str, float]:
    """95 % intervals by the stationary bootstrap."""
    right = (of_run.y == of_run.predicted).astype("float64")
    earned = interval(of_run.net, lambda net: sharpe(Net(net), of_run.per_year), random_state=seed)
    hit = interval(right, lambda x: float(np.mean(x)), random_state=seed)
    names = ("sharpe_boot_low", "sharpe_boot_high", "accuracy_boot_low", "accuracy_boot_high")
    return dict(zip(names, (*earned, *hit), strict=True))
