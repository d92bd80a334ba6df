"""Statistics of the last bars' log returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from signalcli.features.feature import Feature
from signalcli.features.lags import returns
from signalcli.features.panel import Panel
from signalcli.features.trail import Trail

if TYPE_CHECKING:
    import numpy as np

WIDTHS = (5, 10, 20, 60)


class Statistic(NamedTuple):
    """A number of the last returns: how it is made, and what it says."""

    make: Callable[[Trail, int], np.ndarray]
    formula: str
    unit: str = "log return"


STATISTICS = {
    "mean": Statistic(Trail.mean, "mean of r"),
    "std": Statistic(Trail.std, "standard deviation of r (ddof 1)"),
    "min": Statistic(Trail.minimum, "smallest r"),
    "max": Statistic(Trail.maximum, "largest r"),
}


def return_trail(panel: Panel) -> Trail:
    """Windows over the log returns."""
    return panel.trail("ret", lambda: returns(panel))


def rolling(widths: Sequence[int] = WIDTHS) -> list[Feature]:
    """``ret_<statistic><w>`` over each of the widths."""
    return [statistic(name, width) for width in widths for name in STATISTICS]


def statistic(name: str, width: int) -> Feature:
    """One statistic of the last ``width`` returns, which need one bar more."""
    found = STATISTICS[name]
    return Feature(
        f"ret_{name}{width}",
        lambda panel: found.make(return_trail(panel), width),
        width + 1,
        f"{found.formula} over {width} bars, r = ln(close / close 1 bar before)",
        found.unit,
    )
