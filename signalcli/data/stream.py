"""Read BARS, as `fetch` writes them, in pieces of whole symbols: memory use does not grow with the table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd

from signalcli.io.csv import MISSING_VALUES, header
from signalcli.io.formatting import date_resolution, is_integral
from signalcli.io.parquet import MAGIC
from signalcli.schemas import BARS, PRICES

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 2**20  # bytes of CSV read at a time
_ISO_LENGTHS = (10, 20, 27)  # characters of a date from `fetch`: with days, seconds, or microseconds


class NotStreamable(Exception):  # noqa: N818 (not an error: the table is then read as a whole)
    """The table cannot be read in pieces: another format or order, or an invalid row."""


@dataclass
class BarsSummary:
    """Facts about a whole table, from one pass over it.

    Parameters
    ----------
    lengths : dict of str to int
        Number of bars of each symbol, in the order of the table.
    dates : int
        Resolution of the dates (`signalcli.io.formatting`).
    integer_volume : bool
        Whether no volume has a fraction.
    last : (str, datetime64) or None
        Symbol and date of the last row so far.
    """

    lengths: dict[str, int] = field(default_factory=dict)
    dates: int = 0
    integer_volume: bool = True
    last: Any = None


def bytes_left(handle: BinaryIO) -> int:
    """Return the number of bytes from the current position to the end; the position does not change."""
    here = handle.tell()
    end = handle.seek(0, io.SEEK_END)
    handle.seek(here)
    return end - here


def summarize(handle: BinaryIO) -> BarsSummary | None:
    """Read the table once and seek back; None when it cannot be read in pieces.

    It can if it has exactly the columns of BARS, is sorted by symbol and date, and every row is valid: then
    cleaning would change nothing.
    """
    import pyarrow as pa

    summary, here = BarsSummary(), handle.tell()
    try:
        for batch in _read_batches(handle):
            _add_batch(summary, batch)
    except (NotStreamable, pa.ArrowInvalid, pa.ArrowTypeError, UnicodeDecodeError):
        return None
    finally:
        handle.seek(here)
    return summary if summary.lengths else None


def read_pieces(handle: BinaryIO, rows: int) -> Iterator[pd.DataFrame]:
    """Yield BARS of whole symbols, more than ``rows`` rows at a time except the last piece."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in _read_batches(handle):
        waiting.append(batch)
        complete, rest = _split_last_symbol(waiting) if sum(map(len, waiting)) > rows else (None, None)
        if complete is not None:
            yield _to_pandas(complete)
            waiting = rest.to_batches() if rest is not None else []
    yield _to_pandas(pa.Table.from_batches(waiting))


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    return pd.DataFrame({name: table.column(name).to_pandas() for name in table.column_names})


def _split_last_symbol(waiting: list[pa.RecordBatch]) -> tuple[pa.Table | None, pa.Table | None]:
    """Return the rows before the last symbol, which may continue, and its own; None if it is the only one."""
    import pyarrow as pa
    from pyarrow import compute

    table = pa.Table.from_batches(waiting)
    symbols = table.column("symbol")
    start = compute.index(symbols, symbols[-1]).as_py()
    return (table.slice(0, start), table.slice(start)) if start else (None, None)


