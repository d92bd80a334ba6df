"""Bars of some symbols side by side, and the series that features read from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from signalcli.features.timeseries.rolling import RollingWindows

if TYPE_CHECKING:
    import numpy as np


class Panel:
    """Arrays (bars, symbols): every symbol starts in row 0, and its column is empty behind its last bar.

    A lag reads up its own column, so nothing can cross from one symbol to another.

    Parameters
    ----------
    series : dict of str to numpy.ndarray
        ``open``, ``high``, ``low``, ``close``, ``volume`` (float) and ``date`` (datetime64[us]).
    """

    def __init__(self, series: dict[str, np.ndarray]) -> None:
        self._series = series
        self._kept: dict[Hashable, object] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        return self._series[name]

    def once(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """A series that several features read, made at the first call."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]

    def trail(self, key: str, make: Callable[[], np.ndarray] | None = None) -> RollingWindows:
        """Windows over a series of the panel, or over one that ``make`` gives, under its own key."""
        kept = ("trail", key)
        if kept not in self._kept:
            self._kept[kept] = RollingWindows(self.once(key, make) if make else self[key])
        return self._kept[kept]  # type: ignore[return-value]
