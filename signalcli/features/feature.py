"""The declaration of a feature: name, function, look-back, formula, unit and source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from signalcli.features.timeseries.panel import Panel


@dataclass(frozen=True)
class Feature:
    """One column of FEATURES.

    Parameters
    ----------
    name : str
        Name of the column.
    make : callable
        From a `Panel` to an array (bars, symbols); time runs along the first axis, NaN where unknown.
    look_back : int
        Number of bars it reads, its own bar and ``lag`` included. No older bar may change any bit of it.
    formula : str
        Formula in terms of open, high, low, close and volume.
    unit : str
        Unit of the values: fraction, bars, σ, 0…1, …
    source : str
        Publication that defines it.
    lag : int
        Number of bars by which the values of ``make`` are delayed.
    across : bool
        Whether it reads other symbols of the same date.
    """

    name: str
    make: Callable[[Panel], np.ndarray]
    look_back: int
    formula: str
    unit: str = "fraction"
    source: str = ""
    lag: int = 0
    across: bool = False


@dataclass(frozen=True)
class WindowFeature:
    """A feature of the last ``width`` bars; `over` gives the `Feature` of one width.

    Parameters
    ----------
    name, formula : str
        As in `Feature`, with ``{w}`` where the width stands.
    make : callable
        From a `Panel` and a width to an array (bars, symbols).
    unit, source : str
        As in `Feature`.
    bars_before : int
        Number of bars it reads before the window.
    """

    name: str
    make: Callable[[Panel, int], np.ndarray]
    formula: str
    unit: str
    source: str = ""
    bars_before: int = 0

    def over(self, width: int) -> Feature:
        """The feature of one width."""
        return Feature(
            name=self.name.format(w=width),
            make=lambda panel: self.make(panel, width),
            look_back=width + self.bars_before,
            formula=self.formula.format(w=width),
            unit=self.unit,
            source=self.source,
        )


def longest_look_back(features: Sequence[Feature]) -> int:
    """Number of newest bars that determine the newest row to the last bit."""
    return max((f.look_back for f in features), default=1)
