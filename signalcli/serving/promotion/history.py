"""What the gate keeps in the folder of a saved model, beside the model itself.

``promotions.jsonl`` has one line for each change of the model, the oldest first; ``walk_forward.csv`` the
out-of-sample rows of its walk-forward; ``previous.zip`` the files of the model before it, with these two.
The model itself does not depend on them: where they are missing or damaged, less can be compared or restored.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.errors import NoInputError
from signalcli.io.folders import DamagedError, read_folder
from signalcli.io.formatting import format_dates
from signalcli.serving.bundle.manifest_schema import ESTIMATORS, HISTORY, KEPT, LIMITS, PREVIOUS, WALK_FORWARD
from signalcli.serving.promotion.losses import KEY, NO_ROWS

LONGEST = 1000  # lines of the history, the newest
# Files of a model before.
INSIDE = {**LIMITS, **ESTIMATORS, HISTORY: KEPT[HISTORY], WALK_FORWARD: KEPT[WALK_FORWARD]}
STAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Kept:
    """The contents of a model's folder; ``files`` has the model and what the gate keeps."""

    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def promotions(self) -> list[dict[str, Any]]:
        """The lines of the history; those that cannot be read are left out."""
        texts = self.files.get(HISTORY, b"").decode(errors="replace").splitlines()
        return [line for line in map(_parse, texts) if line]

    @property
    def walk_forward(self) -> pd.DataFrame:
        """Out-of-sample rows of the walk-forward (`losses.known_rows`); empty if there are none."""
        try:
            table = pd.read_csv(io.BytesIO(self.files[WALK_FORWARD]), dtype={"symbol": "str"})
            return table.assign(date=pd.to_datetime(table["date"], utc=True).dt.tz_localize(None))[
                [*KEY, *(c for c in table if c not in KEY)]
            ]
        except (KeyError, ValueError):
            return NO_ROWS


def read_kept(folder: Path) -> Kept:
    """The files of a model's folder; none where it is missing or damaged.

    Raises NoInputError where it is there and cannot be read: what it keeps would be lost.
    """
    try:
        limits = {**LIMITS, **ESTIMATORS, **KEPT}
        return Kept(read_folder(folder, limits, optional=limits))
    except DamagedError:
        return Kept()
    except NoInputError:
        if os.path.lexists(folder):
            raise
        return Kept()


def to_csv(rows: pd.DataFrame) -> bytes:
    """CSV of the rows of a walk-forward."""
    table = rows.assign(date=format_dates(rows["date"]))
    return table.to_csv(index=False, lineterminator="\n").encode()


def to_lines(promotions: list[dict[str, Any]]) -> bytes:
    """JSON of promotions, one a line."""
    return "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in promotions[-LONGEST:]).encode()


def pack(kept: Kept) -> bytes:
    """The files of a model as an archive, without the model before it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in (name for name in INSIDE if name in kept.files):
            archive.writestr(zipfile.ZipInfo(name, STAMP), kept.files[name])
    return content.getvalue()


def unpack(content: bytes) -> Kept:
    """The files of `pack`. Raises DamagedError for any other archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            known = all(name in INSIDE and size <= INSIDE[name] for name, size in sizes.items())
            if not known or not set(LIMITS) <= set(sizes):
                raise DamagedError(f"{PREVIOUS} holds other files than a model")
            return Kept({name: archive.read(name) for name in sizes})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise DamagedError(f"{PREVIOUS} is damaged") from error


def _parse(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return line if isinstance(line, dict) else {}
