"""Conformal prediction sets: the classes that a row may have, given how certain a model has to be.

The **band** is a probability that a model has learned: a class is in the set while at most so much
probability lies on more probable classes. The most probable class is always in the set, and it is alone when
its probability is above the band. NaN = no band: the most probable class counts.
"""

import numpy as np


def mass_above(p: np.ndarray) -> np.ndarray:
    """Probability of the classes that are more probable than each one, (n_rows, n_classes)."""
    more_probable = p[:, np.newaxis, :] > p[:, :, np.newaxis]
    return np.where(more_probable, p[:, np.newaxis, :], 0.0).sum(axis=2)


def in_set(p: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Classes in each row's prediction set, bool of the shape of p (n_rows, n_classes); band (n_rows,)."""
    return mass_above(p) <= np.nan_to_num(band)[:, np.newaxis]


def is_decided(p: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Rows whose prediction set holds one class, (n_rows,) bool; without a band every row."""
    return np.isnan(band) | (in_set(p, band).sum(axis=1) == 1)
