"""Probabilities → target position at each close, from data known at that close."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from signalcli.backtesting.market import Market, annualized_volatility, close_to_close_returns, trailing_mean
from signalcli.config.trading import TradingRule
from signalcli.features.labels.overlap import horizon
from signalcli.models.prediction_sets import is_decided

ROUNDING = 1e-12  # of probabilities and positions: closer ones are equal


def target_position(
    p_up: np.ndarray, p_down: np.ndarray, market: Market, rule: TradingRule, horizon: int = 1
) -> np.ndarray:
    """Target position at each close of one symbol, -max_position … max_position, (n_bars,).

    ``horizon`` is the number of bars that a probability is about; the Kelly size depends on it.
    """
    direction = direction_of_trade(p_up, p_down, rule)
    size = _size(p_up, p_down, market, rule, horizon)
    capped = np.clip(direction * size, -rule.max_position, rule.max_position)
    return limit_turnover(_average_decisions(capped, rule.hold or 1), rule)


def with_hold(rule: TradingRule, predictions: pd.DataFrame) -> TradingRule:
    """The rule with a number of bars that a decision is held: by default the horizon of the labels."""
    return rule if rule.hold is not None else replace(rule, hold=horizon(predictions))


def mask_undecided(
    p_up: np.ndarray, p_down: np.ndarray, band: np.ndarray, p_flat: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Set both probabilities to 0 where the prediction set holds more than one class or the class flat.

    No position is taken there. Arrays are (n_rows,). Without ``p_flat`` it is what the others leave, which
    may differ from a stored value in the last digit and so tear apart classes that are equally probable.
    """
    left = np.maximum(1.0 - p_up - p_down, 0.0)
    p = np.column_stack([p_down, left if p_flat is None else p_flat, p_up])
    flat = p.argmax(axis=1) == 1
    tradable = is_decided(p, band) & (np.isnan(band) | ~flat)
    return np.where(tradable, p_up, 0.0), np.where(tradable, p_down, 0.0)


def is_row_by_row(rule: TradingRule) -> bool:
    """Whether each position depends on its own row only."""
    unsized = rule.sizing == "sign" and rule.max_position >= 1 and rule.hold in {None, 1}
    return unsized and rule.max_turnover is None and rule.dead_band == 0


def direction_of_trade(p_up: np.ndarray, p_down: np.ndarray, rule: TradingRule) -> np.ndarray:
    """Direction of the position, 1 long, -1 short, 0 flat: the likelier side, if it is likely enough.

    With three classes a side's probability is that among the sides, without the share of flat.
    """
    sides = p_up + p_down
    least = rule.threshold * np.where(np.abs(sides - 1) < ROUNDING, 1.0, sides) + ROUNDING
    long = (p_up > least) & (p_up > p_down + ROUNDING)
    short = (p_down > least) & (p_down > p_up + ROUNDING) & (not rule.long_only)
    return long.astype("float64") - short.astype("float64")


def _size(
    p_up: np.ndarray, p_down: np.ndarray, market: Market, rule: TradingRule, horizon: int
) -> np.ndarray | float:
    """Size of the position before the cap."""
    edge = np.abs(p_up - p_down)
    if rule.sizing == "probability":
        return edge
    if rule.sizing == "kelly":
        return rule.kelly * edge * _payoff_by_variance(market, rule.lookback) / np.sqrt(horizon)
    if rule.sizing == "volatility":
        return _divide(np.full(len(p_up), rule.volatility), annualized_volatility(market, rule.lookback))
    return 1.0


def _payoff_by_variance(market: Market, bars: int) -> np.ndarray:
    """Mean size of a bar's return by its variance: the Kelly size of a certain gain.

    Over h bars the size grows by √h and the variance by h, so the quotient falls by √h.
    """
    returns = close_to_close_returns(market.closes)
    return _divide(trailing_mean(np.abs(returns), bars), trailing_mean(returns**2, bars))


def _divide(numerator: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Quotient; 0 where risk is NaN or 0, because a position is not sized without a measure of risk."""
    measured = risk > 0
    return np.where(measured, numerator / np.where(measured, risk, 1.0), 0.0)


def _average_decisions(decisions: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last ``bars`` decisions; flat before the first bar, and where all cancel out."""
    if bars == 1:
        return decisions
    padded = np.concatenate([np.zeros(bars - 1), decisions])
    means, sizes = (
        np.lib.stride_tricks.sliding_window_view(x, bars).mean(axis=1) for x in (padded, np.abs(padded))
    )
    return np.where(np.abs(means) > ROUNDING * sizes, means, 0.0)


def limit_turnover(target: np.ndarray, rule: TradingRule) -> np.ndarray:
    """Position that moves by at most ``max_turnover`` a bar and ignores changes below ``dead_band``."""
    if rule.max_turnover is None and rule.dead_band == 0:
        return target
    largest = rule.max_turnover or np.inf
    current, position = 0.0, np.empty(len(target))
    for i, aim in enumerate(target):
        change = aim - current
        if abs(change) >= rule.dead_band - ROUNDING:
            current = aim if abs(change) <= largest + ROUNDING else current + math.copysign(largest, change)
            current = current if abs(current) > ROUNDING else 0.0  # .3 - .1 - .1 - .1 is no side
        position[i] = current
    return position
