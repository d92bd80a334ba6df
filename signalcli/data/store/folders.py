"""Find and make the folders of stores."""

from __future__ import annotations

from pathlib import Path

from signalcli.errors import NoInputError, OutputError, UsageError, printable
from signalcli.io.files import sync_folder
from signalcli.io.xdg import user_folder

DEFAULT = "default"


def store_folder(name: str) -> Path:
    """Return the folder of a store; ``default`` is in the user's XDG data folder. Raises UsageError."""
    if name != DEFAULT:
        return Path(name)
    data = user_folder("XDG_DATA_HOME", ".local/share")
    if data is None:
        raise UsageError(
            "STORE-HOME", "neither XDG_DATA_HOME nor HOME is set; name a folder with --store DIR"
        )
    return data / "signalcli"


def existing_store(name: str) -> Path:
    """Return the folder of a store that exists. Raises NoInputError."""
    folder = store_folder(name)
    if not folder.is_dir():
        raise NoInputError("STORE-NONE", f"{printable(folder)}: no such store; fetch --store makes one")
    return folder


def make_folder(folder: Path) -> Path:
    """Create a folder and its parents, each synced to disk, and return it. Raises OutputError."""
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
