"""Probabilities → the share of equity that is wanted at each close, from what is known at that close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signalcli.config.trading import TradingRule
from signalcli.models.prediction_sets import decided

YEAR = np.timedelta64(365 * 24 + 6, "h")


@dataclass(frozen=True)
class Market:
    """The bars of one symbol, each (n_bars,)."""

    dates: np.ndarray
    opens: np.ndarray
    highs: np.ndarray
    lows: np.ndarray
    closes: np.ndarray
    volumes: np.ndarray
    half_spread: np.ndarray | None = None


def wanted(up: np.ndarray, down: np.ndarray, market: Market, rule: TradingRule) -> np.ndarray:
    """Position wanted at each close of one symbol, -max_position … max_position, (n_bars,)."""
    side = sides(up, down, rule)
    sized = np.clip(side * _size(up, down, market, rule), -rule.max_position, rule.max_position)
    return restrained(_held(sized, rule.hold), rule)


def abstained(up: np.ndarray, down: np.ndarray, band: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of up and down, 0 where it is not decided which direction the row has, or it is flat."""
    p = np.column_stack([down, np.maximum(1.0 - up - down, 0.0), up])
    flat = p.argmax(axis=1) == 1
    keep = decided(p, band) & (np.isnan(band) | ~flat)
    return np.where(keep, up, 0.0), np.where(keep, down, 0.0)


def simple(rule: TradingRule) -> bool:
    """Whether each position depends on its own row alone."""
    same = rule.sizing == "sign" and rule.max_position >= 1 and rule.hold == 1
    return same and rule.max_turnover is None and rule.dead_band == 0


def sides(up: np.ndarray, down: np.ndarray, rule: TradingRule) -> np.ndarray:
    """1 long, -1 short, 0 flat."""
    long = (up > rule.threshold) & (up > down)
    short = (down > rule.threshold) & (down > up) & (not rule.long_only)
    return long.astype("float64") - short.astype("float64")


def _size(up: np.ndarray, down: np.ndarray, market: Market, rule: TradingRule) -> np.ndarray | float:
    """Size of the position before its cap."""
    edge = np.abs(up - down)
    if rule.sizing == "probability":
        return edge
    if rule.sizing == "kelly":
        mean_size = trailing(np.abs(returns(market.closes)), rule.lookback)
        variance = trailing(returns(market.closes) ** 2, rule.lookback)
        return rule.kelly * edge * _divided(mean_size, variance)
    if rule.sizing == "volatility":
        return _divided(np.full(len(up), rule.volatility), volatility_a_year(market, rule.lookback))
    return 1.0


def _divided(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Quotient, 0 where the bottom is not known or nothing moves: no size without a measure of risk."""
    known = bottom > 0
    return np.where(known, top / np.where(known, bottom, 1.0), 0.0)


def returns(closes: np.ndarray) -> np.ndarray:
    """Return of each bar from close to close; the first is not known."""
    return np.concatenate([[np.nan], closes[1:] / closes[:-1] - 1.0])


def trailing(x: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last bars, this one included; NaN until there are as many known ones."""
    out = np.full(len(x), np.nan)
    if len(x) >= bars:
        out[bars - 1 :] = np.lib.stride_tricks.sliding_window_view(x, bars).mean(axis=1)
    return out


def volatility_a_year(market: Market, bars: int) -> np.ndarray:
    """Root of the sum of the last squared returns by the time they took; the calendar ahead plays no part."""
    total = trailing(returns(market.closes) ** 2, bars) * bars
    years = np.full(len(total), np.nan)
    years[bars:] = (market.dates[bars:] - market.dates[:-bars]) / YEAR
    return np.sqrt(total / years)


def _held(sized: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last decisions; those before the first bar were flat."""
    if bars == 1:
        return sized
    padded = np.concatenate([np.zeros(bars - 1), sized])
    return np.lib.stride_tricks.sliding_window_view(padded, bars).mean(axis=1)


def restrained(target: np.ndarray, rule: TradingRule) -> np.ndarray:
    """The position that follows a target within the largest turnover, and not for small changes."""
    if rule.max_turnover is None and rule.dead_band == 0:
        return target
    most = rule.max_turnover or np.inf
    held, out = 0.0, np.empty(len(target))
    for i, aim in enumerate(target):
        if abs(aim - held) >= rule.dead_band:
            held += min(max(aim - held, -most), most)
        out[i] = held
    return out
