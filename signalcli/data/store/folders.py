"""Where stores are, and folders that are still there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path

from signalcli.errors import NoInputError, OutputError, UsageError, printable
from signalcli.io.files import sync_folder

DEFAULT = "default"


def store_folder(wanted: str) -> Path:
    """Folder of a store; ``default`` is the one under the user's data folder (XDG base directories)."""
    if wanted != DEFAULT:
        return Path(wanted)
    data = os.environ.get("XDG_DATA_HOME", "")
    if data.startswith("/"):  # anything else is to be ignored, says the standard
        return Path(data) / "signalcli"
    home = os.environ.get("HOME", "")
    if not home:
        raise UsageError(
            "STORE-HOME", "neither XDG_DATA_HOME nor HOME is set; name a folder with --store DIR"
        )
    return Path(home) / ".local" / "share" / "signalcli"


def existing(wanted: str) -> Path:
    """Folder of a store that is there. Raises NoInputError."""
    folder = store_folder(wanted)
    if not folder.is_dir():
        raise NoInputError("STORE-NONE", f"{printable(folder)}: no such store; fetch --store makes one")
    return folder


def made(folder: Path) -> Path:
    """Make a folder and its parents, each of them durable. Raises OutputError."""
    try:
        _make(folder)
    except OSError as error:
        raise OutputError("STORE-FOLDER", f"{printable(folder)}: {error.strerror or error}") from error
    return folder


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
