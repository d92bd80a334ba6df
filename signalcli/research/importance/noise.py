"""The noise floor: what a feature without a relation to the label may reach by chance."""

from __future__ import annotations

import numpy as np

CONFIDENCE = 0.95
FEWEST = 2


def noise_floor(copies: np.ndarray) -> float:
    """One-sided 95 % bound of the importance of one more shuffled copy, and never below those seen.

    copies : (n,) importances of shuffled copies. The bound is that of a further draw of a normal sample (mean
    plus t times the deviation), so few copies give a high one; NaN for fewer than two.
    """
    if len(copies) < FEWEST:
        return float("nan")
    from scipy.special import stdtrit

    n = len(copies)
    reach = stdtrit(n - 1, CONFIDENCE) * copies.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(max(copies.mean() + reach, copies.max()))
