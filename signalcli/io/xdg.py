"""Folders of the user by the XDG base directory specification."""

from __future__ import annotations

import os
from pathlib import Path


def user_folder(variable: str, below_home: str) -> Path | None:
    """Return the folder of an XDG variable such as ``XDG_DATA_HOME``, or its default below the home folder.

    Relative values are ignored, as the specification demands. None when neither the variable nor HOME is
    an absolute path.
    """
    folder, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if folder.startswith("/"):
        return Path(folder)
    return Path(home) / below_home if home.startswith("/") else None