def _read_batches(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    """Yield blocks of rows with the types of BARS. Raises NotStreamable and Arrow's errors."""
    here = handle.tell()
    head = handle.read(2**16)
    handle.seek(here)
    return _read_parquet(handle) if head.startswith(MAGIC) else _read_csv(handle, head)


def _read_csv(handle: BinaryIO, head: bytes) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    if header(head, ",") != list(BARS.columns) or not head.lstrip(b'"').startswith(b"symbol"):
        raise NotStreamable
    texts = {name: pa.string() for name in ("symbol", "date")}
    convert = csv.ConvertOptions(
        column_types=texts | dict.fromkeys((*PRICES, "volume"), pa.float64()),
        null_values=MISSING_VALUES,
        strings_can_be_null=False,
    )
    blocks = csv.ReadOptions(block_size=BLOCK)
    with pa.input_stream(_Borrowed(handle)) as stream, csv.open_csv(stream, blocks, None, convert) as reader:
        for batch in reader:
            if len(batch):
                yield _parse_dates(batch)


def _parse_dates(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with its date texts parsed. Raises NotStreamable for another format."""
    import pyarrow as pa
    from pyarrow import compute

    texts = batch.column("date")
    lengths = compute.unique(compute.binary_length(texts)).to_pylist()
    utc = len(lengths) == 1 and (
        lengths[0] == _ISO_LENGTHS[0] or compute.all(compute.ends_with(texts, "Z")).as_py()
    )
    if not utc or lengths[0] not in _ISO_LENGTHS:
        raise NotStreamable
    dates = compute.utf8_rtrim(texts, "Z").cast(pa.timestamp("us"))
    return batch.set_column(1, "date", dates)


def _read_parquet(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(_Borrowed(handle))
    if file.schema_arrow.names != list(BARS.columns):
        raise NotStreamable
    if file.schema_arrow.field("date").type != pa.timestamp("us"):  # another unit, or a time zone
        raise NotStreamable
    for batch in file.iter_batches(2**14):
        symbol, date, *numbers = batch.columns
        floats = [pa.array(c.cast(pa.float64()).to_numpy(False), from_pandas=True) for c in numbers]
        yield pa.RecordBatch.from_arrays([symbol.cast(pa.string()), date, *floats], names=list(BARS.columns))


class _Borrowed(io.RawIOBase):
    """A handle that stays open when Arrow closes it."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._handle.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._handle.seek(offset, whence)

    def tell(self) -> int:
        return self._handle.tell()


def _add_batch(summary: BarsSummary, batch: pa.RecordBatch) -> None:
    """Add a batch to the summary. Raises NotStreamable for an invalid row or one out of order."""
    _refuse_invalid(batch)
    names, lengths, starts = _symbol_blocks(batch.column("symbol"))
    dates = batch.column("date").to_numpy(zero_copy_only=False)
    _refuse_disorder(summary, names, dates, starts)
    for name, length in zip(names, lengths, strict=True):
        summary.lengths[name] = summary.lengths.get(name, 0) + int(length)
    summary.last = names[-1], dates[-1]
    summary.dates = max(summary.dates, date_resolution(dates))
    summary.integer_volume = summary.integer_volume and is_integral(batch.column("volume"))


def _symbol_blocks(symbols: pa.Array) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return name, length and first row of each block of adjacent rows with the same symbol."""
    encoded = symbols.dictionary_encode()
    if encoded.indices.null_count:
        raise NotStreamable
    codes = encoded.indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    names = encoded.dictionary.take(encoded.indices.take(starts)).to_pylist()
    return names, np.diff(np.append(starts, len(codes))), starts


def _refuse_disorder(summary: BarsSummary, names: list[str], dates: np.ndarray, starts: np.ndarray) -> None:
    symbol, date = summary.last or ("", None)
    continues = date is not None and names[0] == symbol
    before = np.concatenate([[date if continues else np.datetime64("NaT")], dates[:-1]])
    rising = dates > before
    rising[starts[0 if not continues else 1 :]] = True
    new = names[1:] if continues else names
    sorted_names = all(a < b for a, b in zip([symbol, *new], new, strict=False))
    stripped = all(name and name == name.strip() and name.isprintable() for name in names)
    if np.isnat(dates).any() or not rising.all() or not sorted_names or not stripped:
        raise NotStreamable


def _refuse_invalid(batch: pa.RecordBatch) -> None:
    """Raise NotStreamable for a missing or non-positive price, open or close outside low … high, infinity."""
    opens, high, low, close, volume = (
        batch.column(c).to_numpy(zero_copy_only=False) for c in (*PRICES, "volume")
    )
    with np.errstate(invalid="ignore"):
        valid = (
            (low > 0)
            & np.isfinite(high)
            & (high >= np.maximum(opens, close))
            & (low <= np.minimum(opens, close))
        )
    if not valid.all() or np.isinf(volume).any():
        raise NotStreamable
