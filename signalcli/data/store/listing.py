"""List the content of a store from the footers of its files, and remove leftovers and old vintages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.data.store.bars_file import read_footer
from signalcli.data.store.dataset import BARS, VINTAGES, Dataset
from signalcli.data.store.names import ENDING, symbol_of
from signalcli.errors import OutputError, printable
from signalcli.io.files import sync_folder

COLUMNS = ["shelf", "symbol", "bars", "first", "last", "since", "bytes", "vintages"]
REMOVED = ["file", "bytes", "why"]
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")  # name of an unfinished file (signalcli.io.files)
_STAMP = re.compile(r"@(\d{8})T\d{6}Z")


def list_store(root: Path) -> pd.DataFrame:
    """Return one row for each stored symbol, with the columns `COLUMNS`; ``shelf`` is the dataset."""
    paths = sorted(root.glob(f"{BARS}/*/*{ENDING}"))
    return pd.DataFrame([_row(Dataset(root, path.parent.name), path) for path in paths], columns=COLUMNS)


def vacuum(root: Path, before: dt.date | None) -> pd.DataFrame:
    """Remove leftovers of killed runs, and vintages from before a day; return the removed files.

    The caller holds the lock of the store: the unfinished file of a running process looks like a leftover.
    """
    rows = []
    for path, why in [*leftovers(root), *_old_vintages(root, before)]:
        rows.append({"file": printable(path.relative_to(root)), "bytes": path.stat().st_size, "why": why})
        _remove(path)
    return pd.DataFrame(rows, columns=REMOVED)


def _row(dataset: Dataset, path: Path) -> dict[str, Any]:
    symbol, footer = symbol_of(path), read_footer(path)
    return {
        "shelf": dataset.name,
        "symbol": symbol,
        "bars": footer.rows,
        "first": _iso(footer.first),
        "last": _iso(footer.last),
        "since": footer.since.isoformat() if footer.since else "",
        "bytes": path.stat().st_size,
        "vintages": len(dataset.vintages(symbol)),
    }


def _iso(moment: dt.datetime) -> str:
    midnight = moment.time() == dt.time()
    return moment.date().isoformat() if midnight else f"{moment.isoformat(timespec='seconds')}Z"


def leftovers(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield unfinished files that a killed run has left, and why they are leftovers."""
    for path in sorted(root.glob("*/*/.*")):
        if _LEFTOVER.fullmatch(path.name):
            yield path, "left by a killed run"


def _old_vintages(root: Path, before: dt.date | None) -> Iterator[tuple[Path, str]]:
    if before is None:
        return
    for path in sorted(root.glob(f"{VINTAGES}/*/*{ENDING}")):
        stamp = _STAMP.search(path.name)
        if stamp and stamp[1] < f"{before:%Y%m%d}":
            yield path, f"vintage from before {before}"


def _remove(path: Path) -> None:
    try:
        path.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError("STORE-FOLDER", f"{printable(path)}: {error.strerror or error}") from error
