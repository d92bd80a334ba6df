"""METRICS × TRADES → METRICS with what single trades came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.evaluation.metrics.trades import ROUND_TRIPS, round_trips
from signalcli.evaluation.scorecard import PORTFOLIO
from signalcli.schemas import PATH

if TYPE_CHECKING:
    import pandas as pd

COUNTED = [name for name, metric in ROUND_TRIPS.items() if metric.unit == "count"]


def with_trades(metrics: pd.DataFrame, trades: pd.DataFrame) -> pd.DataFrame:
    """METRICS of whole runs with the columns of `ROUND_TRIPS`; a portfolio has the trades of all symbols."""
    import pandas as pd

    keys = ["symbol", "model", *([PATH] if PATH in metrics else [])]
    groups = {key: round_trips(rows) for key, rows in trades.groupby(keys)}
    groups |= {(PORTFOLIO, *key): round_trips(rows) for key, rows in trades.groupby(keys[1:])}
    none = round_trips(trades.iloc[:0])
    found = [groups.get(tuple(row), none) for row in metrics[keys].itertuples(index=False, name=None)]
    columns = {name: [metric.of(t) for t in found] for name, metric in ROUND_TRIPS.items()}
    added = pd.DataFrame(columns, index=metrics.index).astype(dict.fromkeys(COUNTED, "Int64"))
    return pd.concat([metrics, added], axis=1)
