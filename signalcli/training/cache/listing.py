"""What a cache holds, and what was removed from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from signalcli.training.cache.entry import read_header
from signalcli.training.cache.folder import CacheFolder, Stored
from signalcli.training.cache.programs import program_files

COLUMNS = ("model", "signalcli", "fits", "bytes", "last_used")
PROGRAMS_ROW = "compiled programs"
_HEAD = 2**16  # bytes that hold the header of an entry without many warnings


def list_cache(folder: CacheFolder) -> pd.DataFrame:
    """One row for each model and version: number of fits, bytes on disk, and when one was last used.

    A damaged entry has no model and no version. Compiled programs of networks are one row, without fits.
    """
    rows = [_row(stored) for stored in folder.entries()]
    table = pd.DataFrame(rows, columns=["model", "signalcli", "bytes", "last_used"])
    of_model = table.groupby(["model", "signalcli"], sort=True, dropna=False)
    listed = of_model.agg(
        fits=("bytes", "size"), bytes=("bytes", "sum"), last_used=("last_used", "max")
    ).reset_index()
    return pd.concat([listed, *_programs(folder)], ignore_index=True)[list(COLUMNS)]


def clear_cache(folder: CacheFolder) -> pd.DataFrame:
    """Remove every fit and program; one row with the fits and all bytes on disk. Raises OSError."""
    fits, size = folder.clear()
    for path in program_files(folder.root):
        size += path.stat().st_size
        path.unlink(missing_ok=True)
    return pd.DataFrame({"fits": [fits], "bytes": [size]})


def _programs(folder: CacheFolder) -> list[pd.DataFrame]:
    """Row of the compiled programs; none where there are none."""
    found = [path.stat() for path in program_files(folder.root)]
    if not found:
        return []
    row = {"model": PROGRAMS_ROW, "fits": 0, "bytes": sum(status.st_size for status in found)}
    return [pd.DataFrame([row | {"last_used": _date(max(status.st_mtime for status in found))}])]


def _date(seconds: float) -> pd.Timestamp:
    return pd.Timestamp(dt.datetime.fromtimestamp(int(seconds), dt.UTC).replace(tzinfo=None)).as_unit("us")


def _row(stored: Stored) -> dict[str, Any]:
    header = _header(stored)
    known = {name: header.get(name) for name in ("model", "signalcli")}
    return known | {"bytes": stored.size, "last_used": _date(stored.used)}


def _header(stored: Stored) -> dict[str, Any]:
    try:
        with stored.path.open("rb") as handle:
            return read_header(handle.read(_HEAD))
    except OSError:  # removed by another process
        return {}
