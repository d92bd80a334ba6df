"""Schemas of the tables that the stages exchange: columns, types and keys, and the check of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd


class ColumnType(Enum):
    """Data type of a column in memory."""

    TEXT = "str"
    DATE = "datetime64[us]"  # naive UTC; midnight throughout means daily bars
    NUMBER = "float64"
    LABEL = "Int8"  # a class such as -1, 0 or 1; may be missing
    COUNT = "int64"


@dataclass(frozen=True)
class Schema:
    """Columns and key of a table.

    Parameters
    ----------
    name : str
        Name in messages, such as ``BARS``.
    verb : str
        The verb that writes the table; empty for a table that people write.
    key : tuple of str
        Columns that together identify a row; rows are sorted by them.
    columns : dict of str to ColumnType
        Required columns, in order.
    optional : dict of str to ColumnType
        Columns that are typed where a table has them.
    optional_key : tuple of str
        Columns that belong to the key where a table has them.
    """

    name: str
    verb: str
    key: tuple[str, ...]
    columns: dict[str, ColumnType]
    optional: dict[str, ColumnType] = field(default_factory=dict)
    optional_key: tuple[str, ...] = ()


# Control characters other than tab and line ends, and those that turn the direction of text.
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HORIZON = "horizon"  # bars from a row to its label
KNOWN_AT = "known_at"  # moment of the close, where dates are days and exchanges close at different hours
HALF_SPREAD = "half_spread"  # half of what a buyer pays above a seller, in price; empty where it is unknown
MEMBER = "member"  # 1 where the symbol is in the universe on the date, else 0
KEPT = "kept_features"  # features that were named, and stay although few rows know them; joined by |
PRICES = ["open", "high", "low", "close"]
CLASS_COLUMNS = {1: "p_up", 0: "p_flat", -1: "p_down"}  # p_flat and p_down only with three classes
BAND = "band"  # with --coverage: a class is in the prediction set when its probability exceeds this
WEIGHT = "weight"  # sample weight of a training row
_BARS = {
    "symbol": ColumnType.TEXT,
    "date": ColumnType.DATE,
    **dict.fromkeys((*PRICES, "volume"), ColumnType.NUMBER),
}
_TARGETS = {"forward_return": ColumnType.NUMBER, "direction": ColumnType.LABEL, "label_end": ColumnType.DATE}

BARS = Schema("BARS", "fetch", ("symbol", "date"), _BARS)
STATED = {HORIZON: ColumnType.COUNT, MEMBER: ColumnType.LABEL}
"""What FEATURES may say about a row, and PREDICTIONS say again."""
_TRADED = STATED | dict.fromkeys((*CLASS_COLUMNS.values(), BAND, HALF_SPREAD), ColumnType.NUMBER)
FEATURES = Schema(
    "FEATURES",
    "features",
    ("symbol", "date"),
    _BARS | _TARGETS,
    STATED | {KNOWN_AT: ColumnType.DATE, KEPT: ColumnType.TEXT},
)
PREDICTIONS = Schema(
    "PREDICTIONS",
    "fit",
    ("symbol", "date", "model"),
    _BARS | _TARGETS | {"model": ColumnType.TEXT, "fold": ColumnType.COUNT, "p_up": ColumnType.NUMBER},
    _TRADED,
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
    _TRADED,
)
UNIVERSE = Schema(
    "UNIVERSE",
    "",
    ("symbol", "from"),
    {"symbol": ColumnType.TEXT, "from": ColumnType.DATE, "until": ColumnType.DATE},
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

IMPORTANCE = Schema(
    "IMPORTANCE",
    "importance",
    ("symbol", "model", "method", "level", "rank"),
    {
        **dict.fromkeys(("symbol", "model", "method", "level", "feature"), ColumnType.TEXT),
        **dict.fromkeys(("value", "floor", "spread"), ColumnType.NUMBER),
        "rank": ColumnType.COUNT,
        "verdict": ColumnType.TEXT,
        "rows": ColumnType.COUNT,
    },
    {"fold": ColumnType.COUNT},
    ("fold",),
)

PORTFOLIO = "PORTFOLIO"  # stands for all symbols together
BASELINES = ("buy_hold", "majority", "persistence", "ar1")  # reported beside every model, in this order
FITTED_BASELINES = BASELINES[1:]  # buy & hold needs no fit
PATH = "path"  # path of combinatorial cross-validation, where every row is tested more than once
SEED_SIGN = "@"  # model@seed, when a model is fitted with several seeds
RESERVED = (
    frozenset(RETURNS.columns)
    | frozenset(CLASS_COLUMNS.values())
    | {WEIGHT, HORIZON, MEMBER, KNOWN_AT, KEPT, PATH, BAND}
)


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Return the names of the model inputs: every numeric column that is not reserved, in table order."""
    return [c for c in table.columns if c not in RESERVED and table[c].dtype.kind in "fiu"]


