"""Returns by calendar month and year. ``net`` (n_bars,) are net returns of bars with ``dates``."""

import numpy as np

from signalcli.evaluation.metrics.moments import mean
from signalcli.evaluation.metrics.performance import NAN


def by_period(net: np.ndarray, dates: np.ndarray, unit: str) -> np.ndarray:
    """Compounded return of each calendar month (``M``) or year (``Y``) that has bars, whole or not."""
    if not len(net):
        return np.array([])
    period = dates.astype(f"datetime64[{unit}]")
    starts = np.flatnonzero(np.concatenate([[True], period[1:] != period[:-1]]))
    return np.multiply.reduceat(1.0 + net, starts) - 1.0


def best(returns: np.ndarray) -> float:
    """Largest of them."""
    return float(np.max(returns)) if len(returns) else NAN


def worst(returns: np.ndarray) -> float:
    """Smallest of them."""
    return float(np.min(returns)) if len(returns) else NAN


def gaining(returns: np.ndarray) -> float:
    """Share that gained."""
    return mean((returns > 0).astype("float64"))


def average(returns: np.ndarray, side: int) -> float:
    """Mean of those that gained (side 1) or lost (-1)."""
    return mean(returns[returns * side > 0])
