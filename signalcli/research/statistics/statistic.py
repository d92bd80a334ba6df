"""One statistic of a symbol's bars."""

from __future__ import annotations

from math import nan
from typing import NamedTuple


class Statistic(NamedTuple):
    """A row of a section.

    Parameters
    ----------
    name : str
        Its name within the section.
    value : float
        NaN where it is undefined: too few bars, or constant prices.
    meaning : str
        One line without a comma, so that the CSV needs no quotes.
    lag : int or None
        Lag in bars, or the order of a model.
    low, high : float
        Interval of the value; the meaning says which one.
    p_value : float
        Probability of a value at least as extreme under the null hypothesis.
    """

    name: str
    value: float
    meaning: str
    lag: int | None = None
    low: float = nan
    high: float = nan
    p_value: float = nan