def group_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns that identify one account: one model on one symbol (and one path)."""
    return [c for c in ("symbol", "model", PATH) if c in table]


def check(table: pd.DataFrame, schema: Schema, where: str) -> pd.DataFrame:
    """Return the table with its columns cast and its rows sorted by key.

    Columns that the schema does not name are kept. ``where`` names the input in messages. Raises DataError
    for a missing column, no rows, a wrong type, an infinite number, and an empty or repeated key.
    """
    missing = [c for c in schema.columns if c not in table.columns]
    if missing:
        raise DataError(
            "TABLE-COLUMNS",
            f"{where}: no column {', '.join(missing)}; a {schema.name} table has "
            f"{', '.join(schema.columns)}"
            + (f" (signalcli {schema.verb} writes one)" if schema.verb else ""),
        )
    if len(table) == 0:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    kinds = schema.columns | {c: kind for c, kind in schema.optional.items() if c in table}
    typed = table.assign(**{c: cast(table[c], kind, where) for c, kind in kinds.items()})
    refuse_control_characters(typed, where)
    _refuse_infinity(typed, where)
    return _sort_by_key(typed, schema, where)


def cast(column: pd.Series[Any], kind: ColumnType, where: str) -> pd.Series[Any]:
    """Return a column with the type of its schema; dates with a time zone become UTC. Raises DataError."""
    try:
        if kind is ColumnType.DATE and getattr(column.dtype, "tz", None) is not None:
            column = column.dt.tz_convert(None)
        if kind is ColumnType.COUNT and column.dtype.kind == "f":
            _refuse_fractions(column)
        return column.astype(kind.value)
    except (TypeError, ValueError) as error:
        reason = printable(str(error).partition("\n")[0])
        raise DataError(
            "TABLE-TYPE", f"{where}: column {column.name} must be {kind.value}: {reason}"
        ) from error


def refuse_control_characters(table: pd.DataFrame, where: str) -> None:
    """Raise DataError for text that could steer a terminal or cut a C string: it is no name of anything."""
    _refuse_steering(list(table.columns), f"{where}: header")
    for name in table.columns[[dtype.kind not in "fiubmM" for dtype in table.dtypes]]:
        _refuse_steering(table[name].unique(), f"{where}: column {printable(name)}")


def is_steering(text: str) -> bool:
    """Whether text holds a character that steers a terminal or the direction of writing."""
    return _STEERING.search(text) is not None


def _refuse_steering(texts: Iterable[Any], where: str) -> None:
    """Raise DataError for the first text with a control character."""
    for text in texts:
        if isinstance(text, str) and is_steering(text):
            raise DataError(
                "TABLE-TEXT", f"{where}: '{printable(text[:60])}' holds a control character; remove it"
            )


def _refuse_fractions(column: pd.Series[Any]) -> None:
    """Raise ValueError unless every cell is a whole number."""
    if (column % 1 != 0).any():
        raise ValueError("some cells are no whole numbers")


def _refuse_infinity(table: pd.DataFrame, where: str) -> None:
    """Raise DataError for an infinite number: it would spoil every sum it enters."""
    import numpy as np  # here, because help texts import this module

    for name in table.columns[[dtype.kind == "f" for dtype in table.dtypes]]:
        infinite = np.isinf(table[name].to_numpy("float64"))
        if infinite.any():
            raise DataError(
                "TABLE-INFINITE",
                f"{where}: column {printable(name)} is infinite in {infinite.sum()} of {len(table)} rows; "
                "leave the cell empty where a number is unknown",
            )


def _sort_by_key(table: pd.DataFrame, schema: Schema, where: str) -> pd.DataFrame:
    """Return the rows sorted by key. Raises DataError for an empty or repeated key."""
    paths = [PATH] if "model" in schema.key and PATH in table else []
    key = [*schema.key, *paths, *(c for c in schema.optional_key if c in table)]
    for name in key:
        empty = table[name].isna() | (table[name] == "")
        if empty.any():
            raise DataError(
                "TABLE-KEY",
                f"{where}: {empty.sum()} of {len(table)} rows have no {name}; fill or remove them",
            )
    if is_sorted(table, key):  # the usual case; sorting text takes longer than reading it
        return table.reset_index(drop=True)
    repeated = table.duplicated(key)
    if repeated.any():
        values = ", ".join(printable(v).removesuffix(" 00:00:00") for v in table.loc[repeated, key].iloc[0])
        raise DataError(
            "TABLE-KEY", f"{where}: {schema.name} row ({values}) appears twice; keep one row for each {key}"
        )
    return table.sort_values(key, kind="stable", ignore_index=True)


def is_sorted(table: pd.DataFrame, key: list[str]) -> bool:
    """Return whether every row has a higher key than the row before; a missing value is not higher."""
    import numpy as np  # here, because help texts import this module

    higher, equal = np.zeros(len(table) - 1, dtype=bool), np.ones(len(table) - 1, dtype=bool)
    for name in key:
        values = table[name].array
        higher |= equal & np.asarray(values[1:] > values[:-1], dtype=bool)
        equal &= np.asarray(values[1:] == values[:-1], dtype=bool)
    return bool(higher.all())
