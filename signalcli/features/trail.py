"""The windows behind every bar of one series, each worked out once however many features read it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features import windows


class Trail:
    """Statistics of the last ``width`` values of one series, kept.

    Parameters
    ----------
    x : numpy.ndarray
        (bars,) or (bars, symbols).
    """

    def __init__(self, x: np.ndarray) -> None:
        self.x = x
        self._totals = {1: x}
        self._kept: dict[tuple[str, int], np.ndarray] = {}

    def once(self, name: str, width: int, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What ``make`` gives, made at the first call."""
        if (name, width) not in self._kept:
            self._kept[name, width] = make()
        return self._kept[name, width]

    def total(self, width: int) -> np.ndarray:
        """Sum, newest first, so that a wider window goes on where a narrower one stopped."""
        if width not in self._totals:
            first = max(w for w in self._totals if w < width)
            self._totals[width] = windows.fold(self.x, width, np.add, self._totals[first], first)
        return self._totals[width]

    def mean(self, width: int) -> np.ndarray:
        """Mean."""
        return self.once("mean", width, lambda: self.total(width) / width)

    def moment(self, width: int, power: int = 2) -> np.ndarray:
        """Sum of powers of the distances from the mean."""
        return self.once(
            f"moment{power}", width, lambda: windows.moment(self.x, width, self.mean(width), power)
        )

    def std(self, width: int) -> np.ndarray:
        """Sample standard deviation, exactly 0 when flat."""
        return self.once("std", width, lambda: self._std(width))

    def _std(self, width: int) -> np.ndarray:
        total = windows.moment(self.x, width, self.mean(width))
        return windows.spread(total, width, self.maximum(width) == self.minimum(width))

    def minimum(self, width: int) -> np.ndarray:
        """Smallest."""
        return self.once("minimum", width, lambda: windows.minimum(self.x, width))

    def maximum(self, width: int) -> np.ndarray:
        """Largest."""
        return self.once("maximum", width, lambda: windows.maximum(self.x, width))
