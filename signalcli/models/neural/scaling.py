"""Flat rows as windows (n, timesteps, channels), and the scaling of each channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def to_windows(X: np.ndarray, channels: int) -> np.ndarray:
    """View rows (n, timesteps·channels), oldest bar first, as (n, timesteps, channels)."""
    timesteps, remainder = divmod(X.shape[1], channels)
    if remainder:
        raise ValueError(
            f"X has {X.shape[1]} features, not a multiple of channels={channels}: "
            "a row is a window of bars, each with the same channels"
        )
    return X.reshape(len(X), timesteps, channels)


class Scale(NamedTuple):
    """Offset and unit of each channel, (channels,) each.

    With "standard" these are mean and standard deviation over rows and timesteps.
    """

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def fit(cls, windows: np.ndarray, kind: str = "standard") -> Scale:
        """Scale of windows (n, timesteps, channels); a constant channel has the unit 1."""
        # Channel by channel, because temporary arrays of a large table would not fit into memory.
        measured = np.array([SCALES[kind](windows[..., c]) for c in range(windows.shape[2])])
        offset, unit = measured.T
        constant = unit <= 1e-12 * np.abs(offset)  # the deviation of a constant is a rounding error, not 0
        return cls(offset, np.where(constant, 1.0, unit))

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Scaled windows in float32, the same shape."""
        scaled = np.empty(raw.shape, np.float32)
        for c, (offset, unit) in enumerate(zip(*self, strict=True)):
            scaled[..., c] = (raw[..., c] - offset) / unit
        return scaled


def _standard(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))


def _minmax(values: np.ndarray) -> tuple[float, float]:
    low = float(values.min())
    return low, float(values.max()) - low


SCALES: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "standard": _standard,
    "minmax": _minmax,
    "none": lambda _: (0.0, 1.0),
}
