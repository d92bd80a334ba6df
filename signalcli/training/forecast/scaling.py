"""Scaling of values for forecasters, and its inverse."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.models.neural.scaling import SCALES


class Scaling(NamedTuple):
    """Linear scaling (v − zero) / unit.

    Parameters
    ----------
    zero, unit : float
        Measured on the training part.
    by_window : bool
        Whether zero and unit are the first value of each window instead.
    """

    zero: float = 0.0
    unit: float = 1.0
    by_window: bool = False

    @classmethod
    def fit(cls, kind: str, train: np.ndarray) -> Scaling:
        """Scaling measured on the training values (n,); constant values have the unit 1."""
        if kind == "window":
            return cls(by_window=True)
        zero, unit = SCALES[kind](train)
        return cls(zero, unit if unit > 1e-12 * abs(zero) else 1.0)

    def scale(self, windows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Scale ``values`` (n, …) that belong to unscaled ``windows`` (n, timesteps)."""
        zero, unit = self._measures(windows)
        return (values - zero) / unit

    def unscale(self, windows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Inverse of `scale` for values (n,)."""
        zero, unit = self._measures(windows)
        return np.asarray(values[:, np.newaxis] * unit + zero)[:, 0]

    def _measures(self, windows: np.ndarray) -> tuple[np.ndarray | float, np.ndarray | float]:
        first = windows[:, :1]
        return (first, first) if self.by_window else (self.zero, self.unit)


UNSCALED = Scaling()
