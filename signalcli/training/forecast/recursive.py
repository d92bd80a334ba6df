"""From forecast to forecast: the newest one joins the window, the oldest value leaves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Say = Callable[[np.ndarray], np.ndarray]
"""From windows (n, timesteps) to the value after each, (n,)."""


def generate(say: Say, starts: np.ndarray, steps: int) -> np.ndarray:
    """Values of ``steps`` bars after each window, (n, steps).

    starts : (n, timesteps) true values. Nothing that comes after them is at hand here, so no forecast can
    have seen it. Where a forecast is no finite number, it and all that would follow from it are NaN.
    """
    windows, said = np.array(starts, dtype="float64"), np.full((len(starts), steps), np.nan)
    alive = np.ones(len(starts), dtype=bool)
    for step in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):  # a network that explodes is told by its NaN
            values = say(windows[alive])
        going = np.isfinite(values)
        alive[alive] = going
        if not alive.any():
            break
        said[alive, step] = values[going]
        windows[:, :-1] = windows[:, 1:]
        windows[alive, -1] = values[going]
    return said
