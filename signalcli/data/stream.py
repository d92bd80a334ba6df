"""BARS as `fetch` writes them, read in pieces of whole symbols, so that memory does not grow with it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from signalcli.io.csv import PARQUET_MAGIC, UNKNOWN, header
from signalcli.io.formatting import fineness, is_whole
from signalcli.schemas import BARS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

PRICES = ("open", "high", "low", "close")
BLOCK = 2**20  # bytes of CSV read at a time
_ISO = (10, 20, 27)  # characters of a date as `fetch` writes it: of a day, with seconds, with their fractions


class Unlike(Exception):  # noqa: N818 (says that a table is not one of ours, which is no error)
    """The table is none that can be read in pieces: another dialect or order, a row that is not sound."""


@dataclass
class Facts:
    """What one reading of a table finds out about all of it.

    Parameters
    ----------
    lengths : dict of str to int
        Bars of each symbol, in the order of the table.
    dates : int
        How fine its dates are printed.
    whole_volume : bool
        Whether no volume has a fraction.
    """

    lengths: dict[str, int] = field(default_factory=dict)
    dates: int = 0
    whole_volume: bool = True
    newest: Any = None  # last symbol and date so far


def size(handle: BinaryIO) -> int:
    """Bytes from here to the end; the handle stays where it is."""
    here = handle.tell()
    end = handle.seek(0, io.SEEK_END)
    handle.seek(here)
    return end - here


def facts(handle: BinaryIO) -> Facts | None:
    """Read the table once, and go back; None where it cannot be read in pieces.

    It can when it has the columns of BARS and no others, stands in the order of symbol and date, and every
    row is sound: then cleaning it would change nothing.
    """
    import pyarrow as pa

    found, here = Facts(), handle.tell()
    try:
        for batch in _batches(handle):
            _add(found, batch)
    except (Unlike, pa.ArrowInvalid, pa.ArrowTypeError, UnicodeDecodeError):
        return None
    finally:
        handle.seek(here)
    return found if found.lengths else None


def pieces(handle: BinaryIO, rows: int) -> Iterator[pd.DataFrame]:
    """BARS of some symbols at a time, at least ``rows`` of them but for the last."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in _batches(handle):
        waiting.append(batch)
        whole, rest = _whole_symbols(waiting) if sum(map(len, waiting)) > rows else (None, None)
        if whole is not None:
            yield _frame(whole)
            waiting = rest.to_batches() if rest is not None else []
    yield _frame(pa.Table.from_batches(waiting))


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: table.column(name).to_pandas() for name in table.column_names})


def _whole_symbols(waiting: list[pa.RecordBatch]) -> tuple[pa.Table | None, pa.Table | None]:
    """The rows before the newest symbol, which may go on, and its own; nothing where it is the only one."""
    import pyarrow as pa
    from pyarrow import compute

    table = pa.Table.from_batches(waiting)
    symbols = table.column("symbol")
    start = compute.index(symbols, symbols[-1]).as_py()
    return (table.slice(0, start), table.slice(start)) if start else (None, None)


