"""Scaling of values for forecasters, or their changes, and the inverse."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.config.forecast import CHANGES, RETURNS
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


class Changes(NamedTuple):
    """Changes from bar to bar divided by their standard deviation; a forecast of 0 repeats the last value.

    Parameters
    ----------
    unit : float
        Standard deviation of the changes of the training part.
    relative : bool
        Whether a change is a share of the value before.
    """

    unit: float
    relative: bool

    @classmethod
    def fit(cls, kind: str, train: np.ndarray) -> Changes:
        """``returns`` or ``differences`` of the training values (n,); constant changes have the unit 1."""
        changes = cls(1.0, kind == RETURNS).scale(train[np.newaxis], train[np.newaxis])
        unit = float(changes.std())
        return cls(unit if unit > 1e-12 * float(np.abs(changes).max()) else 1.0, kind == RETURNS)

    def scale(self, _windows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Changes of values (n, timesteps), (n, timesteps - 1)."""
        return np.diff(values) / (self.unit * (values[:, :-1] if self.relative else 1.0))

    def unscale(self, windows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Values (n,) after windows, from their changes (n,)."""
        last = windows[:, -1]
        return np.asarray(last + values * self.unit * (last if self.relative else 1.0))


def fit_scaling(kind: str, train: np.ndarray) -> Scaling | Changes:
    """Scaling of a kind, measured on the training values (n,)."""
    return Changes.fit(kind, train) if kind in CHANGES else Scaling.fit(kind, train)


UNSCALED = Scaling()
