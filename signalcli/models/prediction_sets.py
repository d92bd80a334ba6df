"""Which directions a row may have, once a band says how much certainty is needed to tell them apart.

A **band** is a probability that a model has learnt: a direction stays possible while at most so much
probability lies above it, on likelier directions. The likeliest direction always is, and it is the only one
when it has more than the band. Wherever ``band`` is NaN there is none, and the likeliest direction counts.
"""

import numpy as np


def mass_above(p: np.ndarray) -> np.ndarray:
    """Probability of the directions that are likelier than each one, (n_rows, n_classes)."""
    likelier = p[:, np.newaxis, :] > p[:, :, np.newaxis]
    return np.where(likelier, p[:, np.newaxis, :], 0.0).sum(axis=2)


def possible(p: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Directions that each row may have, bool of the shape of p (n_rows, n_classes); band (n_rows,)."""
    return mass_above(p) <= np.nan_to_num(band)[:, np.newaxis]


def decided(p: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Rows with one possible direction, (n_rows,) bool; without a band every row is."""
    return np.isnan(band) | (possible(p, band).sum(axis=1) == 1)
