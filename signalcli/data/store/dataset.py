"""A dataset of the store: the bars of one source, interval and adjustment, one file for each symbol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pandas as pd

from signalcli.data.store.bars_file import StoredBars, encode, read_arrow, read_bars
from signalcli.data.store.folders import make_folder
from signalcli.data.store.names import ENDING, file_name, symbol_of
from signalcli.errors import NoInputError, nearest, printable
from signalcli.io.files import read_bytes, write_bytes
from signalcli.io.leftovers import remove_leftovers

BARS, VINTAGES = "bars", "vintages"
CHOICE = "(--source, --interval and --adjust choose)"


@dataclass(frozen=True)
class Dataset:
    """Files ``bars/NAME/SYMBOL.parquet`` of a store, and ``vintages/NAME/SYMBOL@TIME.parquet``.

    A vintage is a file as it was before its source rewrote the history. Files are replaced atomically, so
    readers need no lock; writers hold the lock of the store.
    """

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Folder of the current bars."""
        return self.root / BARS / self.name

    def path(self, symbol: str) -> Path:
        """Return the file of a symbol, whether it exists or not."""
        return self.folder / f"{file_name(symbol)}{ENDING}"

    def symbols(self) -> list[str]:
        """Return the symbols with bars, sorted."""
        return sorted(symbol_of(path) for path in self.folder.glob(f"*{ENDING}"))

    def load(self, symbol: str) -> StoredBars | None:
        """Return the bars of a symbol, None if there are none. Raises DataError for a damaged file."""
        path = self.path(symbol)
        return read_bars(path) if path.exists() else None

    def bars(self, symbols: Sequence[str]) -> pd.DataFrame:
        """Return the bars of symbols in the order given. Raises NoInputError for one without bars."""
        import pyarrow as pa

        if not symbols:
            raise NoInputError(
                "STORE-EMPTY", f"{printable(self.root)}: no {self.name} bars; {self._hint('')}"
            )
        tables = [read_arrow(self._existing_path(symbol)) for symbol in dict.fromkeys(symbols)]
        table = pa.concat_tables(tables, promote_options="default")
        del tables
        return table.to_pandas(ignore_metadata=True, split_blocks=True, self_destruct=True)

    def save(self, symbol: str, stored: StoredBars) -> None:
        """Replace the bars of a symbol atomically."""
        make_folder(self.folder)
        write_bytes(str(self.path(symbol)), encode(stored))

    def save_vintage(self, symbol: str, now: dt.datetime) -> Path:
        """Copy the current file to a vintage named after the time; return it, or an equal older one."""
        folder = make_folder(self.root / VINTAGES / self.name)
        remove_leftovers(folder, f"{file_name(symbol)}@")
        content = read_bytes(str(self.path(symbol)))
        vintage = next((p for p in self.vintages(symbol) if read_bytes(str(p)) == content), None)
        if vintage is None:
            vintage = _unused_path(folder, f"{file_name(symbol)}@{now:%Y%m%dT%H%M%SZ}")
            write_bytes(str(vintage), content)
        return vintage

    def vintage(self, symbol: str, stamp: str) -> pd.DataFrame:
        """Return the bars as they were before the rewrite at a time. Raises NoInputError."""
        paths = {path.stem.rpartition("@")[2]: path for path in self.vintages(symbol)}
        if stamp not in paths:
            has = f"it has {', '.join(paths)}" if paths else "it has none"
            raise NoInputError("STORE-VINTAGE", f"{printable(symbol)}: no vintage {printable(stamp)}; {has}")
        return read_bars(paths[stamp]).bars

    def vintages(self, symbol: str) -> list[Path]:
        """Return the vintages of a symbol, oldest first."""
        return sorted((self.root / VINTAGES / self.name).glob(f"{file_name(symbol)}@*{ENDING}"))

    def _existing_path(self, symbol: str) -> Path:
        path = self.path(symbol)
        if not path.exists():
            raise NoInputError(
                "STORE-SYMBOL",
                f"{printable(self.root)}: no {self.name} bars of {printable(symbol)}; {self._hint(symbol)}",
            )
        return path

    def _hint(self, symbol: str) -> str:
        """Return the datasets that have the symbol, else the nearest symbols, else the other datasets."""
        files = sorted(self.root.glob(f"{BARS}/*/*{ENDING}"))
        others = [p.parent.name for p in files if symbol_of(p).lower() == symbol.lower()]
        if others:
            return f"it is in {', '.join(others)} {CHOICE}"
        if symbols := self.symbols():
            return f"did you mean {printable(nearest(symbol, symbols))}?"
        stored = ", ".join(dict.fromkeys(p.parent.name for p in files))
        return f"the store has {stored} {CHOICE}" if stored else "fetch --store first"


def _unused_path(folder: Path, name: str) -> Path:
    """Return the first path that does not exist: there can be two rewrites within a second."""
    names = (f"{name}{f'-{i}' if i else ''}{ENDING}" for i in count())
    return next(folder / n for n in names if not (folder / n).exists())
