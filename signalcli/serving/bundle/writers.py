"""Who else may write a bundle: a hash inside it finds damage, not a stranger's work."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from signalcli.errors import printable

OTHERS = stat.S_IWGRP | stat.S_IWOTH


def other_writers(folder: Path) -> str:
    """Line about a bundle whose folder or files other users may write or own; empty if there is none."""
    for path in (folder, *sorted(p for p in folder.iterdir() if not p.name.startswith("."))):
        status = path.stat()
        if status.st_mode & OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            advice = f"chmod -R go-w {_quoted(folder)}"
            return f"{printable(path)}: other users may write it (mode {mode:o}); {advice}"
        if status.st_uid not in {0, os.geteuid()}:
            return (
                f"{printable(path)}: belongs to another user (id {status.st_uid}), who may change it; copy "
                f"{_quoted(folder)} to a folder of your own"
            )
    return ""


def _quoted(folder: Path) -> str:
    """A path as it is typed."""
    return shlex.quote(printable(folder))
