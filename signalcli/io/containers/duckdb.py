"""Tables of DuckDB files, opened so that nothing is written and nothing else is read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from signalcli.errors import UsageError, printable
from signalcli.io.containers.columnar import Plain, check_cells, plain_types
from signalcli.io.containers.packed import damaged
from signalcli.io.containers.signatures import Kind
from signalcli.io.libraries import require_library

# No file but the database, no network, no extension; and no query can change that.
_LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}
_NAMES = """
SELECT CASE schema_name WHEN 'main' THEN '' ELSE schema_name || '.' END || table_name AS name
FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()
ORDER BY name
"""
_VIEWS = "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"


def list_tables(path: Path, where: str) -> list[str]:
    """Return the tables of a database, then its views. Raises DataError."""
    with _opened(path, where) as database:
        return [row[0] for query in (_NAMES, _VIEWS) for row in database.execute(query).fetchall()]


def read_table(path: Path, table: str, where: str) -> Plain:
    """Return a table or view; one of another schema is ``schema.table``. Raises DataError."""
    with _opened(path, where) as database:
        known = {row[0] for row in database.execute(_NAMES).fetchall()}
        schema, dot, name = table.partition(".")
        parts = (schema, name) if dot and table in known else (table,)
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in parts)
        return _fetch(database, f"SELECT * FROM {quoted}", path, where)  # noqa: S608 (quoted)


def read_query(path: Path, query: str, where: str) -> Plain:
    """Return the rows of one SELECT. Raises UsageError for other SQL."""
    with _opened(path, where) as database:
        duckdb = _duckdb(where)
        try:
            kinds = [one.type for one in database.extract_statements(query)]
            if kinds != [duckdb.StatementType.SELECT]:
                raise UsageError("FILE-QUERY", f"--query: {where}: one SELECT is allowed, nothing else")
            return _fetch(database, query, path, where)
        except duckdb.Error as error:
            reason = printable(str(error).strip().partition("\n")[0])
            raise UsageError("FILE-QUERY", f"--query: {where}: {reason}") from error


@contextlib.contextmanager
def _opened(path: Path, where: str) -> Iterator[Any]:
    duckdb = _duckdb(where)
    try:
        with contextlib.closing(duckdb.connect(str(path), read_only=True, config=_LOCKED)) as database:
            yield database
    except duckdb.Error as error:
        reason = str(error).strip().partition("\n")[0].replace(str(path), where)
        if "lock" in reason.lower():
            raise _locked(where) from error
        raise damaged(where, Kind.DUCKDB, printable(reason)) from error


def _locked(where: str) -> Exception:
    from signalcli.errors import LockedError

    return LockedError("FILE-LOCKED", f"{where}: another program writes to this database; try later")


def _duckdb(where: str) -> Any:
    require_library("duckdb", f"{where}: a DuckDB file", "or export its table to Parquet")
    import duckdb

    return duckdb


def _fetch(database: Any, query: str, path: Path, where: str) -> Plain:
    import pyarrow as pa

    cells, batches = 0, []
    reader = database.sql(query).to_arrow_reader(2**14)
    for batch in reader:
        cells += batch.num_rows * batch.num_columns
        check_cells(cells, path.stat().st_size, where)
        batches.append(batch)
    return plain_types(pa.Table.from_batches(batches, reader.schema), where)
