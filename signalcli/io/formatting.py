"""How the cells of a table are printed, and what only the whole table can say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

DAY, SECOND, MICROSECOND = 0, 1, 2  # how fine a date is printed; the finest that the column needs
STRUCTURAL = ',"\r\n'  # a text with one of these has to be quoted, and then every text is
_STEPS = {DAY: 86_400_000_000, SECOND: 1_000_000, MICROSECOND: 1}


class Look(NamedTuple):
    """What only the whole table can decide.

    Parameters
    ----------
    dates : dict of str to int
        How fine each column of dates is printed.
    whole_volume : bool
        Whether volumes are printed as integers: no row has a fraction.
    """

    dates: dict[str, int]
    whole_volume: bool


def look_of(table: pd.DataFrame) -> Look:
    """The look of a whole table; ``label_end`` is one of the dates, so it is printed as fine as ``date``."""
    stamps = {name: table[name] for name in table.columns if table[name].dtype.kind == "M"}
    dates = {name: fineness(series.to_numpy("datetime64[us]")) for name, series in stamps.items()}
    if "date" in dates and "label_end" in dates:
        dates["label_end"] = max(dates["date"], dates["label_end"])
    return Look(dates, "volume" in table and is_whole(_cells(table["volume"])))


def fineness(stamps: np.ndarray) -> int:
    """`DAY` when all are midnight, `SECOND` when all are whole seconds, else `MICROSECOND`."""
    counts = stamps[stamps == stamps].view("int64")  # NaT is not itself
    return next(fine for fine, step in _STEPS.items() if not (counts % step).any())


def is_whole(volume: pa.Array) -> bool:
    """Whether every known volume is an integer that can be written as one."""
    import pyarrow as pa

    try:
        volume.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def printed(table: pd.DataFrame, look: Look) -> pa.Table:
    """The table with dates as text and whole volumes as integers.

    Infinity is a number nobody can use, so it is printed as what it is: unknown.
    """
    import pyarrow as pa

    return pa.table({name: _column(name, table[name], look) for name in table.columns})


def _column(name: str, series: pd.Series[Any], look: Look) -> pa.Array:
    import pyarrow as pa

    if name in look.dates:
        return date_texts(series, look.dates[name])
    cells = _cells(series)
    whole = name == "volume" and look.whole_volume and pa.types.is_floating(cells.type)
    return cells.cast(pa.int64()) if whole else cells


def _cells(series: pd.Series[Any]) -> pa.Array:
    """Cells as they are, null where there is none or no finite number."""
    import numpy as np
    import pyarrow as pa

    if not isinstance(series.dtype, np.dtype) or series.dtype.kind != "f":
        return pa.Array.from_pandas(series)
    values = series.to_numpy()
    return pa.array(values, mask=~np.isfinite(values))


def date_texts(stamps: pd.Series[Any], fine: int) -> pa.Array:
    """``2024-01-02``, ``2024-01-02T14:30:00Z`` or with six digits of a second; null where unknown."""
    import pyarrow as pa
    from pyarrow import compute

    known = pa.array(stamps.to_numpy("datetime64[us]"))
    if fine == DAY:
        return known.cast(pa.date32()).cast(pa.string())
    exact = known.cast(pa.timestamp("s" if fine == SECOND else "us"))
    texts = compute.replace_substring(exact.cast(pa.string()), " ", "T")
    return compute.binary_join_element_wise(texts, "Z", "")


def csv_text(
    table: pd.DataFrame, look: Look, *, quoted: bool | None = None, header: bool = True
) -> pa.Buffer:
    """UTF-8 with LF, quoted only where it must be; ``quoted`` tells what a larger table has decided.

    Arrow quotes every text once one of them needs it.
    """
    import pyarrow as pa

    from signalcli.io.lag_text import with_texts  # a help text needs no NumPy

    cells = printed(table, look)
    if quoted:
        return _written(cells, "needed", header=header)
    try:
        return _written(with_texts(cells, table), "none", header=header)
    except pa.ArrowInvalid:
        if quoted is not None:
            raise
        return _written(cells, "needed", header=header)


def _written(table: pa.Table, quoting: str, *, header: bool) -> pa.Buffer:
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=header, quoting_style=quoting, quoting_header=quoting)
    csv.write_csv(table, sink, options)
    return sink.getvalue()
