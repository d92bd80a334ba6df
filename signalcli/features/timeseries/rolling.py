"""The windows behind every bar of one series, each worked out once however many features read it.

A window of a+b bars is one of a bars and one of the b bars before it, so a few steps give a wide window, and
wide and narrow ones share them. A running sum would be as quick, but it remembers every bar it ever saw in
its rounding; here the bars of a window alone decide its last bit, in an order that its width decides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np

Join = Callable[..., object]


class RollingWindows:
    """Statistics of the last ``width`` values of one series, kept; NaN until there are enough.

    Parameters
    ----------
    x : numpy.ndarray
        (bars,) or (bars, symbols): time runs along the first axis, and columns never mix.
    """

    def __init__(self, x: np.ndarray) -> None:
        self.x = x
        self._kept: dict[tuple[Hashable, int], np.ndarray] = {}

    def once(self, name: Hashable, width: int, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What ``make`` gives, made at the first call."""
        if (name, width) not in self._kept:
            self._kept[name, width] = make()
        return self._kept[name, width]

    def total(self, width: int) -> np.ndarray:
        """Sum."""
        if width == 1:
            return self.x
        return self.once("total", width, lambda: self._joined(self.total, width, np.add))

    def maximum(self, width: int) -> np.ndarray:
        """Largest."""
        return self._extreme("maximum", width, np.maximum)

    def minimum(self, width: int) -> np.ndarray:
        """Smallest."""
        return self._extreme("minimum", width, np.minimum)

    def mean(self, width: int) -> np.ndarray:
        """Mean; exactly the value where the window is flat."""
        return self.x if width == 1 else self.once("mean", width, lambda: self._mean(width))

    def std(self, width: int) -> np.ndarray:
        """Sample standard deviation (ddof 1); exactly 0 where the window is flat."""
        return self.once("std", width, lambda: np.sqrt(self.squares(width) / (width - 1)))

    def squares(self, width: int) -> np.ndarray:
        """Sum of the squared distances from the mean."""
        return self.products(self, width)

    def products(self, other: RollingWindows, width: int) -> np.ndarray:
        """Sum of the distances of both series from their means, multiplied with each other."""
        key = ("products", None if other is self else other)  # no ring of references
        return self.once(key, width, lambda: self._products(other, width))

    def cubes(self, width: int) -> np.ndarray:
        """Sum of the cubed distances from the mean."""
        return self.once("cubes", width, lambda: self._cubes(width))

    def climb(self, width: int) -> np.ndarray:
        """Sum of the distances from the mean, multiplied with those of the bars' numbers from theirs."""
        return self.once("climb", width, lambda: self._climb(width))

    def _extreme(self, name: str, width: int, choose: Join) -> np.ndarray:
        """Two windows of a power of two, which may overlap."""
        if width == 1:
            return self.x
        reach = _newer(width)
        part = self._extreme(name, reach, choose)
        return self.once(name, width, lambda: _behind(part, part, width - reach, choose))

    def _joined(self, part: Callable[[int], np.ndarray], width: int, join: Join) -> np.ndarray:
        """Join a statistic of the newer and of the older part of a window."""
        newer = _newer(width)
        return _behind(part(newer), part(width - newer), newer, join)

    def _gap(self, width: int) -> np.ndarray:
        """Mean of the older part less that of the newer one: how the two parts of every moment are joined."""
        return self.once("gap", width, lambda: self._joined(self.mean, width, _less))

    def _mean(self, width: int) -> np.ndarray:
        newer = _newer(width)
        step = self._gap(width) * ((width - newer) / width)
        return np.add(step, self.mean(newer), out=step)

    def _products(self, other: RollingWindows, width: int) -> np.ndarray:
        if width == 1:
            return (self.x - self.x) + (other.x - other.x)
        newer = _newer(width)
        between = self._gap(width) * other._gap(width)
        between *= newer * (width - newer) / width
        between += self._joined(lambda part: self.products(other, part), width, np.add)
        return between

    def _cubes(self, width: int) -> np.ndarray:
        if width == 1:
            return self.x - self.x
        newer = _newer(width)
        older, gap = width - newer, self._gap(width)
        lean = self._joined(self.squares, width, lambda a, b, out: _less(older * a, newer * b, out=out))
        between = gap * ((newer * older * (newer - older) / width**2) * np.square(gap) + (3.0 / width) * lean)
        between += self._joined(self.cubes, width, np.add)
        return between

    def _climb(self, width: int) -> np.ndarray:
        if width == 1:
            return self.x - self.x
        newer = _newer(width)
        between = self._gap(width) * (-0.5 * newer * (width - newer))
        between += self._joined(self.climb, width, np.add)
        return between


def mean(x: np.ndarray, width: int) -> np.ndarray:
    """Mean of the last ``width`` values."""
    return RollingWindows(x).mean(width)


def std(x: np.ndarray, width: int) -> np.ndarray:
    """Sample standard deviation (ddof 1) of the last ``width`` values; exactly 0 when flat."""
    return RollingWindows(x).std(width)


def _newer(width: int) -> int:
    """Bars of the newer part of a window: the largest power of two below its width."""
    return 1 << (width - 1).bit_length() - 1


def _less(newer: np.ndarray, older: np.ndarray, out: np.ndarray) -> np.ndarray:
    return np.subtract(older, newer, out=out)


def _behind(newer: np.ndarray, older: np.ndarray, bars: int, join: Join) -> np.ndarray:
    """Join each value with the one that stands ``bars`` before it; NaN for the first ones."""
    out = np.empty(newer.shape)
    out[:bars] = np.nan
    join(newer[bars:], older[: max(len(older) - bars, 0)], out=out[bars:])
    return out
