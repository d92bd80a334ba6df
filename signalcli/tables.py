"""The tables of the river as data: their columns, their keys, and the check that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd


class Kind(Enum):
    """How the cells of a column are held in memory; on paper they are CSV text."""

    TEXT = "str"
    DATE = "datetime64[us]"  # naive UTC; midnight throughout means daily bars
    NUMBER = "float64"
    LABEL = "Int8"  # a direction or a mark; may be unknown
    COUNT = "int64"


@dataclass(frozen=True)
class Table:
    """A contract between two stages.

    Parameters
    ----------
    name : str
        Its word in messages, such as ``BARS``.
    made_by : str
        The verb that writes it.
    key : tuple of str
        Columns that together are unique and sorted.
    columns : dict of str to Kind
        Required columns in their order.
    """

    name: str
    made_by: str
    key: tuple[str, ...]
    columns: dict[str, Kind]


_BARS = {
    "symbol": Kind.TEXT,
    "date": Kind.DATE,
    "open": Kind.NUMBER,
    "high": Kind.NUMBER,
    "low": Kind.NUMBER,
    "close": Kind.NUMBER,
    "volume": Kind.NUMBER,
}
_TARGETS = {"forward_return": Kind.NUMBER, "direction": Kind.LABEL, "label_end": Kind.DATE}

BARS = Table("BARS", "fetch", ("symbol", "date"), _BARS)
FEATURES = Table("FEATURES", "features", ("symbol", "date"), _BARS | _TARGETS)
PREDICTIONS = Table(
    "PREDICTIONS",
    "fit",
    ("symbol", "date", "model"),
    _BARS | _TARGETS | {"model": Kind.TEXT, "fold": Kind.COUNT, "p_up": Kind.NUMBER},
)
RETURNS = Table(
    "RETURNS",
    "backtest --returns",
    ("symbol", "date", "model"),
    PREDICTIONS.columns
    | dict.fromkeys(
        ("position", "turnover", "gross_return", "cost", "net_return", "equity", "drawdown"), Kind.NUMBER
    ),
)

BASELINES = ("buy_hold", "majority", "persistence", "ar1")  # stand beside every model, in this order
FITTED_BASELINES = BASELINES[1:]  # buy & hold needs no model
CLASS_COLUMNS = {1: "p_up", 0: "p_flat", -1: "p_down"}  # p_flat and p_down with three classes only
RESERVED = frozenset(RETURNS.columns) | frozenset(CLASS_COLUMNS.values())


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Names of the model inputs: every numeric column that no contract reserves, in table order."""
    return [c for c in table.columns if c not in RESERVED and table[c].dtype.kind in "fiu"]


def check(table: pd.DataFrame, contract: Table, where: str) -> pd.DataFrame:
    """Return the table with its columns cast and its rows sorted by key, or raise DataError.

    ``where`` names the input in messages. Extra columns pass through behind the required ones' order.
    """
    missing = [c for c in contract.columns if c not in table.columns]
    if missing:
        raise DataError(
            "TABLE-COLUMNS",
            f"{where}: no column {', '.join(missing)}; a {contract.name} table has "
            f"{', '.join(contract.columns)} (signalcli {contract.made_by} writes one)",
        )
    if len(table) == 0:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    typed = table.astype({c: kind.value for c, kind in contract.columns.items()})
    return _sorted_by_key(typed, contract, where)


def _sorted_by_key(table: pd.DataFrame, contract: Table, where: str) -> pd.DataFrame:
    """Rows in key order; the same key twice is a DataError."""
    key = list(contract.key)
    twice = table.duplicated(key)
    if twice.any():
        row = table.loc[twice, key].iloc[0]
        named = ", ".join(printable(v) for v in row)
        raise DataError(
            "TABLE-KEY", f"{where}: {contract.name} row ({named}) stands twice; keep one of each {key}"
        )
    return table.sort_values(key, kind="stable", ignore_index=True)
