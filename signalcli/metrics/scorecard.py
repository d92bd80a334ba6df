"""RETURNS → METRICS: one row a symbol and model, the baselines below the models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.metrics import classification as say
from signalcli.metrics import trading as earn
from signalcli.tables import BASELINES, PATH, run_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Record:
    """All that one model did on one symbol; y, predicted and p hold the resolved rows only."""

    y: np.ndarray
    predicted: np.ndarray
    p: np.ndarray
    classes: np.ndarray
    position: np.ndarray
    turnover: np.ndarray
    gross: np.ndarray
    cost: np.ndarray
    net: np.ndarray
    drawdown: np.ndarray
    per_year: float


METRICS: dict[str, Callable[[Record], float]] = {
    "n_bars": lambda r: float(len(r.net)),
    "bars_per_year": lambda r: r.per_year,
    "accuracy": lambda r: say.accuracy(r.y, r.predicted),
    "balanced_accuracy": lambda r: say.balanced_accuracy(r.y, r.predicted),
    "base_rate": lambda r: say.base_rate(r.y),
    "log_loss": lambda r: say.log_loss(r.y, r.p, r.classes),
    "brier": lambda r: say.brier(r.y, r.p[:, -1]),
    "auc": lambda r: say.auc(r.y, r.p[:, -1]),
    "mcc": lambda r: say.matthews(r.y, r.predicted),
    "collapsed": lambda r: say.collapsed(r.predicted),
    "hit_rate": lambda r: earn.hit_rate(r.gross),
    "total_return": lambda r: earn.total_return(r.net),
    "annual_return": lambda r: earn.annual_return(r.net, r.per_year),
    "annual_volatility": lambda r: earn.annual_volatility(r.net, r.per_year),
    "sharpe": lambda r: earn.sharpe(r.net, r.per_year),
    "sortino": lambda r: earn.sortino(r.net, r.per_year),
    "calmar": lambda r: earn.calmar(r.net, r.drawdown, r.per_year),
    "max_drawdown": lambda r: earn.max_drawdown(r.drawdown),
    "turnover": lambda r: earn.annual_turnover(r.turnover, r.per_year),
    "exposure": lambda r: earn.exposure(r.position),
    "cost_paid": lambda r: float(r.cost.sum()),
    "trades": lambda r: earn.trades(r.position),
    "profit_factor": lambda r: earn.profit_factor(r.net),
}
COUNTS = ("n_bars", "collapsed", "trades")


def scorecard(returns: pd.DataFrame) -> pd.DataFrame:
    """METRICS of RETURNS in a fixed order of columns: symbol, model, baseline, start, end, then `METRICS`."""
    import pandas as pd

    groups = returns.groupby(run_of(returns), sort=True)
    rows = [_row(dict(zip(run_of(returns), names, strict=True)), of_run) for names, of_run in groups]
    table = pd.DataFrame(sorted(rows, key=_rank))
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def _rank(row: dict[str, Any]) -> tuple[Any, ...]:
    """Symbol by symbol: the models by name, then the baselines in their order."""
    place = BASELINES.index(row["model"]) if row["baseline"] else -1
    return row["symbol"], place, row["model"], row.get(PATH, 0)


def _row(run: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    of_model = record(rows)
    named = run | {
        "baseline": int(run["model"] in BASELINES),
        "start": rows["date"].iloc[0],
        "end": rows["date"].iloc[-1],
    }
    return named | {name: metric(of_model) for name, metric in METRICS.items()}


def record(rows: pd.DataFrame) -> Record:
    """RETURNS rows of one symbol and model as arrays."""
    shown = ["p_down", "p_flat", "p_up"] if "p_flat" in rows else ["p_up"]
    classes = np.array([-1, 0, 1] if len(shown) == 3 else [0, 1])
    p = rows[shown].to_numpy("float64")
    p = p if len(shown) == 3 else np.column_stack([1.0 - p[:, 0], p[:, 0]])
    always_up = np.isnan(p).any(axis=1)  # buy & hold says a direction without a probability
    predicted = np.where(always_up, 1, classes[np.argmax(np.nan_to_num(p), axis=1)])
    resolved = rows["direction"].notna().to_numpy()
    return Record(
        y=rows["direction"].to_numpy("float64", na_value=np.nan)[resolved],
        predicted=predicted[resolved],
        p=p[resolved],
        classes=classes,
        position=rows["position"].to_numpy(),
        turnover=rows["turnover"].to_numpy(),
        gross=rows["gross_return"].to_numpy(),
        cost=rows["cost"].to_numpy(),
        net=rows["net_return"].to_numpy(),
        drawdown=rows["drawdown"].to_numpy(),
        per_year=earn.bars_per_year(rows["date"].to_numpy()),
    )
