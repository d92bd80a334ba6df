"""Results of a reproduced system: rows of a table and a figure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Self

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[["Figure"], None]


class Measurement(NamedTuple):
    """One published number, measured again.

    Parameters
    ----------
    variant : str
        Cell, or part of the system.
    measure : str
        Name of the metric.
    published, ours, naive : float
        As printed by the authors; as measured in this run; of a naive forecast. NaN where there is none.
    seconds : float
        Run time of ours, training included.
    meaning : str
        One line without a comma, so that the CSV needs no quotes.
    """

    variant: str
    measure: str
    published: float
    ours: float
    naive: float
    seconds: float
    meaning: str


class Reproduction(NamedTuple):
    """All measurements of a system and its figure: a function that draws it, and its size in inches."""

    rows: list[Measurement]
    draw: Draw | None = None
    size: tuple[float, float] = (8.0, 4.0)


def to_table(reproductions: dict[str, Reproduction]) -> pd.DataFrame:
    """Columns system, variant, measure, published, ours, naive, seconds, meaning."""
    rows = [{"system": name} | row._asdict() for name, system in reproductions.items() for row in system.rows]
    return pd.DataFrame(rows)


class Timer:
    """Run time of a ``with`` block in seconds, available after the block."""

    seconds = 0.0

    def __enter__(self) -> Self:
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.start
