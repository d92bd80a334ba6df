"""Indicators of volume: on-balance volume, money flow index, Chaikin's money flow."""

from __future__ import annotations

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.sets.technical.oscillators import typical_price
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows, mean


def obv_change(panel: Panel, width: int = 20) -> np.ndarray:
    """Change of the on-balance volume in the window, as a share of the volume, -1 … 1; 0 without volume."""

    def signed_volume() -> np.ndarray:
        return np.sign(panel["close"] - lag(panel["close"], 1)) * panel["volume"]

    total = panel.rolling("volume").sum(width)
    return ratio(panel.rolling("signed volume", signed_volume).sum(width), total, undefined=0.0)


OBV_CHANGE = Feature(
    name="obv_change20",
    make=obv_change,
    look_back=21,
    formula="Σ sign(change) volume / Σ volume over 20",
    unit="-1…1",
    source="Granville 1963",
)


def money_flow_index(panel: Panel, width: int = 14) -> np.ndarray:
    """Money flow index, 0 … 100; 50 without volume or movement."""
    price = typical_price(panel)
    change = price - lag(price, 1)
    flow = price * panel["volume"] + 0.0 * change
    up = mean(np.where(change > 0, flow, 0.0 * flow), width)
    down = mean(np.where(change < 0, flow, 0.0 * flow), width)
    return 100.0 * ratio(up, up + down, undefined=0.5)


MONEY_FLOW_INDEX = Feature(
    name="mfi14",
    make=money_flow_index,
    look_back=15,
    formula="100 U / (U + D), money flows over 14",
    unit="0…100",
    source="Quong, Soudack 1989",
)


def chaikin_money_flow(panel: Panel, width: int = 20) -> np.ndarray:
    """Chaikin's money flow, -1 … 1; 0 without volume."""
    high, low, close = panel["high"], panel["low"], panel["close"]
    flow = ratio(2 * close - high - low, high - low, undefined=0.0) * panel["volume"]
    return ratio(RollingWindows(flow).sum(width), panel.rolling("volume").sum(width), undefined=0.0)


CHAIKIN_MONEY_FLOW = Feature(
    name="cmf20",
    make=chaikin_money_flow,
    look_back=20,
    formula="Σ (2c - h - l) / (h - l) volume / Σ volume over 20",
    unit="-1…1",
    source="Chaikin",
)
