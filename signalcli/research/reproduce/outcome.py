"""What reproducing a system gives: rows of a table, and a picture where there is something to see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNKNOWN = float("nan")
Draw = Callable[["Figure"], None]


class Figures(NamedTuple):
    """One comparison.

    Parameters
    ----------
    variant : str
        Cell, or part of the system.
    measure : str
        What the three numbers are.
    published, ours, naive : float
        As printed by its authors; as measured in this run; of the forecast without any model. NaN where
        there is none.
    seconds : float
        That ours took, training included.
    meaning : str
        One line without a comma.
    """

    variant: str
    measure: str
    published: float
    ours: float
    naive: float
    seconds: float
    meaning: str


class Outcome(NamedTuple):
    """All comparisons of a system, and how to draw it; ``size`` is that of the picture in inches."""

    rows: list[Figures]
    draw: Draw | None = None
    size: tuple[float, float] = (8.0, 4.0)


@dataclass
class Watch:
    """Seconds that a block took, known when it is left."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Watch]:
    """Measure a block."""
    watch, start = Watch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start
