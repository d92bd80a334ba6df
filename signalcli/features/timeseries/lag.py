"""Lags and safe ratios. Arrays are (bars,) or (bars, symbols); time runs along the first axis."""

from __future__ import annotations

import numpy as np


def lag(x: np.ndarray, k: int) -> np.ndarray:
    """The value ``k`` bars ago (k ≥ 0); NaN for the first ``k`` bars."""
    out = np.full(x.shape, np.nan)
    out[k:] = x[: max(len(x) - k, 0)]  # all NaN when there are fewer than k bars
    return out


def ratio(numerator: np.ndarray, denominator: np.ndarray, undefined: float) -> np.ndarray:
    """Quotient; ``undefined`` where the denominator is 0, as in a window without any movement."""
    zero = denominator == 0
    return np.where(zero, undefined, numerator / np.where(zero, 1.0, denominator))
