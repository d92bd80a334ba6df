"""Section of trades: how many, how long, how good, and the extreme ones."""

from __future__ import annotations

from typing import Any

import pandas as pd

from signalcli.evaluation.metrics.catalogue import TRADE_METRICS
from signalcli.evaluation.metrics.trades import make_trade_record
from signalcli.report.document.document import (
    Cell,
    Figure,
    Section,
    Table,
    fraction,
    moment,
    name,
    number,
    whole,
)
from signalcli.report.figures.results.catalogue import make_picture
from signalcli.report.results import Results

EXTREMES = 10  # best trades, and as many worst ones
COLUMNS = (
    "model", "closed", "open", "won", "mean", "mean winner", "mean loser", "mean long", "mean short", "best",
    "worst",
)  # fmt: skip


def trades(results: Results) -> Section:
    """Trades of all models together, and the best and the worst ones."""
    names = results.names_of(results.trades)
    summary = Table(
        "Trades by model, net of costs",
        COLUMNS,
        [_summary(model, results.trades[names == model]) for model in results.shown],
    )
    closed = results.trades[(results.trades["exit"] != "open") & names.isin(results.models)]
    ranked = closed.sort_values("net_return", ascending=False, kind="stable")
    tables = (
        summary,
        _listing(f"The {EXTREMES} best trades of the models", ranked.head(EXTREMES)),
        _listing(f"The {EXTREMES} worst trades of the models", ranked.tail(EXTREMES).iloc[::-1]),
    )
    return Section("trades", "Trades", (), (Figure(make_picture("trades", results)),), tables)


def _summary(model: str, rows: pd.DataFrame) -> list[Cell]:
    record = make_trade_record(rows)
    value = {metric: TRADE_METRICS[metric].of(record) for metric in _NEEDED}
    return [
        name(model),
        whole(len(record.net)),
        whole(record.open_trades),
        *(fraction(v, 2) for v in value.values()),
    ]


_NEEDED = (
    "win_rate", "average_trade", "average_winner", "average_loser", "average_long", "average_short",
    "best_trade", "worst_trade",
)  # fmt: skip


def _listing(caption: str, rows: pd.DataFrame) -> Table:
    columns = ("symbol", "model", "side", "entry", "price", "exit", "price", "reason", "bars", "net return")
    return Table(caption, columns, [_trade(row) for row in rows.itertuples()], folded=True)


def _trade(row: Any) -> list[Cell]:
    return [
        name(row.symbol), name(row.model), Cell(row.side), moment(row.entry_date), number(row.entry_price, 2),
        moment(row.exit_date), number(row.exit_price, 2), Cell(row.exit), whole(row.bars),
        fraction(row.net_return, 2),
    ]  # fmt: skip
