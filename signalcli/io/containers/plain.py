"""Arrow columns in plain types: numbers, text, dates and truth values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return the column in a plain type; None when it has none.

    Decimals become floats, days timestamps, categories and times of day their text.
    """
    import pyarrow as pa
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        return plain_column(column.cast(kind.value_type))
    if types.is_decimal(kind):
        return column.cast(pa.float64())
    if types.is_date(kind):
        return column.cast(pa.timestamp("us" if types.is_date32(kind) else "ms"))
    if types.is_time(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return column.cast(pa.string())
    known = (
        types.is_integer,
        types.is_floating,
        types.is_boolean,
        types.is_string,
        types.is_timestamp,
        types.is_null,
    )
    return column if any(test(kind) for test in known) else None
