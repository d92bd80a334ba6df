"""Rolling statistics beyond the moments: quantiles, ranks, trends, correlation, place of the maximum."""

from __future__ import annotations

import numpy as np

from signalcli.features.timeseries.lag import ratio
from signalcli.features.timeseries.rolling import RollingWindows


def mask_unknown(windows: RollingWindows, width: int, values: np.ndarray) -> np.ndarray:
    """``values``, NaN where the window holds an unknown value."""
    return np.where(np.isnan(windows.max(width)), np.nan, values)


def quantile(windows: RollingWindows, width: int, share: float) -> np.ndarray:
    """Quantile ``share`` (0 … 1) of the window, with linear interpolation."""
    ordered = windows.cached("ordered", width, lambda: _sort_windows(windows.x, width))
    out = np.full(windows.x.shape, np.nan)
    if len(out) < width:
        return out
    place = share * (width - 1)
    low = int(place)
    below, above = ordered[..., low], ordered[..., min(low + 1, width - 1)]
    out[width - 1 :] = below + (above - below) * (place - low)
    return mask_unknown(windows, width, out)


def _sort_windows(x: np.ndarray, width: int) -> np.ndarray:
    """Sorted values of every full window, along the last axis."""
    if len(x) < width:
        return np.empty((0, width))
    return np.sort(np.lib.stride_tricks.sliding_window_view(x, width, axis=0), axis=-1)


def rank(windows: RollingWindows, width: int) -> np.ndarray:
    """Rank of the newest value divided by ``width`` (above 0, up to 1); ties get their mean rank."""
    x = windows.x
    below, equal = np.zeros(x.shape), np.ones(x.shape)
    for k in range(1, min(width, len(x))):
        below[k:] += x[:-k] < x[k:]
        equal[k:] += x[:-k] == x[k:]
    return mask_unknown(windows, width, (below + (equal + 1.0) / 2.0) / width)


def skew(windows: RollingWindows, width: int) -> np.ndarray:
    """Adjusted Fisher-Pearson skewness; 0 when flat."""
    factor, std = width / ((width - 1) * (width - 2)), windows.std(width)
    return ratio(factor * windows.cubes(width), std * std * std, undefined=0.0)


def slope(windows: RollingWindows, width: int) -> np.ndarray:
    """Least-squares slope per bar; exactly 0 when flat."""
    return windows.time_products(width) / time_squares(width)


def time_squares(width: int) -> float:
    """Sum of squared deviations of 1 … width from their mean."""
    return width * (width**2 - 1) / 12


def r_squared(windows: RollingWindows, width: int) -> np.ndarray:
    """Share of the variance that the least-squares line explains; 0 when flat."""
    explained = slope(windows, width) ** 2 * time_squares(width)
    return ratio(explained, windows.squares(width), undefined=0.0)


def residual(windows: RollingWindows, width: int) -> np.ndarray:
    """Newest value minus its value on the least-squares line; exactly 0 when flat."""
    return windows.x - (windows.mean(width) + slope(windows, width) * ((width - 1) / 2))


def bars_since_max(windows: RollingWindows, width: int, *, oldest: bool = True) -> np.ndarray:
    """Bars since the maximum, 0 … width-1; among equal values the oldest counts, or the newest."""
    return windows.cached(f"since{oldest}", width, lambda: _bars_since_max(windows, width, oldest))


def _bars_since_max(windows: RollingWindows, width: int, oldest: bool) -> np.ndarray:
    x, largest = windows.x, windows.max(width)
    ages = range(min(width, len(x)))
    out = np.full(x.shape, np.nan)
    for k in ages if oldest else reversed(ages):  # the last one written stays
        np.copyto(out[k:], float(k), where=x[: len(x) - k] == largest[k:])
    return out


def correlation(one: RollingWindows, other: RollingWindows, width: int) -> np.ndarray:
    """Pearson correlation of two series; 0 when one of them is flat."""
    size = np.sqrt(one.squares(width)) * np.sqrt(other.squares(width))
    return np.clip(ratio(one.products(other, width), size, undefined=0.0), -1.0, 1.0)
