"""Read the raw bars of one or many files, in any container."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from signalcli.config.fetch import Adjust
from signalcli.data.sources.csv.header.fields import WORDS
from signalcli.data.sources.csv.header.names import normalize
from signalcli.data.sources.files.combine import Table, combine
from signalcli.data.sources.files.expand import NamedFile, expand_sources
from signalcli.data.sources.files.symbols import Series, name_series, stem
from signalcli.errors import DataError, NoInputError, SignalcliError, count, shortened
from signalcli.io.containers.part import Part, Selection
from signalcli.io.containers.read import read_parts

if TYPE_CHECKING:
    import pyarrow as pa

# Errors of a file that holds no bars, as against one whose bars are wrong.
NO_BARS = frozenset({"FILE-KIND", "FILE-EMPTY", "FILE-TABLES", "BARS-COLUMNS", "CSV-EMPTY", "TABLE-EMPTY"})
TOO_LARGE = "FILE-LARGE"
_WORDS = frozenset(word for words in WORDS.values() for word in words) - {""}
_NOTHING = pd.DataFrame({"symbol": pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[us]")})
Parse = Callable[["bytes | pa.Table", str], pd.DataFrame]


class RawBars(NamedTuple):
    """Raw rows, errors of files or symbols without rows, and lines about what was left out or guessed."""

    rows: pd.DataFrame
    failures: list[SignalcliError]
    notes: list[str]


def _is_word(cell: str) -> bool:
    return normalize(cell) in _WORDS


class _Found(NamedTuple):
    """A table of bars in a file; ``inner`` is its name there when there are several."""

    source: str
    inner: str | None
    where: str
    rows: pd.DataFrame


def read_files(
    sources: Sequence[str], parse: Parse, table: str | None, query: str | None, adjust: Adjust = "total"
) -> RawBars:
    """Return the raw rows of files, folders and patterns.

    Rows without a symbol column take the symbol from the name of their file; when there is only one such
    table, ``attrs["named"]`` is true. What holds no bars, in a folder or an archive, is left out and
    named. A file of several that cannot be read is a failure; without any other there are no rows. Raises
    DataError, NoInputError and UsageError.
    """
    files, notes = expand_sources(sources)
    reader = _Reader(parse, Selection(table, query, _is_word), notes, single=len(files) == 1)
    tables = [found for file in files for found in reader.read(file)]
    if not tables and not reader.failures:
        raise reader.nothing(sources)
    reader.report_left_out()
    rows = _one_table(tables, adjust, reader.notes) if tables else _NOTHING
    return RawBars(rows, reader.failures, reader.notes)


class _Reader:
    """Reads files one by one and remembers what was left out."""

    def __init__(self, parse: Parse, selection: Selection, notes: list[str], *, single: bool) -> None:
        self._parse, self._selection, self._single = parse, selection, single
        self.notes = notes
        self.failures: list[SignalcliError] = []
        self._left_out: list[SignalcliError] = []

    def read(self, file: NamedFile) -> Iterator[_Found]:
        """Yield the tables of a file."""
        try:
            parts = read_parts(file.path, self._selection)
        except (DataError, NoInputError) as error:
            self._missed(error, optional=file.optional)
            return
        for part in parts:
            try:
                rows = self._rows(part)
            except DataError as error:
                self._missed(error, optional=file.optional or len(parts) > 1)
                if error.code == TOO_LARGE:
                    return  # what is left of the limit says nothing about the other parts
                continue
            yield _Found(file.path, part.name, part.where, rows)

    def _rows(self, part: Part) -> pd.DataFrame:
        content = part.read()
        rows = self._parse(content.body, part.where)
        self.notes += [*content.notes, *rows.attrs.pop("notes", ())]
        return rows

    def _missed(self, error: SignalcliError, *, optional: bool) -> None:
        if optional and error.code in NO_BARS:
            self._left_out.append(error)
        elif self._single and not optional:
            raise error
        else:
            self.failures.append(error)

    def report_left_out(self) -> None:
        """Add a line about the files that hold no bars."""
        if self._left_out:
            texts = shortened([error.message for error in self._left_out], 3)
            self.notes.append(f"{count(len(self._left_out), 'file')} without bars left out: {texts}")

    def nothing(self, sources: Sequence[str]) -> SignalcliError:
        """Return the error when nothing holds bars."""
        names = shortened(sources)
        text = f"{names}: no bars in {count(len(self._left_out), 'file')}"
        return DataError("BARS-NONE", f"{text}, such as {self._left_out[0].message}")


def _one_table(tables: list[_Found], adjust: Adjust, notes: list[str]) -> pd.DataFrame:
    nameless = [number for number, found in enumerate(tables) if "symbol" not in found.rows]
    if len(tables) == 1:
        return _single(tables[0])
    series = [Series(*tables[i][:2], tables[i].rows) for i in nameless]
    names, more = name_series(series)
    for i, name in zip(nameless, names, strict=True):
        tables[i].rows.insert(0, "symbol", name)
    rows, warnings = combine([Table(found.where, found.rows) for found in tables], adjust)
    notes += more + warnings
    return rows


def _single(found: _Found) -> pd.DataFrame:
    if "symbol" not in found.rows:
        found.rows.attrs["named"] = True  # pandas copies what is here with every column, so it must be small
        found.rows.insert(0, "symbol", stem(found.source, found.inner))
    return found.rows
