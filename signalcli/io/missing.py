"""What to do about a file that is not there: the name of one that may be meant, or the folder to make."""

from __future__ import annotations

import errno
import os
from difflib import get_close_matches
from pathlib import Path

from signalcli.errors import printable

MOST_LISTED = 2000  # names of a folder that are compared
NEAR = 0.75  # similarity of two names, 0 … 1


def missing_hint(path: str | Path, error: Exception | None = None) -> str:
    """``"; did you mean NAME?"`` for a file beside which one of a similar name lies, else what to check.

    Empty when ``error`` is not that the file is missing.
    """
    if error is not None and getattr(error, "errno", None) != errno.ENOENT:
        return ""
    near = _near(Path(path))
    return f"; did you mean {printable(near)}?" if near else "; check the name and the working folder"


def folder_hint(target: str | Path, error: OSError) -> str:
    """``"; make the folder first: mkdir -p FOLDER"`` where that is why a file cannot be written."""
    folder = Path(target).parent
    missing = error.errno == errno.ENOENT and not folder.exists()
    return f"; make the folder first: mkdir -p {printable(folder)}" if missing else ""


def _near(path: Path) -> str:
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for _, entry in zip(range(MOST_LISTED), entries, strict=False)]
    except (OSError, ValueError):
        return ""
    near = get_close_matches(path.name, names, n=1, cutoff=NEAR)
    return str(path.with_name(near[0])) if near else ""
