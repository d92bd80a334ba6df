"""What a store holds, read from the ends of its files, and what may be thrown away."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.data.store.names import ENDING, symbol_of
from signalcli.data.store.shelf import BARS, VINTAGES, Shelf, footer
from signalcli.errors import OutputError, printable
from signalcli.io.files import sync_folder

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["shelf", "symbol", "bars", "first", "last", "since", "bytes", "vintages"]
REMOVED = ["file", "bytes", "why"]
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")  # how signalcli.io.files names what it has not finished
_STAMP = re.compile(r"@(\d{8})T\d{6}Z")


def listing(root: Path) -> pd.DataFrame:
    """One row a stored symbol: bars, first and last date, first date asked for, size, number of vintages."""
    import pandas as pd

    rows = [_row(Shelf(root, folder.name), path) for folder, path in _files(root)]
    return pd.DataFrame(rows, columns=COLUMNS)


def vacuum(root: Path, before: dt.date | None) -> pd.DataFrame:
    """Remove what killed runs left behind, and vintages written before a day; returns what is gone.

    Who calls this holds the lock: without it, the unfinished file of another run looks like a leftover.
    """
    import pandas as pd

    rows = []
    for path, why in [*_leftovers(root), *_old_vintages(root, before)]:
        rows.append({"file": printable(path.relative_to(root)), "bytes": path.stat().st_size, "why": why})
        _remove(path)
    return pd.DataFrame(rows, columns=REMOVED)


def _files(root: Path) -> list[tuple[Path, Path]]:
    return [(path.parent, path) for path in sorted(root.glob(f"{BARS}/*/*{ENDING}"))]


def _row(shelf: Shelf, path: Path) -> dict[str, Any]:
    symbol, end = symbol_of(path), footer(path)
    return {
        "shelf": shelf.name,
        "symbol": symbol,
        "bars": end.rows,
        "first": _text(end.first),
        "last": _text(end.last),
        "since": end.since.isoformat() if end.since else "",
        "bytes": path.stat().st_size,
        "vintages": len(shelf.vintages(symbol)),
    }


def _text(moment: dt.datetime) -> str:
    midnight = moment.time() == dt.time()
    return moment.date().isoformat() if midnight else f"{moment.isoformat(timespec='seconds')}Z"


def _leftovers(root: Path) -> Iterator[tuple[Path, str]]:
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
