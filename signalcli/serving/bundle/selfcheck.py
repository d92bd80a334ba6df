"""Rows with the probabilities that the graph gave for them when the bundle was written, as CSV."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.schemas import CLASS_COLUMNS
from signalcli.serving.bundle.manifest_schema import SELFCHECK

ROWS = 32


class SelfCheck(NamedTuple):
    """Rows (`ROWS`, n_features) and probabilities (`ROWS`, n_classes)."""

    rows: np.ndarray
    probabilities: np.ndarray


def select_rows(X: np.ndarray) -> np.ndarray:
    """`ROWS` evenly spaced rows of the training data, the first and the last among them."""
    return X[np.linspace(0, len(X) - 1, ROWS).astype(int)]


def to_bytes(check: SelfCheck, columns: list[str], classes: list[int]) -> bytes:
    """CSV with the shortest text that reads back to the same bits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_header(columns, classes))
    writer.writerows(np.column_stack(check).tolist())
    return out.getvalue().encode()


def from_bytes(content: bytes, columns: list[str], classes: list[int]) -> SelfCheck:
    """Content of a file. Raises DamagedError unless it has the columns and `ROWS` rows of finite numbers."""
    try:
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        numbers = np.array(rows, dtype="float64")
    except (ValueError, csv.Error) as error:
        raise DamagedError(f"{SELFCHECK} is not a table of numbers") from error
    if head != _header(columns, classes) or numbers.shape != (ROWS, len(head)):
        raise DamagedError(f"{SELFCHECK} does not have the columns and rows of this model")
    if not np.isfinite(numbers).all():
        raise DamagedError(f"{SELFCHECK} contains a value that is not finite")
    return SelfCheck(numbers[:, : len(columns)], numbers[:, len(columns) :])


def _header(columns: list[str], classes: list[int]) -> list[str]:
    return [*columns, *(CLASS_COLUMNS[c] for c in classes)]
