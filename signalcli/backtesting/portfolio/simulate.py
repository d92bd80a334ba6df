"""PREDICTIONS × trading rule × portfolio → returns of one capital, by model and date."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import BUY_HOLD
from signalcli.backtesting.checks import check_names, check_prices, check_probabilities
from signalcli.backtesting.held import rule_of
from signalcli.backtesting.market import market_columns
from signalcli.backtesting.portfolio.account import PanelPrices, account_portfolio
from signalcli.backtesting.portfolio.grid import Grid, make_grid
from signalcli.backtesting.portfolio.targets import target_weights
from signalcli.backtesting.sizing import with_hold
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, count, shortened
from signalcli.schemas import HALF_SPREAD, HORIZON, PATH, PORTFOLIO


class PortfolioResult(NamedTuple):
    """What a portfolio did.

    returns : one row per model (path) and date: position (sum of the sizes of the weights decided at its
        close), turnover, gross_return, cost, net_return, equity, drawdown.
    holdings : one row per model (path), date and symbol whose weight is not 0: the weight that was decided.
    lines : what was closed because it ended, in words.
    """

    returns: pd.DataFrame
    holdings: pd.DataFrame
    lines: list[str]


def backtest_portfolio(
    predictions: pd.DataFrame, config: PortfolioConfig, rule: TradingRule | None = None
) -> PortfolioResult:
    """Trade the predictions of each model with one capital.

    Raises DataError for invalid probabilities and prices, without a model, and for a symbol named
    `PORTFOLIO`; UsageError for options of the rule that a portfolio does not know.
    """
    rule = rule or TradingRule()
    refuse_conflicts(rule, config)
    check_names(predictions["symbol"].unique().tolist())
    fitted = predictions[predictions["model"] != BUY_HOLD]
    _check_models(fitted)
    check_probabilities(fitted)
    check_prices(fitted)
    rule = with_hold(rule, fitted)
    keys = ["model", *([PATH] if PATH in fitted else [])]
    returns, holdings = [], []
    closed: dict[str, pd.Timestamp] = {}
    for key, rows in fitted.groupby(keys, sort=True):
        named = dict(zip(keys, key, strict=True))
        ordered = rows.sort_values(["symbol", "date"], ignore_index=True)
        own_rule = rule_of(named["model"], rule)
        one, weights, ended = _of_model(ordered, config, own_rule)
        returns.append(one.assign(**named))
        holdings.append(weights.assign(**named))
        closed |= ended
    columns = [*keys, "date", "symbol", "weight"]
    return PortfolioResult(
        pd.concat(returns, ignore_index=True),
        pd.concat(holdings, ignore_index=True)[columns],
        closed_lines(closed),
    )


def _check_models(fitted: pd.DataFrame) -> None:
    """Raise DataError where buy & hold is all there is."""
    if fitted.empty:
        raise DataError(
            "DATA-FEW",
            f"--portfolio: {BUY_HOLD} is the only model and needs no forecast; give predictions of a model",
        )


def append_returns(returns: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """RETURNS with rows of the symbol `PORTFOLIO`, without bars and labels; ``shared`` are its returns."""
    keys = [name for name in ("model", PATH, "date") if name in shared]
    stated = [name for name in ("fold", HORIZON) if name in returns]
    folds = returns[[*keys, *stated]].drop_duplicates(keys)
    rows = shared.merge(folds, on=keys, how="left", validate="one_to_one").assign(symbol=PORTFOLIO)
    added = pd.DataFrame({c: rows.get(c) for c in returns}).astype(returns.dtypes.to_dict())
    return pd.concat([returns, added], ignore_index=True)


def closed_lines(closed: dict[str, pd.Timestamp]) -> list[str]:
    """One line that names the symbols whose positions were closed because their bars end."""
    if not closed:
        return []
    names = shortened([f"{symbol} {date:%Y-%m-%d}" for symbol, date in sorted(closed.items())])
    return [f"positions in {count(len(closed), 'symbol')} are closed at their last close: {names}"]


def _of_model(
    rows: pd.DataFrame, config: PortfolioConfig, rule: TradingRule
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.Timestamp]]:
    """Returns and holdings of one model, and the symbols that ended with the date of their last bar."""
    grid = make_grid(rows)
    columns = market_columns(rows)
    spreads = grid.latest(columns[HALF_SPREAD]) if HALF_SPREAD in columns else None
    prices = PanelPrices(grid.spread(columns["open"]), grid.spread(columns["close"]), spreads)
    targets = target_weights(rows, grid, rule, config)
    booked = account_portfolio(targets, grid, prices, rule)
    decided = targets * (booked.flows["equity"] > 0)[:, np.newaxis]  # nothing is decided after ruin
    returns = pd.DataFrame({"date": grid.dates, "position": np.abs(decided).sum(axis=1)} | booked.flows)
    return returns, _holdings(decided, grid), _ended(booked.ended, grid, rows)


def _holdings(targets: np.ndarray, grid: Grid) -> pd.DataFrame:
    """The weights that are not 0, by date and symbol."""
    date, symbol = np.nonzero(targets)
    names = np.array(grid.symbols, dtype=object)[symbol]
    return pd.DataFrame({"date": grid.dates[date], "symbol": names, "weight": targets[date, symbol]})


def _ended(ended: np.ndarray, grid: Grid, rows: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Symbols that were sold when they ended or left the universe, with the date of their last bar in it."""
    dates = rows["date"].to_numpy()
    return {grid.symbols[i]: pd.Timestamp(dates[grid.last[t - 1, i]]) for t, i in np.argwhere(ended)}
