"""What is watched: hits, calibration and net returns, each as observations from -1 to 1."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.serving.promotion.losses import predicted

CLIP = 4.0  # standard deviations of the promised net returns, beyond which a return counts as this


class Measure(NamedTuple):
    """A test of the watch: its accepted probability of a false alarm, and whether labels overlap in it."""

    alpha: float
    overlaps: bool


# Together 5 %.
MEASURES = {
    "hit_rate": Measure(0.025, overlaps=True),
    "p_up_too_high": Measure(0.00625, overlaps=True),
    "p_up_too_low": Measure(0.00625, overlaps=True),
    "net_return": Measure(0.0125, overlaps=False),
}


def observe(rows: pd.DataFrame, measure: str) -> np.ndarray:
    """Raw observations of rows with a forecast and a label, (n_rows,); the smaller, the worse.

    rows : direction, p_up (three classes: p_down, p_flat) and net_return.
    """
    if measure == "net_return":
        return rows["net_return"].to_numpy("float64")
    direction = rows["direction"].to_numpy("float64")
    if measure == "hit_rate":
        return np.where(predicted(rows) == direction, 1.0, -1.0)
    surprise = (direction == 1) - rows["p_up"].to_numpy("float64")
    return surprise if measure == "p_up_too_high" else -surprise


def in_unit(measure: str, mean: float) -> float:
    """The mean of raw observations as people read it: a share of hits instead of a mean of 1 and -1."""
    return (1.0 + mean) / 2.0 if measure == "hit_rate" else mean


def thin(rows: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Rows of one symbol whose labels do not overlap: each begins where the one before has ended.

    rows : with a column ``bar``, the number of the bar.
    """
    chosen, free = [], -1
    for place, bar in enumerate(rows["bar"]):
        if bar >= free:
            chosen.append(place)
            free = bar + horizon
    return rows.iloc[chosen]
