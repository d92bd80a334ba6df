"""Test of a mean that may be looked at after every observation: a test by betting.

A gambler who bets against "the mean is at least ``low``" multiplies the capital by 1 + λ (low - x) at each
observation x. If the statement is true, the capital is a supermartingale that starts at 1, so it ever
reaches 1/α with a probability of at most α, however often it is looked at (Ville 1939; Waudby-Smith and
Ramdas 2024).
"""

from __future__ import annotations

import numpy as np

STAKES = ((0.5, 0.3), (1.0, 0.5), (2.0, 0.2))  # multiples of the stake, and the share of the capital on each
MOST = 0.9  # of the stake with which one observation could lose everything


def capital(x: np.ndarray, low: np.ndarray, stake: np.ndarray) -> np.ndarray:
    """Capital after each observation, along the last axis; it starts at 1.

    Parameters
    ----------
    x : (…, n)
        Observations from -1 to 1, in order of time, of which each is independent of the past given the bets.
    low : (…, n)
        The mean is at least this, below 1; known before the observation.
    stake : (…, n)
        λ above 0, known before the observation; (low - m) / variance is best when the mean is m.
    """
    most = MOST / (1.0 - low)
    bets = (share * _grow(x, low, np.minimum(multiple * stake, most)) for multiple, share in STAKES)
    return np.sum(list(bets), axis=0)


def _grow(x: np.ndarray, low: np.ndarray, stake: np.ndarray) -> np.ndarray:
    return np.exp(np.cumsum(np.log1p(stake * (low - x)), axis=-1))
