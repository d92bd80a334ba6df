"""The best Sharpe ratio that luck alone gives the trials of a market, as a sketch that only grows.

If no trial has skill, the standardized Sharpe ratios of n trials are Gaussian with mean 0 and the
correlation of their returns. One draw of them is the product of each trial's standardized daily returns with
a random sign for each day. `draw` makes `DRAWS` draws of a trial; the signs come from a hash of the day, so
draws of trials that were made years apart are correlated as their returns are. The largest value of each
draw over the trials is the sketch; its mean estimates the expected maximum.

The same trial again, or one that earns the same, leaves the sketch as it is, and no trial lowers it. Sketches
of two ledgers are joined by the larger value of each draw.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from signalcli.evaluation.metrics.sharpe import expected_maximum

SIGNS = 512  # signs a day
DRAWS = 2 * SIGNS  # each draw is used with both signs
LARGEST = 1e12  # trials


def draw(dates: np.ndarray, net: np.ndarray) -> np.ndarray:
    """Standardized Sharpe ratios of one trial without skill, (DRAWS,); -inf where its returns do not vary."""
    days, place = np.unique(dates.astype("datetime64[D]").astype("<i8"), return_inverse=True)
    daily = np.bincount(place, weights=net)
    deviations = daily - daily.mean()
    size = float(np.sqrt(deviations @ deviations))
    if not 0.0 < size < np.inf or len(days) < 2:
        return np.full(DRAWS, -np.inf, "float32")
    values = (deviations / size).astype("float32") @ _signs(days.tobytes())
    return np.concatenate([values, -values]).astype("float32")


@lru_cache(maxsize=2)
def _signs(days: bytes) -> np.ndarray:
    """Signs of each day, (n_days, SIGNS) of -1 and 1: the bits of the SHAKE-128 of its 8 bytes."""
    each = (days[at : at + 8] for at in range(0, len(days), 8))
    content = b"".join(hashlib.shake_128(day).digest(SIGNS // 8) for day in each)
    bits = np.unpackbits(np.frombuffer(content, "uint8").reshape(-1, SIGNS // 8), axis=1)
    return 2.0 * bits.astype("float32") - 1.0


def join(sketches: list[np.ndarray]) -> np.ndarray:
    """The larger value of each draw, (DRAWS,)."""
    return np.maximum.reduce([np.full(DRAWS, -np.inf, "float32"), *sketches])


def to_bytes(sketch: np.ndarray) -> bytes:
    """Little-endian 32-bit floats."""
    return sketch.astype("<f4").tobytes()


def from_bytes(content: bytes | None) -> np.ndarray:
    """A sketch from `to_bytes`; an empty one from anything else, so that a damaged one does not count."""
    if content is None or len(content) != 4 * DRAWS:
        return np.full(DRAWS, -np.inf, "float32")
    return np.frombuffer(content, "<f4")


def expected_best(sketch: np.ndarray) -> float:
    """Expected maximum of the trials' standardized Sharpe ratios; 0 without trials."""
    return max(float(sketch.mean(dtype="float64")), 0.0) if np.isfinite(sketch).all() else 0.0


def effective_trials(best: float) -> float:
    """Number of independent trials whose expected maximum is ``best``; at least 1."""
    if best <= expected_maximum(2):
        return 1.0 + best / expected_maximum(2)
    low, high = 2.0, LARGEST
    for _ in range(100):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if expected_maximum(middle) < best else (low, middle)
    return float(low)
