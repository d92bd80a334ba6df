"""PREDICTIONS of one model → the weights that are decided at the close of each date."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import positions, trade_probabilities
from signalcli.backtesting.groups import group_rows
from signalcli.backtesting.market import annualized_volatility, make_market, market_columns
from signalcli.backtesting.portfolio.grid import Grid
from signalcli.backtesting.portfolio.weights import (
    average_weights,
    by_number,
    by_risk,
    by_signal,
    cap_weights,
    of_extremes,
)
from signalcli.backtesting.score import score
from signalcli.backtesting.sizing import direction_of_trade
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.schemas import BAND


def target_weights(rows: pd.DataFrame, grid: Grid, rule: TradingRule, config: PortfolioConfig) -> np.ndarray:
    """Weights decided at each close, (n_dates, n_symbols), from what is known at that close.

    ``rows`` are those of one model. A symbol without a bar at a date keeps the signal of its last bar while
    it is alive. Portfolios by signal and of extremes hold the mean of the last ``rule.hold`` decisions, as
    positions do.
    """
    decided = _decided(rows, grid, rule, config)
    return cap_weights(np.where(grid.alive, decided, 0.0), config)


def _decided(rows: pd.DataFrame, grid: Grid, rule: TradingRule, config: PortfolioConfig) -> np.ndarray:
    """Weights before the caps."""
    if config.portfolio in {"equal", "volatility"}:
        targets = grid.newest(positions(rows, rule), 0.0)
        if config.portfolio == "equal":
            return by_number(targets, grid.alive)
        return by_risk(targets, grid.newest(_volatility(rows, rule), np.nan), grid.alive)
    if config.top is None:
        return average_weights(by_signal(grid.newest(_signals(rows, rule), 0.0)), rule.hold or 1)
    scores = grid.newest(_scores(rows), np.nan)
    return average_weights(of_extremes(scores, config.top, long_only=rule.long_only), rule.hold or 1)


def _signals(rows: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Probability of up less that of down where the rule takes a side, else 0, (n_rows,)."""
    up, down = trade_probabilities(rows)
    return (up - down) * (direction_of_trade(up, down, rule) != 0)


def _scores(rows: pd.DataFrame) -> np.ndarray:
    """Score of each row, (n_rows,); NaN without a forecast, and where a prediction set takes no side."""
    scores = score(rows)
    if BAND not in rows:
        return scores
    up, down = trade_probabilities(rows)
    return np.where(rows[BAND].notna() & (up + down == 0), np.nan, scores)


def _volatility(rows: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Volatility of each row's symbol over the last bars, (n_rows,); NaN before there are enough."""
    out, columns = np.empty(len(rows)), market_columns(rows)
    for of_symbol in group_rows(rows, ["symbol"]).each():
        out[of_symbol] = annualized_volatility(make_market(columns, of_symbol), rule.lookback)
    return out
