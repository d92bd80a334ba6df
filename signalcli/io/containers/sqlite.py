"""Tables of SQLite files, opened so that nothing can be written."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, UsageError, printable
from signalcli.io.containers.columnar import Plain, check_cells, plain_types
from signalcli.io.containers.packed import damaged
from signalcli.io.containers.signatures import Kind
from signalcli.io.containers.sqlite_errors import SQLITE_ERRORS

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 2**14  # fetched at a time
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NAMES = (
    "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
)


def list_tables(path: Path, where: str) -> list[str]:
    """Return the tables of a database, then its views. Raises DataError."""
    with _opened(path, where) as database:
        return [row[0] for kind in ("table", "view") for row in database.execute(_NAMES, (kind,))]


def read_table(path: Path, table: str, where: str) -> Plain:
    """Return a table or view. Raises DataError."""
    with _opened(path, where) as database:
        quoted = '"' + table.replace('"', '""') + '"'
        return _fetch(database, f"SELECT * FROM {quoted}", path, where)  # noqa: S608 (quoted)


def read_query(path: Path, query: str, where: str) -> Plain:
    """Return the rows of one SELECT. Raises UsageError for other SQL."""
    with _opened(path, where) as database:
        try:
            return _fetch(database, query, path, where)
        except (sqlite3.DatabaseError, sqlite3.Warning) as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code in _DAMAGE:
                raise
            reason = "only a SELECT is allowed" if code == sqlite3.SQLITE_AUTH else printable(error)
            raise UsageError("FILE-QUERY", f"--query: {where}: {reason}") from error


@contextlib.contextmanager
def _opened(path: Path, where: str) -> Iterator[sqlite3.Connection]:
    """Open a database for reading. A file without a write-ahead log is not even locked."""
    log = path.with_name(f"{path.name}-wal")
    unlocked = not (log.exists() and log.stat().st_size)
    address = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' * unlocked}"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            database.set_authorizer(_authorize)
            yield database
    except SQLITE_ERRORS as error:
        raise damaged(where, Kind.SQLITE, printable(error)) from error


def _authorize(action: int, *_names: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _fetch(database: sqlite3.Connection, query: str, path: Path, where: str) -> Plain:
    import pyarrow as pa

    cursor = database.execute(query)
    names = [column[0] for column in cursor.description or ()]
    if not names:
        raise UsageError("FILE-QUERY", f"--query: {where}: only a SELECT is allowed")
    columns: list[list[Any]] = [[] for _ in names]
    while rows := cursor.fetchmany(_ROWS):
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(cells)
        check_cells(len(columns[0]) * len(columns), path.stat().st_size, where)
    if len(set(names)) < len(names):
        raise DataError("CSV-HEADER", f"{where}: two columns have the same name; rename one with AS")
    return plain_types(pa.table([_column(cells) for cells in columns], names), where)


def _column(cells: list[Any]) -> pa.Array:
    """Return a column; SQLite's cells have types of their own, so mixed ones become text."""
    import pyarrow as pa

    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
