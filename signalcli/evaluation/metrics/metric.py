"""What a metric is: a function and the words that explain it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

SHARE, FRACTION, A_YEAR, RATIO, COUNT = "0 … 1", "fraction", "fraction a year", "ratio", "count"
Of = TypeVar("Of")


@dataclass(frozen=True)
class Metric(Generic[Of]):
    """One column of METRICS.

    Parameters
    ----------
    of : callable
        Its value from a record, or from trades; NaN where it is not defined.
    formula, unit, source : str
        What ``signalcli metrics`` prints. Net returns are ``r``, per bar; ``T`` is their number; ``m`` are
        the returns of holding the bars themselves.
    essential : bool
        Whether it is shown without asking for all.
    """

    of: Callable[[Of], float]
    formula: str
    unit: str
    source: str = ""
    essential: bool = True


def further(of: Callable[[Of], float], formula: str, unit: str, source: str = "") -> Metric[Of]:
    """A metric that is shown with ``--metrics all``."""
    return Metric(of, formula, unit, source, essential=False)
