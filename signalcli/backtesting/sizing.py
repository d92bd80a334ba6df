"""Probabilities → target position at each close, from data known at that close."""

from __future__ import annotations

import numpy as np

from signalcli.backtesting.market import Market, annualized_volatility, close_to_close_returns, trailing_mean
from signalcli.config.trading import TradingRule
from signalcli.models.prediction_sets import is_decided


def target_position(p_up: np.ndarray, p_down: np.ndarray, market: Market, rule: TradingRule) -> np.ndarray:
    """Target position at each close of one symbol, -max_position … max_position, (n_bars,)."""
    direction = direction_of_trade(p_up, p_down, rule)
    size = _size(p_up, p_down, market, rule)
    capped = np.clip(direction * size, -rule.max_position, rule.max_position)
    return limit_turnover(_average_decisions(capped, rule.hold), rule)


def mask_undecided(p_up: np.ndarray, p_down: np.ndarray, band: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Set both probabilities to 0 where the prediction set holds more than one class or the class flat.

    No position is taken there. Arrays are (n_rows,).
    """
    p = np.column_stack([p_down, np.maximum(1.0 - p_up - p_down, 0.0), p_up])
    flat = p.argmax(axis=1) == 1
    tradable = is_decided(p, band) & (np.isnan(band) | ~flat)
    return np.where(tradable, p_up, 0.0), np.where(tradable, p_down, 0.0)


def is_row_by_row(rule: TradingRule) -> bool:
    """Whether each position depends on its own row only."""
    unsized = rule.sizing == "sign" and rule.max_position >= 1 and rule.hold == 1
    return unsized and rule.max_turnover is None and rule.dead_band == 0


def direction_of_trade(p_up: np.ndarray, p_down: np.ndarray, rule: TradingRule) -> np.ndarray:
    """Direction of the position: 1 long, -1 short, 0 flat."""
    long = (p_up > rule.threshold) & (p_up > p_down)
    short = (p_down > rule.threshold) & (p_down > p_up) & (not rule.long_only)
    return long.astype("float64") - short.astype("float64")


def _size(p_up: np.ndarray, p_down: np.ndarray, market: Market, rule: TradingRule) -> np.ndarray | float:
    """Size of the position before the cap."""
    edge = np.abs(p_up - p_down)
    if rule.sizing == "probability":
        return edge
    if rule.sizing == "kelly":
        returns = close_to_close_returns(market.closes)
        mean_size = trailing_mean(np.abs(returns), rule.lookback)
        variance = trailing_mean(returns**2, rule.lookback)
        return rule.kelly * edge * _divide(mean_size, variance)
    if rule.sizing == "volatility":
        return _divide(np.full(len(p_up), rule.volatility), annualized_volatility(market, rule.lookback))
    return 1.0


def _divide(numerator: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Quotient; 0 where risk is NaN or 0, because a position is not sized without a measure of risk."""
    measured = risk > 0
    return np.where(measured, numerator / np.where(measured, risk, 1.0), 0.0)


def _average_decisions(decisions: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last ``bars`` decisions; flat before the first bar."""
    if bars == 1:
        return decisions
    padded = np.concatenate([np.zeros(bars - 1), decisions])
    return np.lib.stride_tricks.sliding_window_view(padded, bars).mean(axis=1)


def limit_turnover(target: np.ndarray, rule: TradingRule) -> np.ndarray:
    """Position that moves by at most ``max_turnover`` a bar and ignores changes below ``dead_band``."""
    if rule.max_turnover is None and rule.dead_band == 0:
        return target
    largest = rule.max_turnover or np.inf
    current, position = 0.0, np.empty(len(target))
    for i, aim in enumerate(target):
        if abs(aim - current) >= rule.dead_band:
            current += min(max(aim - current, -largest), largest)
        position[i] = current
    return position
