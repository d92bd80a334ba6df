"""Find the bars in JSON: records, lines, arrays, columns, and what interfaces wrap around them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from signalcli.errors import DataError, printable
from signalcli.io.json_table import BOM, parse_error, parse_lines

_SYMBOL = re.compile(r"^[A-Z0-9^][A-Z0-9.^=:/_-]*$")
_ANY_CASE = re.compile(r"^[A-Za-z^][A-Za-z0-9^.=:/_-]*$")
_CERTAIN_KEYS = ("symbol", "ticker")  # a name in small letters is one, too
_SYMBOL_KEYS = (
    *_CERTAIN_KEYS, "pair", "instrument", "code", "ts_code", "dataset_code", "2. Symbol",
    "2. Digital Currency Code", "s",
)  # fmt: skip
_MESSAGES = ("error", "message", "msg", "note", "information", "detail", "reason")
_NAMES = ("columns", "column_names", "fields", "headers", "header", "names", "cols")
_DEEPEST = 50
_FEW = 40  # keys of an object that describes a table; more are dates


class Rows(NamedTuple):
    """Rows of a table of one symbol: objects, or lists of cells; ``symbol`` may be empty."""

    symbol: str
    rows: list[Any]


def find_rows(content: bytes, where: str) -> list[dict[str, Any]] | list[list[Any]]:
    """Return the bars of JSON as objects of scalars, or as lists of cells. Raises DataError."""
    try:
        value = _parse(content.removeprefix(BOM), where)
        tables = list(_tables(value, "", 0))
    except RecursionError as error:
        raise parse_error(error, where) from error
    _refuse_book(value, where)
    if not tables:
        said = _message(value)
        raise DataError("TABLE-EMPTY", f"{where}: {said or 'no rows; nothing to do'}")
    longest = max(tables, key=lambda table: len(table.rows))
    alike = [t for t in tables if t.symbol and isinstance(t.rows[0], type(longest.rows[0]))]
    return _joined(alike if longest.symbol else [longest], where)


def _refuse_book(value: Any, where: str) -> None:
    """Raise DataError for an order book: bids and asks beside each other."""
    inner = next((v for v in value.values() if isinstance(v, dict)), {}) if isinstance(value, dict) else {}
    if any({"bids", "asks"} <= set(v) for v in (value, inner) if isinstance(v, dict)):
        raise DataError("BARS-COLUMNS", f"{where}: an order book (bids and asks), not bars; get the candles")


def _message(value: Any) -> str:
    """Return what a service says instead of an answer with rows; empty when it says nothing."""
    texts = [(k, v) for k, v in value.items() if isinstance(v, str)] if isinstance(value, dict) else []
    said = [v for k, v in texts if any(word in k.lower() for word in _MESSAGES)]
    return f"no rows, but a message: {printable(said[0][:200])}" if said else ""


def _joined(tables: list[Rows], where: str) -> Any:
    rows: list[Any] = []
    for symbol, part in tables:
        for number, row in enumerate(part, start=1):
            if not isinstance(row, dict | list) or not isinstance(row, type(part[0])):
                raise DataError(
                    "JSON-ROWS", f"{where}: row {number} is no object; expected a list of objects"
                )
            rows.append(_with_symbol(row, symbol))
    return rows


def _with_symbol(row: Any, symbol: str) -> Any:
    if not isinstance(row, dict):
        return [symbol, *row] if symbol else row
    flat = _flat(row)
    return {"symbol": symbol} | flat if symbol and not set(flat) & set(_SYMBOL_KEYS) else flat


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return an object without objects inside: ``mid.c`` for ``{"mid": {"c": …}}``."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        inner = _flat(value) if isinstance(value, dict) else None
        flat |= {name: value} if inner is None else {f"{name}.{key}": v for key, v in inner.items()}
    return flat


def _parse(content: bytes, where: str) -> Any:
    """Return the value of JSON, or the list of the values of its lines."""
    try:
        text = content.decode("utf-8")
        lines = text.lstrip().partition("\n")
        if lines[2].strip() and _is_value(lines[0]):
            return parse_lines(text, where)
        return json.loads(text)
    except ValueError as error:
        raise parse_error(error, where) from error


def _is_value(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except ValueError:
        return False


def _tables(value: Any, symbol: str, depth: int) -> Iterator[Rows]:
    """Yield every table inside a value, with the symbol that stands beside or above it."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list) and value and all(isinstance(row, dict | list) for row in value):
        yield from _list_tables(value, symbol, depth)
    elif isinstance(value, list) and value and not all(isinstance(row, str) for row in value):
        yield Rows(symbol, value)
    elif isinstance(value, dict):
        yield from _object_tables(value, symbol, depth)


