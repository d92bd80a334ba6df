"""Values of METRICS as people read them: percentages, counts, three decimals."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import pandas as pd

from signalcli.report.fixed import fixed

_PERCENT = {
    "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy", "base_rate", "hit_rate", "total_return",
    "annual_return", "annual_volatility", "max_drawdown", "exposure", "cost_paid", "coverage", "decided",
    "decided_accuracy", "alpha", "annual_variance", "tracking_error", "downside_deviation", "peak_return",
    "gain_share", "average_drawdown", "under_water", "best_month", "worst_month", "gaining_months",
    "average_up_month", "average_down_month", "best_year", "worst_year", "gaining_years", "in_market",
    "win_rate", "average_trade", "average_winner", "average_loser", "best_trade", "worst_trade",
    "average_long", "average_short",
}  # fmt: skip
PARTS = ("year", "month", "fold", "path")  # columns that name a part of the test period


def format_metric(name: str, value: Any) -> str:
    """A value of the metric ``name``; "n/a" where it is unknown."""
    if pd.isna(value):
        return "n/a"
    if name in PARTS:
        return str(value)
    if name == "collapsed":
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{value:,.0f}"
    return f"{fixed(100 * value, 1, ',')} %" if name in _PERCENT else fixed(value, 3, ",")
