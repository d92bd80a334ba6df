"""The bars of one source, interval and adjustment: one Parquet file a symbol, older vintages beside them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.data.store.folders import made
from signalcli.data.store.names import ENDING, file_name, symbol_of
from signalcli.errors import DataError, NoInputError, printable
from signalcli.io.files import read_bytes, write_bytes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BARS, VINTAGES = "bars", "vintages"
_NOTE = b"signalcli"  # key of what we note in a file beside its columns
_COMPRESSION = {"compression": "zstd", "compression_level": 1, "use_dictionary": ["symbol"]}


@dataclass(frozen=True)
class Stored:
    """What is known of one symbol.

    Parameters
    ----------
    bars : DataFrame
        BARS, at least one row.
    since : date or None
        The first date that was ever asked for; None when everything was.
    """

    bars: pd.DataFrame
    since: dt.date | None = None


@dataclass(frozen=True)
class Shelf:
    """Files ``bars/NAME/SYMBOL.parquet`` of a store, and ``vintages/NAME/SYMBOL@TIME.parquet``.

    Readers need no lock: a file is replaced as a whole. Who writes holds the lock of the store.
    """

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Folder of the current bars."""
        return self.root / BARS / self.name

    def path(self, symbol: str) -> Path:
        """File of a symbol, whether it exists or not."""
        return self.folder / f"{file_name(symbol)}{ENDING}"

    def symbols(self) -> list[str]:
        """Symbols that have bars, in order."""
        return sorted(symbol_of(path) for path in self.folder.glob(f"*{ENDING}"))

    def load(self, symbol: str) -> Stored | None:
        """Bars of a symbol, None when there are none. Raises DataError for a spoilt file."""
        path = self.path(symbol)
        return _stored(_read(path), path) if path.exists() else None

    def bars(self, symbols: Sequence[str]) -> pd.DataFrame:
        """Bars of several symbols, in the order asked. Raises NoInputError for one without any."""
        import pyarrow as pa

        if not symbols:
            raise NoInputError(
                "STORE-EMPTY", f"{printable(self.root)}: no {self.name} bars; fetch --store first"
            )
        tables = [_read(self._existing(symbol)) for symbol in dict.fromkeys(symbols)]
        whole = pa.concat_tables(tables, promote_options="default")
        del tables
        return whole.to_pandas(ignore_metadata=True, split_blocks=True, self_destruct=True)

    def save(self, symbol: str, stored: Stored) -> None:
        """Replace the bars of a symbol: old or new, never half."""
        made(self.folder)
        write_bytes(str(self.path(symbol)), _content(stored))

    def keep_vintage(self, symbol: str, now: dt.datetime) -> Path:
        """Copy the bars as they are, under the time of their rewrite; once, however often it is tried."""
        folder = made(self.root / VINTAGES / self.name)
        content = read_bytes(str(self.path(symbol)))
        kept = next((p for p in self.vintages(symbol) if p.read_bytes() == content), None)
        if kept is None:
            kept = _free(folder, f"{file_name(symbol)}@{now:%Y%m%dT%H%M%SZ}")
            write_bytes(str(kept), content)
        return kept

    def vintage(self, symbol: str, stamp: str) -> pd.DataFrame:
        """Bars as they were before the rewrite of that time. Raises NoInputError."""
        kept = {path.stem.rpartition("@")[2]: path for path in self.vintages(symbol)}
        if stamp not in kept:
            has = f"it has {', '.join(kept)}" if kept else "it has none"
            raise NoInputError("STORE-VINTAGE", f"{printable(symbol)}: no vintage {printable(stamp)}; {has}")
        return _stored(_read(kept[stamp]), kept[stamp]).bars

    def vintages(self, symbol: str) -> list[Path]:
        """Earlier files of a symbol, oldest first."""
        return sorted((self.root / VINTAGES / self.name).glob(f"{file_name(symbol)}@*{ENDING}"))

    def _existing(self, symbol: str) -> Path:
        path = self.path(symbol)
        if not path.exists():
            raise NoInputError(
                "STORE-SYMBOL",
                f"{printable(self.root)}: no {self.name} bars of {printable(symbol)}{self._hint(symbol)}",
            )
        return path

    def _hint(self, symbol: str) -> str:
        """Where else the symbol is, or what else there is."""
        every = self.root.glob(f"{BARS}/*/*{ENDING}")
        elsewhere = sorted(p.parent.name for p in every if symbol_of(p).lower() == symbol.lower())
        if elsewhere:
            return f"; they are there as {', '.join(elsewhere)} (--source, --interval and --adjust choose)"
        held = self.symbols()
        return (
            f"; it has {printable(', '.join(held[:5]))}{' …' * (len(held) > 5)}"
            if held
            else "; fetch --store first"
        )


@dataclass(frozen=True)
class Footer:
    """What the end of a file says about it: rows, first and last date, first date asked for."""

    rows: int
    first: dt.datetime
    last: dt.datetime
    since: dt.date | None


def footer(path: Path) -> Footer:
    """Footer of a file, without its bars. Raises DataError."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        told = parquet.read_metadata(path)
        place = told.schema.names.index("date")
        groups = [told.row_group(i).column(place).statistics for i in range(told.num_row_groups)]
        first, last = min(group.min for group in groups), max(group.max for group in groups)
    except (pa.ArrowException, OSError, ValueError, AttributeError) as error:
        raise _spoilt(path, "cannot be read") from error
    return Footer(told.num_rows, first, last, _since(told.metadata, first.date()))


def _since(metadata: dict[bytes, bytes] | None, otherwise: dt.date) -> dt.date | None:
    note = (metadata or {}).get(_NOTE)
    if note is None:  # somebody else wrote the file
        return otherwise
    since = json.loads(note)["since"]
    return dt.date.fromisoformat(since) if since else None


def _free(folder: Path, name: str) -> Path:
    """First path that nobody has: two rewrites may come within a second."""
    names = (f"{name}{f'-{i}' if i else ''}{ENDING}" for i in count())
    return next(folder / n for n in names if not (folder / n).exists())


def _content(stored: Stored) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    since = stored.since.isoformat() if stored.since else None
    table = pa.Table.from_pandas(stored.bars, preserve_index=False)
    table = table.replace_schema_metadata({_NOTE: json.dumps({"since": since})})
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, **_COMPRESSION)
    return buffer.getvalue()


def _read(path: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, partitioning=None)
        symbols = table.column("symbol").unique().to_pylist()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise _spoilt(path, "cannot be read") from error
    if symbols != [symbol_of(path)]:  # such as aapl and AAPL where the disk knows no case
        raise _spoilt(path, f"holds {printable(', '.join(map(str, symbols)))}")
    return table


def _spoilt(path: Path, why: str) -> DataError:
    return DataError("STORE-FILE", f"{printable(path)}: {why}; move it away and fetch again")


def _stored(table: pa.Table, path: Path) -> Stored:
    bars = table.to_pandas(ignore_metadata=True)
    if bars.empty:
        raise _spoilt(path, "holds no bars")
    return Stored(bars, _since(table.schema.metadata, bars["date"].iloc[0].date()))
