"""Results of a reproduced system: rows of a table and a figure."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import nan
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
    seeds : int
        Random seeds that ``ours``, ``keras``, ``naive`` and ``seconds`` are means over.
    ours_sd, keras_sd : float
        Standard deviations over the seeds.
    keras : float
        As measured with the same network in plain Keras.
    """

    variant: str
    measure: str
    published: float
    ours: float
    naive: float
    seconds: float
    meaning: str
    seeds: int = 1
    ours_sd: float = nan
    keras: float = nan
    keras_sd: float = nan


COLUMNS = (
    *("variant", "measure", "published", "ours", "ours_sd", "keras", "keras_sd", "naive", "seeds"),
    *("seconds", "meaning"),
)


class Reproduction(NamedTuple):
    """All measurements of a system and its figure: a function that draws it, and its size in inches."""

    rows: list[Measurement]
    draw: Draw | None = None
    size: tuple[float, float] = (8.0, 4.0)


def to_table(reproductions: dict[str, Reproduction]) -> pd.DataFrame:
    """Column system, then `COLUMNS`."""
    rows = [{"system": name} | row._asdict() for name, system in reproductions.items() for row in system.rows]
    return pd.DataFrame(rows, columns=["system", *COLUMNS])


class Timer:
    """Run time of a ``with`` block in seconds, available after the block."""

    seconds = 0.0

    def __enter__(self) -> Self:
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.start
