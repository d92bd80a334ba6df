"""Technical indicators that do not depend on the price level, with their authors' periods.

Where the divisor is 0 because nothing moved, an indicator takes the middle of its scale. In the formulas W is
Wilder's average over 14 bars and EMA the exponential moving average.
"""

from __future__ import annotations

from signalcli.features.feature import Feature
from signalcli.features.sets.technical import oscillators, trend, volume


def technical_features() -> list[Feature]:
    """All technical indicators, in the order of their columns."""
    return [
        trend.PLUS_DI,
        trend.MINUS_DI,
        trend.ADX,
        oscillators.STOCHASTIC_FAST,
        oscillators.STOCHASTIC_K,
        oscillators.STOCHASTIC_D,
        volume.OBV_CHANGE,
        volume.MONEY_FLOW_INDEX,
        oscillators.CCI,
        oscillators.WILLIAMS_R,
        oscillators.ROC,
        trend.TRIX,
        trend.AROON_UP,
        trend.AROON_DOWN,
        oscillators.CMO,
        oscillators.ULTIMATE,
        trend.PPO,
        oscillators.BALANCE_OF_POWER,
        volume.CHAIKIN_MONEY_FLOW,
        *(trend.MEAN_DISTANCE.over(width) for width in (20, 50, 200)),
        trend.DONCHIAN,
    ]
