"""BARS to FEATURES, symbol by symbol."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable
from signalcli.features.calendar import calendar
from signalcli.features.indicators import indicators
from signalcli.features.lags import lags
from signalcli.features.rolling import rolling
from signalcli.features.targets import targets
from signalcli.specs.features import FeatureSpec
from signalcli.tables import FEATURES, check

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def build(bars: pd.DataFrame, spec: FeatureSpec | None = None) -> pd.DataFrame:
    """FEATURES of BARS: the bars, what is known at each close, and the target.

    Rows are kept one for one; a feature that is not known yet is NaN. No value depends on a later bar of
    its symbol or on any bar of another. Raises DataError when a symbol has too few bars for one row.
    """
    import pandas as pd

    spec = spec or FeatureSpec()
    parts = [_of_symbol(str(name), rows, spec) for name, rows in bars.groupby("symbol", sort=True)]
    return check(pd.concat(parts, ignore_index=True), FEATURES, "bars")


def _of_symbol(symbol: str, bars: pd.DataFrame, spec: FeatureSpec) -> pd.DataFrame:
    import pandas as pd

    needed = spec.window + spec.horizon + 1
    if len(bars) < needed:
        raise DataError(
            "DATA-FEW",
            f"{printable(symbol)}: {len(bars)} bars; --window {spec.window} --horizon {spec.horizon} need "
            f"{needed} at least",
        )
    bars = bars.reset_index(drop=True)
    columns: dict[str, Any] = _features(bars, spec)
    columns |= targets(bars, spec.horizon, spec.dead_zone)
    kept = bars.drop(columns=[c for c in columns if c in bars])  # made anew, if the bars carry old ones
    return pd.concat([kept, pd.DataFrame(columns)], axis=1)


def _features(bars: pd.DataFrame, spec: FeatureSpec) -> dict[str, np.ndarray]:
    """The chosen sets in a fixed order, whatever order they were named in."""
    prices = {c: bars[c].to_numpy("float64") for c in ("open", "high", "low", "close", "volume")}
    makers: dict[str, Callable[[], dict[str, np.ndarray]]] = {
        "lags": lambda: lags(prices, spec.window),
        "rolling": lambda: rolling(prices),
        "indicators": lambda: indicators(prices),
        "calendar": lambda: calendar(bars["date"]),
    }
    found: dict[str, np.ndarray] = {}
    for name, make in makers.items():
        if name in spec.sets:
            found |= make()
    return found
