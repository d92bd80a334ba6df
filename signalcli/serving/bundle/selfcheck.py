"""Rows with the probabilities that were computed from them when the bundle was written, as CSV."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.schemas import CLASS_COLUMNS
from signalcli.serving.bundle.manifest_schema import ROWS, SELFCHECK


class SelfCheck(NamedTuple):
    """Rows (n, features) and probabilities (n, classes)."""

    rows: np.ndarray
    probabilities: np.ndarray


def evenly(X: np.ndarray) -> np.ndarray:
    """`ROWS` rows from all over the training part, the first and the last among them."""
    return X[np.linspace(0, len(X) - 1, ROWS).astype(int)]


def to_bytes(check: SelfCheck, columns: list[str], classes: list[int]) -> bytes:
    """CSV with the shortest text that reads back to the same bits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns, *(CLASS_COLUMNS[c] for c in classes)])
    writer.writerows(np.column_stack(check).tolist())
    return out.getvalue().encode()


def from_bytes(content: bytes, columns: list[str], classes: list[int]) -> SelfCheck:
    """What a file holds. Raises DamagedError unless it has the columns and `ROWS` rows of finite numbers."""
    try:
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        numbers = np.array(rows, dtype="float64")
    except (ValueError, csv.Error) as error:
        raise DamagedError(f"{SELFCHECK} is not a table of numbers") from error
    if head != [*columns, *(CLASS_COLUMNS[c] for c in classes)] or numbers.shape != (ROWS, len(head)):
        raise DamagedError(f"{SELFCHECK} does not have the columns and rows of this model")
    if not np.isfinite(numbers).all():
        raise DamagedError(f"{SELFCHECK} holds what is no number")
    return SelfCheck(numbers[:, : len(columns)], numbers[:, len(columns) :])