def _list_tables(value: list[Any], symbol: str, depth: int) -> Iterator[Rows]:
    if isinstance(value[0], list) or any(_is_scalar(v) for v in value[0].values()):
        nested = [t for row in value for t in _tables(row, symbol, depth + 1)] if len(value) <= 50 else []
        long = [t for t in nested if len(t.rows) > len(value) and isinstance(t.rows[0], dict | list)]
        yield from long or [Rows(symbol, value)]
    elif (
        any(isinstance(v, dict) and any(_is_scalar(x) for x in v.values()) for v in value[0].values())
        and len(value) > 1
    ):
        yield Rows(symbol, value)
    else:
        for row in value:
            yield from _tables(row, symbol, depth + 1)


def _object_tables(value: dict[str, Any], symbol: str, depth: int) -> Iterator[Rows]:
    symbol = _symbol_beside(value) or symbol
    if columns := _columns(value):
        yield Rows(symbol, columns)
        return
    if split := _split_rows(value):
        yield Rows(symbol, split)
        return
    if dated := _keyed(value):
        yield Rows(symbol, dated)
        return
    for key, inner in value.items():
        own = key if _SYMBOL.match(key) and isinstance(inner, list | dict) else symbol
        yield from _tables(inner, own, depth + 1)


def _symbol_beside(value: dict[str, Any]) -> str:
    """Return the symbol that an object names, or that a description inside it does."""
    named = ((key, value[key]) for key in _SYMBOL_KEYS if isinstance(value.get(key), str))
    forms = ((name, _ANY_CASE if key in _CERTAIN_KEYS else _SYMBOL) for key, name in named)
    symbol = next((name for name, form in forms if form.match(name) and not name.isdigit()), "")
    inner = (v for v in value.values() if not symbol and isinstance(v, dict | list) and len(v) < _FEW)
    objects = (v[0] if isinstance(v, list) and len(v) == 1 else v for v in inner)
    return symbol or next(filter(None, (_symbol_beside(v) for v in objects if isinstance(v, dict))), "")


def _columns(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of lists of scalars of the same length, wherever they stand in an object."""
    lists = dict(_scalar_lists(value))
    lengths = [len(column) for column in lists.values()]
    most = max(lengths, key=lengths.count, default=0)
    columns = {name: column for name, column in lists.items() if len(column) == most}
    if len(columns) < 5 or (any(map(_SYMBOL.match, value)) and not _names_fields(columns)):
        return []
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _names_fields(columns: dict[str, Any]) -> bool:
    return (
        all(len(name) < 20 and not _SYMBOL.match(name) for name in columns)
        or "CLOSE" in columns
        or "Close" in columns
    )


def _scalar_lists(value: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(map(_is_scalar, inner)):
            yield key, inner
        elif isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict):
            yield from _scalar_lists(inner[0])
        elif isinstance(inner, dict) and any(isinstance(v, list) for v in inner.values()):
            yield from _scalar_lists(inner)


def _split_names(value: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the key of rows of cells, and the names of their columns beside them; nothing without both."""
    rows = (key for key, inner in value.items() if _are_cells(inner))
    key = next(rows, "")
    width = len(value[key][0]) if key else 0
    lists = (value[name] for name in _NAMES if isinstance(value.get(name), list))
    names = next((list(map(_column_name, names)) for names in lists if 0 < len(names) <= width), [])
    return (key, names) if all(names) else ("", [])


def _are_cells(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, list) for row in value)


def _column_name(name: Any) -> str:
    """Return the name of a column: a text, the levels of pandas, or an object that describes the column."""
    if isinstance(name, dict):
        return str(name.get("name") or name.get("label") or name.get("id") or "")
    return str(name) if not isinstance(name, list) else str(tuple(name))


def _split_rows(value: dict[str, Any]) -> list[Any]:
    """Return rows as objects, with the index of pandas as a column without a name; [] without names."""
    key, names = _split_names(value)
    index = value.get("index")
    rows = [dict(zip(names, row, strict=False)) for row in value[key]] if key and names else []
    if isinstance(index, list) and len(index) == len(rows):
        return [{"": at} | row for at, row in zip(index, rows, strict=True)]
    return rows


def _keyed(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of an object of objects: each is a row whose key is its date, or a column by dates."""
    objects = {
        k: v for k, v in value.items() if isinstance(v, dict) and v and all(map(_is_scalar, v.values()))
    }
    if len(objects) < len(value) or not objects:
        return []
    inner = [set(v) for v in objects.values()]
    if all(_is_stamp(key) for key in objects):
        return [{"": key} | row for key, row in objects.items()]
    if all(keys == inner[0] for keys in inner) and len(objects) >= 4 and all(map(_is_stamp, inner[0])):
        names = ["date" if name.lower() == "date" else name for name in objects]
        return [
            {"": key} | {n: objects[o][key] for n, o in zip(names, objects, strict=True)}
            for key in objects[next(iter(objects))]
        ]
    return []


def _is_stamp(key: str) -> bool:
    return key[:1].isdigit() or key[:1] == "-"


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
