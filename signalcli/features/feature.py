"""A declared feature: what it is called, what it means, how far back it looks, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from signalcli.features.timeseries.panel import Panel


@dataclass(frozen=True)
class Feature:
    """One column of FEATURES.

    Parameters
    ----------
    name : str
        Column.
    make : callable
        `Panel` to an array (bars, symbols); time runs along the first axis, NaN where nothing is known.
    look_back : int
        Bars it reads, the row's own and those of ``lag`` included; no older bar may move a bit of it.
    formula : str
        In words or signs, over open, high, low, close, volume.
    unit : str
        Of the values: fraction, bars, σ, 0…1, …
    source : str
        Where the definition stands.
    lag : int
        Bars by which what ``make`` gives is written later.
    across : bool
        Whether it reads the other symbols of the same date.
    """

    name: str
    make: Callable[[Panel], np.ndarray]
    look_back: int
    formula: str
    unit: str = "fraction"
    source: str = ""
    lag: int = 0
    across: bool = False


def min_history(features: list[Feature]) -> int:
    """Bars that decide a row to the last bit: with one fewer, the newest row may differ."""
    return max((f.look_back for f in features), default=1)
