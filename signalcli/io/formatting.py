"""Format the cells of a table as text: dates, volumes, missing values, CSV.

Arrow writes floats with the fewest digits that are read back to the same number.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

Columns = dict[str, Any]  # Arrow arrays by name, all of the same length
DAY, SECOND, MICROSECOND = 0, 1, 2  # resolution of a date column; the coarsest that loses nothing
SPECIAL_CHARACTERS = ',"\r\n'  # text with one of these must be quoted; Arrow then quotes every text
_MICROSECONDS = {DAY: 86_400_000_000, SECOND: 1_000_000, MICROSECOND: 1}


class CellFormat(NamedTuple):
    """Formats that depend on all rows of a table, so that its pieces can be formatted alike.

    Parameters
    ----------
    dates : dict of str to int
        Resolution of each date column.
    integer_volume : bool
        Whether volumes are written as integers: no row has a fraction.
    """

    dates: dict[str, int]
    integer_volume: bool


def cell_format(table: pd.DataFrame) -> CellFormat:
    """Return the formats of a whole table; ``label_end`` gets at least the resolution of ``date``."""
    columns = [name for name in table.columns if table[name].dtype.kind == "M"]
    dates = {name: date_resolution(table[name].to_numpy("datetime64[us]")) for name in columns}
    if "date" in dates and "label_end" in dates:
        dates["label_end"] = max(dates["date"], dates["label_end"])
    return CellFormat(dates, "volume" in table and is_integral(_finite_cells(table["volume"])))


def date_resolution(dates: np.ndarray) -> int:
    """Return `DAY` when all dates are midnight, `SECOND` when all are whole seconds, else `MICROSECOND`."""
    counts = dates[dates == dates].view("int64")  # NaT is not equal to itself
    return next(resolution for resolution, step in _MICROSECONDS.items() if not (counts % step).any())


def is_integral(volume: pa.Array) -> bool:
    """Return whether every known volume fits into a 64-bit integer without loss."""
    import pyarrow as pa

    try:
        volume.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def format_cells(table: pd.DataFrame, formats: CellFormat) -> pa.Table:
    """Return the table with dates as text and integral volumes as integers; infinite numbers become null."""
    import pyarrow as pa

    return pa.table(_format_columns(table, formats))


def _format_columns(table: pd.DataFrame, formats: CellFormat) -> Columns:
    return {name: _format_column(name, table[name], formats) for name in table.columns}


def _format_column(name: str, series: pd.Series[Any], formats: CellFormat) -> pa.Array:
    import pyarrow as pa

    if name in formats.dates:
        return _dates_as_text(series, formats.dates[name])
    cells = _finite_cells(series)
    integral = name == "volume" and formats.integer_volume and pa.types.is_floating(cells.type)
    return cells.cast(pa.int64()) if integral else cells


def _finite_cells(series: pd.Series[Any]) -> pa.Array:
    """Return the cells, null where a value is missing or infinite."""
    import numpy as np
    import pyarrow as pa

    if not isinstance(series.dtype, np.dtype) or series.dtype.kind != "f":
        return pa.Array.from_pandas(series)
    values = series.to_numpy()
    return pa.array(values, mask=~np.isfinite(values))


def format_dates(series: pd.Series[Any]) -> list[str | None]:
    """Return naive UTC dates as text: ``2024-01-02`` when all are midnight, else ``2024-01-02T14:30:00Z``."""
    return _dates_as_text(series, date_resolution(series.to_numpy("datetime64[us]"))).to_pylist()


def _dates_as_text(series: pd.Series[Any], resolution: int) -> pa.Array:
    import pyarrow as pa
    from pyarrow import compute

    dates = pa.array(series.to_numpy("datetime64[us]"))
    if resolution == DAY:
        return dates.cast(pa.date32()).cast(pa.string())
    exact = dates.cast(pa.timestamp("s" if resolution == SECOND else "us"))
    texts = compute.replace_substring(exact.cast(pa.string()), " ", "T")
    return compute.binary_join_element_wise(texts, "Z", "")


def format_csv(
    table: pd.DataFrame, formats: CellFormat, *, quoted: bool | None = None, header: bool = True
) -> list[bytes]:
    """Return a table as CSV, in chunks: UTF-8, LF, quoted only where a text needs it (then every text is).

    ``quoted`` tells, for a piece of a larger table, whether that table is quoted; None decides by this one.
    """
    import pyarrow as pa

    from signalcli.io.lag_text import reuse_lag_text  # loads NumPy, which help texts must not

    cells = _format_columns(table, formats)
    if quoted:
        return _write_csv(cells, "needed", header=header)
    try:
        return _write_csv(reuse_lag_text(cells), "none", header=header)
    except pa.ArrowInvalid:
        if quoted is not None:
            raise
        return _write_csv(cells, "needed", header=header)


def _write_csv(columns: Columns, quoting: str, *, header: bool) -> list[bytes]:
    import pyarrow as pa
    from pyarrow import csv

    sink = _Chunks()
    options = csv.WriteOptions(include_header=header, quoting_style=quoting, quoting_header=quoting)
    csv.write_csv(pa.table(columns), pa.PythonFile(sink, "w"), options)
    return sink.chunks


class _Chunks(io.RawIOBase):
    """Keeps what is written in chunks; one buffer that grows would be copied again and again."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self.chunks.append(bytes(chunk))  # a copy: Arrow uses its memory again
        return len(self.chunks[-1])