def _batches(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    """Rows with the types of BARS, a block at a time. Raises Unlike, and what Arrow raises."""
    here = handle.tell()
    head = handle.read(2**16)
    handle.seek(here)
    return _of_parquet(handle) if head.startswith(PARQUET_MAGIC) else _of_csv(handle, head)


def _of_csv(handle: BinaryIO, head: bytes) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    if header(head, ",") != list(BARS.columns) or not head.lstrip(b'"').startswith(b"symbol"):
        raise Unlike
    texts = {name: pa.string() for name in ("symbol", "date")}
    convert = csv.ConvertOptions(
        column_types=texts | dict.fromkeys((*PRICES, "volume"), pa.float64()),
        null_values=UNKNOWN,
        strings_can_be_null=False,
    )
    blocks = csv.ReadOptions(block_size=BLOCK)
    with pa.input_stream(_Borrowed(handle)) as stream, csv.open_csv(stream, blocks, None, convert) as reader:
        for batch in reader:
            if len(batch):
                yield _dated(batch)


def _dated(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with its dates as stamps; anything but the text that `fetch` writes is Unlike."""
    import pyarrow as pa
    from pyarrow import compute

    texts = batch.column("date")
    lengths = compute.unique(compute.binary_length(texts)).to_pylist()
    zoned = len(lengths) == 1 and (
        lengths[0] == _ISO[0] or compute.all(compute.ends_with(texts, "Z")).as_py()
    )
    if not zoned or lengths[0] not in _ISO:
        raise Unlike
    stamps = compute.utf8_rtrim(texts, "Z").cast(pa.timestamp("us"))
    return batch.set_column(1, "date", stamps)


def _of_parquet(handle: BinaryIO) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(_Borrowed(handle))
    if file.schema_arrow.names != list(BARS.columns):
        raise Unlike
    if file.schema_arrow.field("date").type != pa.timestamp("us"):  # of another unit, or with a zone
        raise Unlike
    for batch in file.iter_batches(2**14):
        symbol, date, *numbers = batch.columns
        floats = [pa.array(c.cast(pa.float64()).to_numpy(False), from_pandas=True) for c in numbers]
        yield pa.RecordBatch.from_arrays([symbol.cast(pa.string()), date, *floats], names=list(BARS.columns))


class _Borrowed(io.RawIOBase):
    """A handle that stays open when Arrow closes what it was given."""

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


def _add(found: Facts, batch: pa.RecordBatch) -> None:
    """What a further batch says. Raises Unlike where a row is out of order or not sound."""
    _refuse_unsound(batch)
    names, counts, starts = _runs(batch.column("symbol"))
    dates = batch.column("date").to_numpy(zero_copy_only=False)
    _refuse_disorder(found, names, dates, starts)
    for name, count in zip(names, counts, strict=True):
        found.lengths[name] = found.lengths.get(name, 0) + int(count)
    found.newest = names[-1], dates[-1]
    found.dates = max(found.dates, fineness(dates))
    found.whole_volume = found.whole_volume and is_whole(batch.column("volume"))


def _runs(symbols: pa.Array) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Neighbouring rows of one symbol: its name, how many they are, and where they start."""
    import numpy as np

    coded = symbols.dictionary_encode()
    if coded.indices.null_count:
        raise Unlike
    codes = coded.indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    names = coded.dictionary.take(coded.indices.take(starts)).to_pylist()
    return names, np.diff(np.append(starts, len(codes))), starts


def _refuse_disorder(found: Facts, names: list[str], dates: np.ndarray, starts: np.ndarray) -> None:
    import numpy as np

    symbol, date = found.newest or ("", None)
    goes_on = date is not None and names[0] == symbol
    before = np.concatenate([[date if goes_on else np.datetime64("NaT")], dates[:-1]])
    rising = dates > before
    rising[starts[0 if not goes_on else 1 :]] = True
    fresh = names[1:] if goes_on else names
    ordered = all(a < b for a, b in zip([symbol, *fresh], fresh, strict=False))
    bare = all(name and name == name.strip() for name in names)
    if np.isnat(dates).any() or not rising.all() or not ordered or not bare:
        raise Unlike


def _refuse_unsound(batch: pa.RecordBatch) -> None:
    """Every price known and above 0, open and close between low and high, no infinite volume."""
    import numpy as np

    opens, high, low, close, volume = (
        batch.column(c).to_numpy(zero_copy_only=False) for c in (*PRICES, "volume")
    )
    with np.errstate(invalid="ignore"):
        sound = (
            (low > 0)
            & np.isfinite(high)
            & (high >= np.maximum(opens, close))
            & (low <= np.minimum(opens, close))
        )
    if not sound.all() or np.isinf(volume).any():
        raise Unlike
