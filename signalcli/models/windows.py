"""Flat rows as windows (n, timesteps, channels), and the scale of each channel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


def windows(X: np.ndarray, channels: int) -> np.ndarray:
    """View rows (n, timesteps·channels), oldest bar first, as (n, timesteps, channels)."""
    timesteps, left_over = divmod(X.shape[1], channels)
    if left_over:
        raise ValueError(
            f"X has {X.shape[1]} features, which is no multiple of channels={channels}: "
            "a row is a window of bars, each with the same channels"
        )
    return X.reshape(len(X), timesteps, channels)


class Scale(NamedTuple):
    """Mean and standard deviation of each channel, (channels,), over rows and timesteps."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, seen: np.ndarray) -> Scale:
        """Measure windows (n, timesteps, channels); a constant channel has deviation 1."""
        # Channel by channel, because the temporary arrays of a large table would not fit beside it.
        channels = [seen[..., c] for c in range(seen.shape[2])]
        mean = np.array([channel.mean(dtype=np.float64) for channel in channels])
        deviation = np.array([channel.std(dtype=np.float64) for channel in channels])
        constant = deviation <= 1e-12 * np.abs(mean)  # what rounding leaves of a constant is not zero
        return cls(mean, np.where(constant, 1.0, deviation))

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Scaled windows in float32, the same shape."""
        scaled = np.empty(raw.shape, np.float32)
        for c, (mean, deviation) in enumerate(zip(*self, strict=True)):
            scaled[..., c] = (raw[..., c] - mean) / deviation
        return scaled
