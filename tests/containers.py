"""Writers of each container, for tests: text in, bytes out."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pandas as pd
import pyarrow as pa
from pyarrow import feather, parquet

EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(content)
    return sink.getvalue().to_pybytes()


def zipped(**members: bytes) -> bytes:
    """A zip archive; a double underscore in a name is a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "two gzip members": lambda c: gzip.compress(c[:100]) + gzip.compress(c[100:]),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
    "zip": lambda c: zipped(bars__csv=c),
    "gzip in zip": lambda c: zipped(bars__csv__gz=gzip.compress(c)),
    "zip in gzip": lambda c: gzip.compress(zipped(bars__csv=c)),
    "utf-8 with mark": lambda c: b"\xef\xbb\xbf" + c,
    "utf-16 with mark": lambda c: c.decode().encode("utf-16"),
    "utf-16-le": lambda c: c.decode().encode("utf-16-le"),
    "utf-16-be": lambda c: c.decode().encode("utf-16-be"),
    "utf-32-le": lambda c: c.decode().encode("utf-32-le"),
    "utf-32-be with mark": lambda c: b"\0\0\xfe\xff" + c.decode().encode("utf-32-be"),
    "zip of utf-16": lambda c: zipped(bars__csv=c.decode().encode("utf-16")),
}


def ipc_file(table: pd.DataFrame) -> bytes:
    sink, arrow = io.BytesIO(), pa.Table.from_pandas(table, preserve_index=False)
    with pa.ipc.new_file(sink, arrow.schema) as writer:
        writer.write_table(arrow)
    return sink.getvalue()


def ipc_stream(table: pd.DataFrame) -> bytes:
    sink, arrow = io.BytesIO(), pa.Table.from_pandas(table, preserve_index=False)
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow)
    return sink.getvalue()


def feather_file(table: pd.DataFrame, version: int = 2) -> bytes:
    sink = io.BytesIO()
    feather.write_feather(pa.Table.from_pandas(table, preserve_index=False), sink, version=version)
    return sink.getvalue()


def parquet_file(table: pd.DataFrame | pa.Table) -> bytes:
    sink = io.BytesIO()
    arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table)
    parquet.write_table(arrow, sink)
    return sink.getvalue()


def sqlite_file(folder: Path, **tables: pd.DataFrame) -> bytes:
    path = folder / "made.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        for name, table in tables.items():
            table.to_sql(name, database, index=False)
    database.close()
    return path.read_bytes()


def duckdb_file(folder: Path, **tables: pd.DataFrame) -> bytes:
    path = folder / "made.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as database:
        for name, table in tables.items():
            database.register("given", table)
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')  # noqa: S608
    return path.read_bytes()


TABLES: dict[str, Callable[[pd.DataFrame, Path], bytes]] = {
    "parquet": lambda t, _: parquet_file(t),
    "parquet with index": lambda t, _: parquet_file(t.set_index("date")),
    "parquet with nameless index": lambda t, _: parquet_file(t.set_index("date").rename_axis(None)),
    "parquet with text dates": lambda t, _: parquet_file(t.assign(date=t["date"].astype("str"))),
    "parquet with epochs": lambda t, _: parquet_file(t.assign(date=t["date"].astype("int64") // 1000)),
    "parquet with a zone": lambda t, _: parquet_file(t.assign(date=t["date"].dt.tz_localize("UTC"))),
    "arrow file": lambda t, _: ipc_file(t),
    "arrow stream": lambda t, _: ipc_stream(t),
    "feather": lambda t, _: feather_file(t),
    "sqlite": lambda t, folder: sqlite_file(folder, bars=t),
    "sqlite with text": lambda t, folder: sqlite_file(folder, bars=t.astype("str")),
    "duckdb": lambda t, folder: duckdb_file(folder, bars=t),
    "xlsx": lambda t, _: xlsx(bars=t),
    "gzip of parquet": lambda t, _: gzip.compress(parquet_file(t)),
    "zip of parquet": lambda t, _: zipped(bars__parquet=parquet_file(t)),
    "gzip of sqlite": lambda t, folder: gzip.compress(sqlite_file(folder, bars=t)),
    "zip of xlsx": lambda t, _: zipped(bars__xlsx=xlsx(bars=t)),
}

_SCHEMAS = "http://schemas.openxmlformats.org"
_OFFICE = f"{_SCHEMAS}/officeDocument/2006/relationships"
_TYPES = f'<?xml version="1.0"?><Types xmlns="{_SCHEMAS}/package/2006/content-types">{{}}</Types>'
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PART = f'<Override PartName="/xl/{{}}" ContentType="{_SHEETS}.{{}}+xml"/>'
_RELATIONS = f'xmlns="{_SCHEMAS}/package/2006/relationships"'
_LINKS = f'<?xml version="1.0"?><Relationships {_RELATIONS}>{{}}</Relationships>'
_LINK = f'<Relationship Id="r{{0}}" Type="{_OFFICE}/{{1}}" Target="{{2}}"/>'
_MAIN = f'xmlns="{_SCHEMAS}/spreadsheetml/2006/main"'
_FORMATS = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
_STYLES = f'<?xml version="1.0"?><styleSheet {_MAIN}>{_FORMATS}</styleSheet>'


def xlsx(above: int = 0, **sheets: pd.DataFrame) -> bytes:
    """An Excel workbook; dates are numbers in a date format. ``above`` rows are left empty."""
    names = list(sheets)
    numbered = list(enumerate(names, start=1))
    entries = "".join(
        f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}" xmlns:r="{_OFFICE}"/>' for i, n in numbered
    )
    links = "".join(_LINK.format(i, "worksheet", f"worksheets/sheet{i}.xml") for i, _ in numbered)
    parts = "".join(_PART.format(f"worksheets/sheet{i}.xml", "worksheet") for i, _ in numbered)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", _TYPES.format(_PART.format("workbook.xml", "sheet.main") + parts)
        )
        archive.writestr("_rels/.rels", _LINKS.format(_LINK.format(1, "officeDocument", "xl/workbook.xml")))
        archive.writestr(
            "xl/workbook.xml", f'<?xml version="1.0"?><workbook {_MAIN}><sheets>{entries}</sheets></workbook>'
        )
        styles = _LINK.format(99, "styles", "styles.xml")
        archive.writestr("xl/_rels/workbook.xml.rels", _LINKS.format(links + styles))
        archive.writestr("xl/styles.xml", _STYLES)
        for i, name in numbered:
            archive.writestr(f"xl/worksheets/sheet{i}.xml", _sheet(sheets[name], above))
    return out.getvalue()


def _sheet(table: pd.DataFrame, above: int) -> str:
    rows = [list(table.columns), *table.itertuples(index=False)]
    lines = "".join(
        f'<row r="{n}">{"".join(_cell(value, f"{chr(65 + i)}{n}") for i, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1 + above)
    )
    return f'<?xml version="1.0"?><worksheet {_MAIN}><sheetData>{lines}</sheetData></worksheet>'


def _cell(value: object, place: str) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, pd.Timestamp):
        days = (value.to_pydatetime() - EXCEL_DAY_ZERO) / dt.timedelta(days=1)
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    return "" if pd.isna(value) else f'<c r="{place}"><v>{value!r}</v></c>'
