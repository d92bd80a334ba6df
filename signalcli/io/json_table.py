"""Read tables from JSON: a list of objects, or one object a line (JSON Lines)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

BOM = b"\xef\xbb\xbf"


def is_json(content: bytes) -> bool:
    """Return whether the content begins like JSON; no header of a CSV table does."""
    return content[:256].removeprefix(BOM).lstrip()[:1] in {b"[", b"{"}


def read_json(content: bytes, where: str) -> pd.DataFrame:
    """Return the rows of JSON in the order of the file; null and a missing key are missing values.

    True and false become 1 and 0. Raises DataError.
    """
    import pandas as pd

    records = _parse(content.removeprefix(BOM), where)
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise DataError("JSON-ROWS", f"{where}: row {number} is no object; expected a list of objects")
    table = pd.DataFrame(records, index=range(len(records)))
    return pd.DataFrame({name: _typed(table[name], name, where) for name in table.columns}, table.index)


def _parse(content: bytes, where: str) -> list[Any]:
    try:
        text = content.decode("utf-8")
        if text.lstrip().startswith("["):
            found = json.loads(text)
            return found if isinstance(found, list) else [found]
        return parse_lines(text, where)
    except (RecursionError, ValueError) as error:
        raise parse_error(error, where) from error


def parse_lines(text: str, where: str) -> list[Any]:
    """Return the values of JSON Lines. Raises DataError with the number of the line."""
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise parse_error(error, f"{where}:{number}") from error
    return rows


def parse_error(error: RecursionError | ValueError, where: str) -> DataError:
    """Return the error for content that is not JSON, or is nested too deeply."""
    if isinstance(error, RecursionError):
        return DataError("JSON-PARSE", f"{where}: nested too deeply; expected a list of objects")
    return DataError("JSON-PARSE", f"{where}: not JSON: {printable(str(error)[:200])}")


def _typed(column: pd.Series[Any], name: object, where: str) -> pd.Series[Any]:
    """Return a column of numbers, or of text; one of nothing but nulls is numeric."""
    if column.dtype.kind == "b":
        return column.astype("int64")
    if column.dtype.kind in "fiu" or not isinstance(column.dtype, type(column.to_numpy().dtype)):
        return column  # numbers, or text of the string type
    values = [None if value is None or value != value else value for value in column]  # NaN beside text
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool, int, float}:
        return _as_floats(column, values, name, where)
    if kinds == {str}:
        return column.astype("str").where([value is not None for value in values])
    text = "a cell holds a list or an object" if kinds & {list, dict} else "numbers and text are mixed"
    raise DataError("JSON-ROWS", f"{where}: column {printable(name)}: {text}")


def _as_floats(column: pd.Series[Any], values: list[Any], name: object, where: str) -> pd.Series[Any]:
    import pandas as pd

    try:
        floats = [float("nan") if value is None else float(value) for value in values]
    except OverflowError as error:
        raise DataError("JSON-ROWS", f"{where}: column {printable(name)}: a number is too large") from error
    return pd.Series(floats, column.index, dtype="float64")
