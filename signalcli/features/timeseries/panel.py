"""Bars of several symbols side by side, with a cache of the series that features share."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np

from signalcli.features.timeseries.rolling import RollingWindows


class Panel:
    """Arrays (bars, symbols). Every symbol starts in row 0; its column is NaN behind its last bar.

    A lag reads upward in its own column, so no value can cross from one symbol to another.

    Parameters
    ----------
    series : dict of str to numpy.ndarray
        ``open``, ``high``, ``low``, ``close``, ``volume`` (float) and ``date`` (datetime64[us]).
    """

    def __init__(self, series: dict[str, np.ndarray]) -> None:
        self._series = series
        self._cache: dict[Hashable, object] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        return self._series[name]

    def cached(self, key: Hashable, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """The result of ``compute``, computed at the first call with this key."""
        if key not in self._cache:
            self._cache[key] = compute()
        return self._cache[key]  # type: ignore[return-value]

    def rolling(self, key: str, compute: Callable[[], np.ndarray] | None = None) -> RollingWindows:
        """Rolling windows over a series of the panel, or over the series that ``compute`` returns."""
        cache_key = ("rolling", key)
        if cache_key not in self._cache:
            self._cache[cache_key] = RollingWindows(self.cached(key, compute) if compute else self[key])
        return self._cache[cache_key]  # type: ignore[return-value]
