"""Values of earlier bars. Arrays are (bars,) or (bars, symbols): time runs along the first axis."""

from __future__ import annotations

import numpy as np

FORGOTTEN = 1e-9  # weight below which an exponential average drops a bar


def lag(x: np.ndarray, k: int) -> np.ndarray:
    """The value k ≥ 0 bars ago, NaN for the first k bars."""
    out = np.full(x.shape, np.nan)
    out[k:] = x[: max(len(x) - k, 0)]  # fewer than k bars: nothing is known
    return out


def memory(alpha: float) -> int:
    """Bars after which an exponential average with this smoothing has forgotten a value."""
    return int(np.ceil(np.log(FORGOTTEN) / np.log1p(-alpha)))


def ratio(numerator: np.ndarray, denominator: np.ndarray, undefined: float) -> np.ndarray:
    """Quotient; where the denominator is 0 (nothing moved) the stated neutral value."""
    zero = denominator == 0
    return np.where(zero, undefined, numerator / np.where(zero, 1.0, denominator))
