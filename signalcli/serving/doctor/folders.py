"""Folders that a night writes into: whether they exist or can be made, rights, and room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from signalcli.errors import printable
from signalcli.io.xdg import user_folder
from signalcli.serving.doctor.finding import Finding

USER_FOLDERS = {
    "state": ("XDG_STATE_HOME", ".local/state", "the ledger"),
    "data": ("XDG_DATA_HOME", ".local/share", "the store 'default'"),
}
LITTLE, TOO_LITTLE = 1e9, 1e8  # bytes of free space


def check_folders(named: dict[str, Path]) -> Iterator[Finding]:
    """Yield the folders of the user, the working and the temporary folder, and those of ``named`` files."""
    for name, (variable, below, purpose) in USER_FOLDERS.items():
        yield from _user_folder(name, variable, below, purpose)
    yield check_folder("working", Path.cwd())
    yield _temporary()
    for name, folder in named.items():
        yield check_folder(name, folder)


def check_folder(name: str, folder: Path) -> Finding:
    """Return whether files can be written into a folder, or into the one in which it will be made."""
    there = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    where = printable(folder)
    if not there.is_dir():
        remedy = f"move {printable(there)} away, or name another folder"
        return Finding("folder", name, f"{where}: {printable(there)} is no folder", "fault", remedy)
    if not os.access(there, os.W_OK | os.X_OK):
        remedy = f"chmod u+rwx {printable(there)}, or chown it to the user of this job"
        return Finding("folder", name, f"{where}: no right to write in {printable(there)}", "fault", remedy)
    return _room(name, where, there)


def _room(name: str, where: str, there: Path) -> Finding:
    free = shutil.disk_usage(there).free
    found, remedy = f"{where}: {free / 1e9:,.1f} GB free", "make room on this disk"
    if free < LITTLE:
        return Finding("folder", name, found, "fault" if free < TOO_LITTLE else "warning", remedy)
    return Finding("folder", name, found)


def _user_folder(name: str, variable: str, below: str, purpose: str) -> Iterator[Finding]:
    value = os.environ.get(variable, "")
    if value and not value.startswith("/"):
        found = f"{variable}={printable(value)} is no absolute path, so it is ignored"
        yield Finding("folder", variable, found, "warning", f"set {variable} to an absolute path")
    folder = user_folder(variable, below)
    if folder is None:
        found = f"neither {variable} nor HOME is an absolute path: no place for {purpose}"
        yield Finding("folder", name, found, "warning", f"set HOME or {variable}, or name the files")
    else:
        yield check_folder(name, folder / "signalcli")


def _temporary() -> Finding:
    try:
        return check_folder("temporary", Path(tempfile.gettempdir()))
    except FileNotFoundError as error:
        return Finding("folder", "temporary", printable(error), "fault", "set TMPDIR to a writable folder")
