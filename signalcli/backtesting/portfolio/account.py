"""Weights of a portfolio → fills, costs, returns and equity, date after date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signalcli.backtesting.costs import DAY
from signalcli.backtesting.portfolio.grid import Grid
from signalcli.config.trading import TradingRule

FLOWS = ("turnover", "gross_return", "cost", "net_return")


@dataclass(frozen=True)
class PanelPrices:
    """Prices by date and symbol, each (n_dates, n_symbols); NaN without a bar.

    half_spread : the newest that is known, in price; or None.
    """

    opens: np.ndarray
    closes: np.ndarray
    half_spread: np.ndarray | None = None


@dataclass
class _Book:
    """Shares of the equity that are held, and what has happened since the last close."""

    held: np.ndarray
    gross: float = 1.0
    turnover: float = 0.0
    cost: float = 0.0

    def move(self, change: np.ndarray) -> None:
        """Let prices change by these factors (n_symbols,); shares drift with them."""
        earned = max(1.0 + float(self.held @ (change - 1.0)), 0.0)
        self.gross *= earned
        self.held = self.held * change / earned if earned > 0 else np.zeros_like(self.held)

    def trade(self, target: np.ndarray, rate: np.ndarray) -> None:
        """Trade to a target; ``rate`` is the cost of a turnover of 1 in each symbol."""
        if self.gross > 0:
            size = np.abs(target - self.held)
            self.turnover += float(size.sum())
            self.cost += float(size @ rate)
            self.held = target.copy()


def account_portfolio(
    targets: np.ndarray, grid: Grid, prices: PanelPrices, rule: TradingRule
) -> dict[str, np.ndarray]:
    """Simulate one capital that is traded to its target weights.

    Weights that are decided at a close are filled at the next open (or at that close) of the symbols that
    have a bar; the others keep what they hold. Between fills the shares of the equity drift with the prices,
    so that restoring a weight is a trade that costs. Cash earns nothing. A symbol that is no longer alive is
    sold at its last close, on the first date on which that is known. All is lost once, and for good.

    Returns
    -------
    dict of (n_dates,) arrays
        turnover, gross_return, cost, net_return (fractions of the date), equity (1 before the first date)
        and drawdown (≥ 0).
    """
    n_dates, n_symbols = targets.shape
    out = {name: np.zeros(n_dates) for name in FLOWS}
    before, night, day = _changes(grid, prices)
    book, equity = _Book(np.zeros(n_symbols)), 1.0
    days = np.diff(grid.dates, prepend=grid.dates[:1]) / DAY
    for t in range(n_dates):
        book.gross, book.turnover, book.cost = float(equity > 0), 0.0, 0.0
        book.cost += float(np.maximum(-book.held, 0.0).sum() * days[t] / 365 * rule.borrow_bps / 1e4)
        ended = ~grid.alive[t] & (book.held != 0)
        book.trade(np.where(ended, 0.0, book.held), _rate(rule, prices.half_spread, before, t))
        book.move(night[t])
        if rule.fill == "next_open" and t > 0:
            fill = np.where(grid.present[t], targets[t - 1], book.held)
            book.trade(fill, _rate(rule, prices.half_spread, prices.opens, t))
        book.move(day[t])
        if rule.fill == "close":
            fill = np.where(grid.present[t], targets[t], book.held)
            book.trade(fill, _rate(rule, prices.half_spread, prices.closes, t))
        cost = min(book.cost, 1.0)
        out["turnover"][t], out["cost"][t] = book.turnover, cost
        out["gross_return"][t], out["net_return"][t] = _returns(book.gross, cost, equity)
        equity *= book.gross * (1.0 - cost)
        book.held = book.held * (equity > 0)
    return out | _equity(out["net_return"])


def _returns(gross: float, cost: float, equity: float) -> tuple[float, float]:
    """Gross and net return of a date; 0 after ruin."""
    return (gross - 1.0, gross * (1.0 - cost) - 1.0) if equity > 0 else (0.0, 0.0)


def _equity(net: np.ndarray) -> dict[str, np.ndarray]:
    equity = np.cumprod(1.0 + net)
    return {"equity": equity, "drawdown": 1.0 - equity / np.maximum(np.maximum.accumulate(equity), 1.0)}


def _changes(grid: Grid, prices: PanelPrices) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Close before each date, and the factors of the night before it and of its day; 1 without a bar."""
    known = np.where(grid.present, np.arange(len(grid.dates))[:, None], -1)
    newest = np.maximum.accumulate(known, axis=0)
    newest = np.concatenate([np.full((1, newest.shape[1]), -1), newest[:-1]])
    before = prices.closes[np.maximum(newest, 0), np.arange(newest.shape[1])]
    night = np.where(grid.present & (newest >= 0), prices.opens / before, 1.0)
    return before, night, np.where(grid.present, prices.closes / prices.opens, 1.0)


def _rate(rule: TradingRule, half_spread: np.ndarray | None, price: np.ndarray, t: int) -> np.ndarray:
    """Cost of a turnover of 1 in each symbol, (n_symbols,)."""
    basic = np.full(price.shape[1], (rule.cost_bps + rule.slippage_bps) / 1e4)
    if half_spread is None:
        return basic + rule.half_spread_bps / 1e4
    return basic + np.nan_to_num(half_spread[t] / price[t])
