"""Baselines that are bought once and held: the rule decides their costs, but neither stops nor sizes them."""

from __future__ import annotations

import functools
from dataclasses import replace

from signalcli.config.trading import TradingRule

HELD = ("buy_hold", "majority")  # their forecast is constant
KEPT = (
    "threshold", "long_only", "fill", "cost_bps", "half_spread_bps", "slippage_bps", "borrow_bps",
    "per_share", "min_commission", "impact", "lookback", "capital",
)  # fmt: skip


def rule_of(model: str, rule: TradingRule) -> TradingRule:
    """The rule by which a model is traded: for `HELD` baselines without stops and sizing."""
    return _without_management(rule) if model in HELD else rule


@functools.cache  # a config is checked when it is made; a table may have thousands of groups
def _without_management(rule: TradingRule) -> TradingRule:
    """The rule with full positions that nothing but the next decision ends."""
    return replace(TradingRule(), hold=1, **{name: getattr(rule, name) for name in KEPT})
