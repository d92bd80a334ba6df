"""Statistics over the last ``width`` values of a series, cached so that features share them.

A window of a+b bars is a window of a bars joined with one of the b bars before it. A few joins give a wide
window, and windows of several widths share them. A running sum would be as fast, but its rounding depends on
every earlier bar. Here the result depends on the bars of the window alone, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np

Join = Callable[..., object]


class RollingWindows:
    """Rolling statistics of one series; NaN until the window is full.

    Parameters
    ----------
    x : numpy.ndarray
        (bars,) or (bars, symbols): time runs along the first axis, columns are independent.
    """

    def __init__(self, x: np.ndarray) -> None:
        self.x = x
        self._cache: dict[tuple[Hashable, int], np.ndarray] = {}

    def cached(self, name: Hashable, width: int, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """The result of ``compute``, computed at the first call with this name and width."""
        if (name, width) not in self._cache:
            self._cache[name, width] = compute()
        return self._cache[name, width]

    def sum(self, width: int) -> np.ndarray:
        """Sum."""
        if width == 1:
            return self.x
        return self.cached("sum", width, lambda: self._join(self.sum, width, np.add))

    def max(self, width: int) -> np.ndarray:
        """Maximum."""
        return self._extreme("max", width, np.maximum)

    def min(self, width: int) -> np.ndarray:
        """Minimum."""
        return self._extreme("min", width, np.minimum)

    def mean(self, width: int) -> np.ndarray:
        """Mean; exactly the value where the window is flat."""
        return self.x if width == 1 else self.cached("mean", width, lambda: self._mean(width))

    def std(self, width: int) -> np.ndarray:
        """Sample standard deviation (ddof 1); exactly 0 where the window is flat."""
        return self.cached("std", width, lambda: np.sqrt(self.squares(width) / (width - 1)))

    def squares(self, width: int) -> np.ndarray:
        """Sum of squared deviations from the mean."""
        return self.products(self, width)

    def products(self, other: RollingWindows, width: int) -> np.ndarray:
        """Sum of products of both series' deviations from their means."""
        key = ("products", None if other is self else other)  # None: no reference to itself
        return self.cached(key, width, lambda: self._products(other, width))

    def cubes(self, width: int) -> np.ndarray:
        """Sum of cubed deviations from the mean."""
        return self.cached("cubes", width, lambda: self._cubes(width))

    def time_products(self, width: int) -> np.ndarray:
        """Sum of products of the deviations from the mean and those of the bar numbers from theirs."""
        return self.cached("time_products", width, lambda: self._time_products(width))

    def _extreme(self, name: str, width: int, choose: Join) -> np.ndarray:
        """Join two windows whose width is a power of two; they may overlap."""
        if width == 1:
            return self.x
        reach = _newer_width(width)
        part = self._extreme(name, reach, choose)
        return self.cached(name, width, lambda: _join_lagged(part, part, width - reach, choose))

    def _join(self, statistic: Callable[[int], np.ndarray], width: int, join: Join) -> np.ndarray:
        """Join a statistic of the newer and of the older part of a window."""
        newer = _newer_width(width)
        return _join_lagged(statistic(newer), statistic(width - newer), newer, join)

    def _mean_gap(self, width: int) -> np.ndarray:
        """Mean of the older part minus mean of the newer part; every moment is joined with it."""
        return self.cached("mean_gap", width, lambda: self._join(self.mean, width, _older_minus_newer))

    def _mean(self, width: int) -> np.ndarray:
        newer = _newer_width(width)
        step = self._mean_gap(width) * ((width - newer) / width)
        return np.add(step, self.mean(newer), out=step)

    def _products(self, other: RollingWindows, width: int) -> np.ndarray:
        if width == 1:
            return (self.x - self.x) + (other.x - other.x)
        newer = _newer_width(width)
        between = self._mean_gap(width) * other._mean_gap(width)
        between *= newer * (width - newer) / width
        between += self._join(lambda part: self.products(other, part), width, np.add)
        return between

    def _cubes(self, width: int) -> np.ndarray:
        if width == 1:
            return self.x - self.x
        newer = _newer_width(width)
        older, gap = width - newer, self._mean_gap(width)
        squares = self._join(
            self.squares, width, lambda a, b, out: _older_minus_newer(older * a, newer * b, out=out)
        )
        between = gap * (
            (newer * older * (newer - older) / width**2) * np.square(gap) + (3.0 / width) * squares
        )
        between += self._join(self.cubes, width, np.add)
        return between

    def _time_products(self, width: int) -> np.ndarray:
        if width == 1:
            return self.x - self.x
        newer = _newer_width(width)
        between = self._mean_gap(width) * (-0.5 * newer * (width - newer))
        between += self._join(self.time_products, width, np.add)
        return between


def mean(x: np.ndarray, width: int) -> np.ndarray:
    """Mean of the last ``width`` values."""
    return RollingWindows(x).mean(width)


def _newer_width(width: int) -> int:
    """Width of the newer part of a window: the largest power of two below the whole width."""
    return 1 << (width - 1).bit_length() - 1


def _older_minus_newer(newer: np.ndarray, older: np.ndarray, out: np.ndarray) -> np.ndarray:
    return np.subtract(older, newer, out=out)


def _join_lagged(newer: np.ndarray, older: np.ndarray, bars: int, join: Join) -> np.ndarray:
    """Join each value with the one ``bars`` rows before it; NaN for the first ``bars`` rows."""
    out = np.empty(newer.shape)
    out[:bars] = np.nan
    join(newer[bars:], older[: max(len(older) - bars, 0)], out=out[bars:])
    return out
