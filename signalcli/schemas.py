"""The tables of the river as data: their columns, their keys, and the check that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd


class ColumnType(Enum):
    """How the cells of a column are held in memory; on paper they are CSV text."""

    TEXT = "str"
    DATE = "datetime64[us]"  # naive UTC; midnight throughout means daily bars
    NUMBER = "float64"
    LABEL = "Int8"  # a direction or a mark; may be unknown
    COUNT = "int64"


@dataclass(frozen=True)
class Schema:
    """A contract between two stages.

    Parameters
    ----------
    name : str
        Its word in messages, such as ``BARS``.
    made_by : str
        The verb that writes it.
    key : tuple of str
        Columns that together are unique and sorted.
    columns : dict of str to ColumnType
        Required columns in their order.
    """

    name: str
    made_by: str
    key: tuple[str, ...]
    columns: dict[str, ColumnType]


_BARS = {
    "symbol": ColumnType.TEXT,
    "date": ColumnType.DATE,
    "open": ColumnType.NUMBER,
    "high": ColumnType.NUMBER,
    "low": ColumnType.NUMBER,
    "close": ColumnType.NUMBER,
    "volume": ColumnType.NUMBER,
}
_TARGETS = {"forward_return": ColumnType.NUMBER, "direction": ColumnType.LABEL, "label_end": ColumnType.DATE}

BARS = Schema("BARS", "fetch", ("symbol", "date"), _BARS)
FEATURES = Schema("FEATURES", "features", ("symbol", "date"), _BARS | _TARGETS)
PREDICTIONS = Schema(
    "PREDICTIONS",
    "fit",
    ("symbol", "date", "model"),
    _BARS | _TARGETS | {"model": ColumnType.TEXT, "fold": ColumnType.COUNT, "p_up": ColumnType.NUMBER},
)
RETURNS = Schema(
    "RETURNS",
    "backtest --returns",
    ("symbol", "date", "model"),
    PREDICTIONS.columns
    | dict.fromkeys(
        ("position", "turnover", "gross_return", "cost", "net_return", "equity", "drawdown"),
        ColumnType.NUMBER,
    ),
)

FORECASTS = Schema(
    "FORECASTS",
    "forecast",
    ("symbol", "date", "model"),
    {
        "symbol": ColumnType.TEXT,
        "date": ColumnType.DATE,
        "model": ColumnType.TEXT,
        "actual": ColumnType.NUMBER,
        "forecast": ColumnType.NUMBER,
    },
)

BASELINES = ("buy_hold", "majority", "persistence", "ar1")  # stand beside every model, in this order
FITTED_BASELINES = BASELINES[1:]  # buy & hold needs no model
CLASS_COLUMNS = {1: "p_up", 0: "p_flat", -1: "p_down"}  # p_flat and p_down with three classes only
PATH = "path"  # in PREDICTIONS and RETURNS when every row is tested more than once, each time on another path
SEED_SIGN = "@"  # model@seed, where a model was fitted with several seeds
BAND = "band"  # in PREDICTIONS with --coverage: a direction is decided when it has more probability than this
WEIGHT = "weight"  # of a training row, where features wrote one
RESERVED = frozenset(RETURNS.columns) | frozenset(CLASS_COLUMNS.values()) | {WEIGHT, PATH, BAND}


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Names of the model inputs: every numeric column that no contract reserves, in table order."""
    return [c for c in table.columns if c not in RESERVED and table[c].dtype.kind in "fiu"]


def run_of(table: pd.DataFrame) -> list[str]:
    """Columns that name one run of a model over time: one account, one line of the scorecard."""
    return [c for c in ("symbol", "model", PATH) if c in table]


def check(table: pd.DataFrame, contract: Schema, where: str) -> pd.DataFrame:
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
    typed = table.assign(**{c: cast(table[c], kind, where) for c, kind in contract.columns.items()})
    _refuse_infinity(typed, where)
    return _sorted_by_key(typed, contract, where)


def cast(column: pd.Series[Any], kind: ColumnType, where: str) -> pd.Series[Any]:
    """Cast a column as the contract holds it; a date with a zone becomes UTC."""
    try:
        if kind is ColumnType.DATE and getattr(column.dtype, "tz", None) is not None:
            column = column.dt.tz_convert(None)
        return column.astype(kind.value)
    except (TypeError, ValueError) as error:
        sentence = printable(str(error).partition("\n")[0])
        raise DataError(
            "TABLE-TYPE", f"{where}: column {column.name} must be {kind.value}: {sentence}"
        ) from error


def _refuse_infinity(table: pd.DataFrame, where: str) -> None:
    """No price, feature or probability is infinite, and one such cell spoils every sum it enters."""
    for name in table.columns[[dtype.kind == "f" for dtype in table.dtypes]]:
        endless = table[name].abs() == float("inf")
        if endless.any():
            raise DataError(
                "TABLE-INFINITE",
                f"{where}: column {printable(name)} is infinite in {endless.sum()} of {len(table)} rows; "
                "leave the cell empty where a number is unknown",
            )


def _sorted_by_key(table: pd.DataFrame, contract: Schema, where: str) -> pd.DataFrame:
    """Rows in key order; the same key twice is a DataError."""
    key = [*contract.key, *([PATH] if "model" in contract.key and PATH in table else [])]
    for name in key:
        unknown = table[name].isna() | (table[name] == "")
        if unknown.any():
            raise DataError("TABLE-KEY", f"{where}: {unknown.sum()} of {len(table)} rows have no {name}")
    if _in_order(table, key):  # as every table of ours is; sorting text takes longer than reading it
        return table.reset_index(drop=True)
    twice = table.duplicated(key)
    if twice.any():
        row = table.loc[twice, key].iloc[0]
        named = ", ".join(printable(v) for v in row)
        raise DataError(
            "TABLE-KEY", f"{where}: {contract.name} row ({named}) stands twice; keep one of each {key}"
        )
    return table.sort_values(key, kind="stable", ignore_index=True)


def _in_order(table: pd.DataFrame, key: list[str]) -> bool:
    """Whether every row has a higher key than the one before."""
    import numpy as np

    higher, equal = np.zeros(len(table) - 1, dtype=bool), np.ones(len(table) - 1, dtype=bool)
    for name in key:
        values = table[name].array
        higher |= equal & np.asarray(values[1:] > values[:-1], dtype=bool)
        equal &= np.asarray(values[1:] == values[:-1], dtype=bool)
    return bool(higher.all())
