"""Ordered classes (down, flat, up) as cuts on the scale of returns."""

import numpy as np


def cuts(classes: np.ndarray, y: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Returns at which one class ends and the next begins, (n_classes-1,), ascending.

    A cut leaves below it, in a Gaussian with the mean and spread of ``returns``, the share that the classes
    below it have in ``y``. Without any dependence between past and future the forecast is then the share
    of each class: the base rate, not one half.
    """
    from scipy.special import ndtri

    shares = np.array([np.mean(y == c) for c in classes])
    return np.mean(returns) + np.std(returns) * ndtri(np.cumsum(shares)[:-1])


def probabilities(forecast: np.ndarray, spread: float, cut: np.ndarray) -> np.ndarray:
    """Probability of each class, (n_rows, n_classes), of a Gaussian around each forecast."""
    from scipy.special import ndtr

    with np.errstate(over="ignore"):
        distance = (cut[np.newaxis, :] - forecast[:, np.newaxis]) / max(spread, np.finfo(float).tiny)
    below = ndtr(distance)
    edges = np.column_stack([np.zeros(len(forecast)), below, np.ones(len(forecast))])
    return np.diff(edges, axis=1)
