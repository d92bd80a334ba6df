"""Shape of the last values of a series: order, trend, co-movement, places of the extremes."""

from __future__ import annotations

import numpy as np

from signalcli.features.timeseries.lag import ratio
from signalcli.features.timeseries.rolling import RollingWindows


def unknown(trail: RollingWindows, width: int, values: np.ndarray) -> np.ndarray:
    """``values``, NaN where a value of the window is unknown."""
    return np.where(np.isnan(trail.maximum(width)), np.nan, values)


def quantile(trail: RollingWindows, width: int, share: float) -> np.ndarray:
    """Value below which ``share`` of the window lies, interpolated linearly."""
    ordered = trail.once("ordered", width, lambda: _ordered(trail.x, width))
    out = np.full(trail.x.shape, np.nan)
    if len(out) < width:
        return out
    place = share * (width - 1)
    low = int(place)
    below, above = ordered[..., low], ordered[..., min(low + 1, width - 1)]
    out[width - 1 :] = below + (above - below) * (place - low)
    return unknown(trail, width, out)


def _ordered(x: np.ndarray, width: int) -> np.ndarray:
    if len(x) < width:
        return np.empty((0, width))
    return np.sort(np.lib.stride_tricks.sliding_window_view(x, width, axis=0), axis=-1)


def rank(trail: RollingWindows, width: int) -> np.ndarray:
    """Share of the window that is not above the newest value, ties counted half; above 0 up to 1."""
    x = trail.x
    below, equal = np.zeros(x.shape), np.ones(x.shape)
    for k in range(1, min(width, len(x))):
        below[k:] += x[:-k] < x[k:]
        equal[k:] += x[:-k] == x[k:]
    return unknown(trail, width, (below + (equal + 1.0) / 2.0) / width)


def skew(trail: RollingWindows, width: int) -> np.ndarray:
    """Adjusted Fisher-Pearson skewness; 0 when flat."""
    factor, std = width / ((width - 1) * (width - 2)), trail.std(width)
    return ratio(factor * trail.cubes(width), std * std * std, undefined=0.0)


def slope(trail: RollingWindows, width: int) -> np.ndarray:
    """Least-squares slope per bar; exactly 0 when flat."""
    return trail.climb(width) / _spread(width)


def _spread(width: int) -> float:
    """Sum of the squared distances of 1 … width from their mean."""
    return width * (width**2 - 1) / 12


def r_squared(trail: RollingWindows, width: int) -> np.ndarray:
    """Share of the variance that the least-squares line explains; 0 when flat."""
    explained = slope(trail, width) ** 2 * _spread(width)
    return ratio(explained, trail.squares(width), undefined=0.0)


def residual(trail: RollingWindows, width: int) -> np.ndarray:
    """Distance of the newest value from the least-squares line; exactly 0 when flat."""
    return trail.x - (trail.mean(width) + slope(trail, width) * ((width - 1) / 2))


def bars_since_maximum(trail: RollingWindows, width: int, *, oldest: bool = True) -> np.ndarray:
    """Bars since the largest value, 0 … width-1; of equal ones the oldest, or the newest."""
    return trail.once(f"since{oldest}", width, lambda: _since(trail, width, oldest))


def _since(trail: RollingWindows, width: int, oldest: bool) -> np.ndarray:
    x, largest = trail.x, trail.maximum(width)
    ages = range(min(width, len(x)))
    out = np.full(x.shape, np.nan)
    for k in ages if oldest else reversed(ages):  # what is put down last stays
        np.copyto(out[k:], float(k), where=x[: len(x) - k] == largest[k:])
    return out


def correlation(one: RollingWindows, other: RollingWindows, width: int) -> np.ndarray:
    """Pearson correlation of two series over the window; 0 when one of them is flat."""
    size = np.sqrt(one.squares(width)) * np.sqrt(other.squares(width))
    return np.clip(ratio(one.products(other, width), size, undefined=0.0), -1.0, 1.0)
