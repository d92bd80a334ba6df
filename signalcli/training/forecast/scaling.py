"""What a model sees instead of prices, and the way back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.models.neural.scaling import SCALES


class Scaling(NamedTuple):
    """Where zero lies and what one is: fixed by the training part, or by the first value of each window.

    Parameters
    ----------
    zero, unit : float
        A value v is seen as (v − zero) / unit.
    by_window : bool
        Whether both are the first value of a row's own window instead.
    """

    zero: float = 0.0
    unit: float = 1.0
    by_window: bool = False

    @classmethod
    def of(cls, kind: str, train: np.ndarray) -> Scaling:
        """Measure the values (n,) of the training part; a constant has the unit 1."""
        if kind == "window":
            return cls(by_window=True)
        zero, unit = SCALES[kind](train)
        return cls(zero, unit if unit > 1e-12 * abs(zero) else 1.0)

    def seen(self, windows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """``values`` (n, …) as the models see them beside ``windows`` (n, timesteps) of true values."""
        zero, unit = self._measures(windows)
        return (values - zero) / unit

    def true(self, windows: np.ndarray, said: np.ndarray) -> np.ndarray:
        """What a model said (n,) beside windows (n, timesteps), in the unit of the windows."""
        zero, unit = self._measures(windows)
        return np.asarray(said[:, np.newaxis] * unit + zero)[:, 0]

    def _measures(self, windows: np.ndarray) -> tuple[np.ndarray | float, np.ndarray | float]:
        first = windows[:, :1]
        return (first, first) if self.by_window else (self.zero, self.unit)


UNSCALED = Scaling()
