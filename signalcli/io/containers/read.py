"""The tables in a file of any container."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

from signalcli.errors import DataError, OutputError, UsageError, nearest, printable, shortened
from signalcli.io.containers.archive import is_workbook, members, open_archive, read_member
from signalcli.io.containers.budget import Budget
from signalcli.io.containers.columnar import Plain, read_columnar
from signalcli.io.containers.encoding import to_utf8
from signalcli.io.containers.packed import unpack
from signalcli.io.containers.part import Content, Part, Selection
from signalcli.io.containers.signatures import COLUMNAR, DATABASES, HEAD, Kind, recognize, unread_name
from signalcli.io.files import STDIO, read_bytes, source_name

ALL = Selection()
OWN = Selection(is_word=None)  # a table that signalcli wrote is UTF-8, or damaged


def read_parts(source: str, selection: Selection = ALL) -> list[Part]:
    """Return the tables in a file, or in standard input for ``-``; each is read when it is asked for.

    An archive has one for each file in it, a workbook one for each sheet, a database the one that
    ``selection`` names. Raises NoInputError when the source cannot be opened, DataError when it cannot be
    read, and UsageError for a selection that fits no table.
    """
    where = source_name(source)
    kind = recognize(_head(source))
    if kind in DATABASES:
        return [_database_part(kind, lambda: contextlib.nullcontext(Path(source)), where, selection)]
    return _parts(read_bytes(source), where, selection)


def read_one(source: str, selection: Selection = ALL) -> Content:
    """Return the only table in a file. Raises as `read_parts`, and DataError when there are several."""
    return _only(read_parts(source, selection), source_name(source)).read()


def _head(source: str) -> bytes:
    """Return the first bytes of a file; nothing of a pipe, which cannot be read twice."""
    path = Path(source)
    try:
        if source == STDIO or not path.is_file():
            return b""
        with path.open("rb") as handle:
            return handle.read(HEAD)
    except (OSError, ValueError):
        return b""


def _parts(content: bytes, where: str, selection: Selection, budget: Budget | None = None) -> list[Part]:
    budget = budget or Budget.of(content)
    content = unpack(content, where, budget)
    kind = recognize(content)
    if kind is Kind.ZIP:
        return _chosen(_archive_parts(content, where, selection, budget), where, selection)
    if kind in DATABASES:
        return [_database_part(kind, partial(_on_disk, content), where, selection)]
    refuse_selection(selection, where)
    return [Part(None, where, partial(_read, content, kind, where, selection))]


def refuse_selection(selection: Selection, where: str) -> None:
    """Raise UsageError for a table or a query where the file is a single table."""
    if selection.query is not None:
        raise UsageError("FILE-QUERY", f"--query: {where} is no database")
    if selection.table is not None:
        table = printable(selection.table)
        raise UsageError("FILE-TABLE", f"--table {table}: {where} is one table; leave --table out")


def _read(content: bytes, kind: Kind, where: str, selection: Selection) -> Content:
    """Return the one table that the content is. Raises DataError that names what is not read."""
    if kind in COLUMNAR:
        return _typed(read_columnar(content, kind, where))
    _refuse_unread(content, where)
    text, note = to_utf8(content, where, selection.is_word)
    _refuse_unread(text, where)  # a page in UTF-16 is a page, too
    return Content(text, () if note is None else (note,))


def _refuse_unread(content: bytes, where: str) -> None:
    if unread := unread_name(content):
        name, advice = unread
        raise DataError("FILE-KIND", f"{where}: {name}, not a table; {advice}")


def _typed(plain: Plain) -> Content:
    return Content(plain.table, plain.notes)


def _archive_parts(content: bytes, where: str, selection: Selection, budget: Budget) -> list[Part]:
    archive = open_archive(content, where)
    inside = replace(selection, table=None, query=None)
    if is_workbook(archive):
        from signalcli.io.containers.workbook import Workbook

        book = Workbook(archive, content, where, budget)
        return [
            Part(name, f"{where}[{printable(name)}]", partial(_sheet, book, name)) for name in book.sheets
        ]

    def read(member: object, place: str) -> Content:
        inner = read_member(archive, member, place, budget)  # type: ignore[arg-type]
        return _only(_parts(inner, place, inside, budget), place).read()

    found = [(m, f"{where}/{printable(m.filename)}") for m in members(archive)]
    if not found:
        raise DataError("FILE-EMPTY", f"{where}: an archive without a file in it")
    return [Part(member.filename, place, partial(read, member, place)) for member, place in found]


def _sheet(book: object, name: str) -> Content:
    return Content(book.read(name))  # type: ignore[attr-defined]


def _chosen(parts: list[Part], where: str, selection: Selection) -> list[Part]:
    """Return the parts, or the one that is named. The only part of a file is the file."""
    if selection.query is not None:
        raise UsageError("FILE-QUERY", f"--query: {where} is no database")
    if selection.table is not None:
        named = [p for p in parts if selection.table in {p.name, Path(p.name or "").stem}]
        if not named:
            raise _unknown_table(selection.table, [p.name or "" for p in parts], where)
        return named[:1]
    return parts if len(parts) > 1 else [Part(None, where, parts[0].read)]


def _unknown_table(table: str, names: list[str], where: str) -> UsageError:
    near = printable(nearest(table, names, 3))
    return UsageError("FILE-TABLE", f"--table {printable(table)}: not in {where}; did you mean {near}?")


def _only(parts: list[Part], where: str) -> Part:
    if len(parts) != 1:
        names = shortened([p.name or "" for p in parts])
        raise DataError("FILE-TABLES", f"{where}: {len(parts)} tables in it ({names}); one is read at a time")
    return parts[0]


Opened = Callable[[], contextlib.AbstractContextManager[Path]]


def _database_part(kind: Kind, opened: Opened, where: str, selection: Selection) -> Part:
    return Part(None, where, partial(_read_database, _engine(kind), opened, where, selection))


def _engine(kind: Kind) -> ModuleType:
    from signalcli.io.containers import duckdb, sqlite

    return sqlite if kind is Kind.SQLITE else duckdb


def _read_database(engine: ModuleType, opened: Opened, where: str, selection: Selection) -> Content:
    with opened() as path:
        if selection.query is not None:
            return _typed(engine.read_query(path, selection.query, where))
        names = engine.list_tables(path, where)
        if not names:
            raise DataError("FILE-EMPTY", f"{where}: a database without a table")
        if selection.table is None and len(names) > 1:
            text = f"{where}: {len(names)} tables ({shortened(names)}); choose one, such as --table"
            raise UsageError("FILE-TABLE", f"{text} {printable(names[0])}")
        if selection.table is not None and selection.table not in names:
            raise _unknown_table(selection.table, names, where)
        return _typed(engine.read_table(path, selection.table or names[0], where))


@contextlib.contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    """Write a database that came through a pipe or an archive to a temporary file. Raises OutputError."""
    with tempfile.TemporaryDirectory(prefix="signalcli-") as folder:
        path = Path(folder) / "database"
        try:
            path.write_bytes(content)
        except OSError as error:
            text = (
                f"copy of a database in a temporary file: {error.strerror}; set TMPDIR to a folder with space"
            )
            raise OutputError("SPOOL-WRITE", text) from error
        yield path
