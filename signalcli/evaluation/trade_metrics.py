"""METRICS × TRADES → METRICS with metrics of trades."""

from __future__ import annotations

import pandas as pd

from signalcli.evaluation.metrics.catalogue import TRADE_METRICS
from signalcli.evaluation.metrics.metric import COUNT
from signalcli.evaluation.metrics.trades import make_trade_record
from signalcli.schemas import PATH, PORTFOLIO

COUNTS = [name for name, metric in TRADE_METRICS.items() if metric.unit == COUNT]


def with_trade_metrics(
    metrics: pd.DataFrame, trades: pd.DataFrame, portfolio: pd.DataFrame | None = None
) -> pd.DataFrame:
    """METRICS with the columns of ``TRADE_METRICS``; the mean of all accounts has the trades of all symbols.

    ``portfolio`` are the returns of portfolios with one capital: their models have no such metrics there,
    because shares of one capital are restored at every fill and are no trades.
    """
    keys = ["symbol", "model", *([PATH] if PATH in metrics else [])]
    records = {key: make_trade_record(rows) for key, rows in trades.groupby(keys)}
    records |= {(PORTFOLIO, *key): make_trade_record(rows) for key, rows in trades.groupby(keys[1:])}
    none = make_trade_record(trades.iloc[:0])
    of_rows = [records.get(tuple(row), none) for row in metrics[keys].itertuples(index=False, name=None)]
    columns = {name: [metric.of(record) for record in of_rows] for name, metric in TRADE_METRICS.items()}
    added = pd.DataFrame(columns, index=metrics.index)
    if portfolio is not None:
        shared = (metrics["symbol"] == PORTFOLIO) & metrics["model"].isin(portfolio["model"])
        added = added.mask(shared)
    return pd.concat([metrics, added.astype(dict.fromkeys(COUNTS, "Int64"))], axis=1)
