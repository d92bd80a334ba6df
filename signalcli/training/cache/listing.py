"""What a cache holds, and what was removed from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from signalcli.training.cache.entry import read_header
from signalcli.training.cache.folder import CacheFolder, Stored

COLUMNS = ("model", "signalcli", "fits", "bytes", "last_used")
_HEAD = 2**16  # bytes that hold the header of an entry without many warnings


def list_cache(folder: CacheFolder) -> pd.DataFrame:
    """One row for each model and version: number of fits, bytes on disk, and when one was last used.

    A damaged entry has no model and no version.
    """
    rows = [_row(stored) for stored in folder.entries()]
    table = pd.DataFrame(rows, columns=["model", "signalcli", "bytes", "last_used"])
    of_model = table.groupby(["model", "signalcli"], sort=True, dropna=False)
    listed = of_model.agg(
        fits=("bytes", "size"), bytes=("bytes", "sum"), last_used=("last_used", "max")
    ).reset_index()
    return listed[list(COLUMNS)]


def clear_cache(folder: CacheFolder) -> pd.DataFrame:
    """Remove every fit; one row with their number and their bytes on disk. Raises OSError."""
    fits, size = folder.clear()
    return pd.DataFrame({"fits": [fits], "bytes": [size]})


def _row(stored: Stored) -> dict[str, Any]:
    header = _header(stored)
    used = dt.datetime.fromtimestamp(int(stored.used), dt.UTC).replace(tzinfo=None)
    known = {name: header.get(name) for name in ("model", "signalcli")}
    return known | {"bytes": stored.size, "last_used": pd.Timestamp(used).as_unit("us")}


def _header(stored: Stored) -> dict[str, Any]:
    try:
        with stored.path.open("rb") as handle:
            return read_header(handle.read(_HEAD))
    except OSError:  # removed by another process
        return {}
