"""Recursive forecasts: each forecast enters the window from which the next one is made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]
"""From windows (n, timesteps) to the value after each, (n,)."""


def forecast_recursively(predict: Predict, windows: np.ndarray, steps: int) -> np.ndarray:
    """Forecasts of the ``steps`` values after each window, (n, steps).

    ``windows`` (n, timesteps) hold true values and are not changed; later true values cannot be seen. From
    the first forecast that is not finite, a row is NaN.
    """
    windows, forecasts = np.array(windows, dtype="float64"), np.full((len(windows), steps), np.nan)
    alive = np.ones(len(windows), dtype=bool)
    for step in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges gives NaN
            values = predict(windows[alive])
        finite = np.isfinite(values)
        alive[alive] = finite
        if not alive.any():
            break
        forecasts[alive, step] = values[finite]
        windows[:, :-1] = windows[:, 1:]
        windows[alive, -1] = values[finite]
    return forecasts
