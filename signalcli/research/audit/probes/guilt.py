"""What the probes of one stage found: guilty rows by column, and how much was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Guilt:
    """Guilty rows of a stage's output, by kind and column, and the coverage of its probes.

    Parameters
    ----------
    rows : dict
        From (kind, column) to rows of the output, ascending; the first is the first guilty one.
    checked, total : int
        Dates of symbols at which later rows were removed, and how many there are.
    columns : int
        Compared columns.
    worlds : int
        Tables, or windows of one, that the stage was run on.
    refused : int
        How many of them it refused, such as for too few rows.
    separable : bool
        Whether the stage treats symbols one by one.
    """

    rows: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    checked: int = 0
    total: int = 0
    columns: int = 0
    worlds: int = 0
    refused: int = 0
    separable: bool = False

    def add(self, kind: str, found: dict[str, np.ndarray]) -> None:
        """Add guilty rows by column."""
        for column, rows in found.items():
            known = self.rows.get((kind, column), np.zeros(0, "int64"))
            self.rows[kind, column] = np.union1d(known, rows)

    def count(self, out: object | None) -> None:
        """Count one table that the stage was run on; None where it refused it."""
        self.worlds += 1
        self.refused += out is None

    def columns_of(self, kind: str) -> set[str]:
        """Columns that are guilty of a kind."""
        return {column for known, column in self.rows if known == kind}
