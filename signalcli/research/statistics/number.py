"""One number about a symbol's bars, with what it means."""

from __future__ import annotations

from typing import NamedTuple

UNKNOWN = float("nan")


class Number(NamedTuple):
    """A row of a section.

    Parameters
    ----------
    name : str
        What it is, within its section.
    value : float
        NaN where the bars do not say it: too few, or without any movement.
    meaning : str
        One line without a comma, so that the table is plain CSV.
    lag : int or None
        Bars back, or the order of a model.
    low, high : float
        Ends of the interval that goes with the value; the meaning says which.
    p_value : float
        Chance of a value as far out if the test's null hypothesis holds.
    """

    name: str
    value: float
    meaning: str
    lag: int | None = None
    low: float = UNKNOWN
    high: float = UNKNOWN
    p_value: float = UNKNOWN
