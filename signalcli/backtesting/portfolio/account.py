"""Weights of a portfolio → fills, costs, returns and equity, date after date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from signalcli.backtesting.costs import DAY, relative_half_spread
from signalcli.backtesting.portfolio.grid import Grid
from signalcli.config.trading import TradingRule

FLOWS = ("turnover", "gross_return", "cost", "net_return")


@dataclass(frozen=True)
class PanelPrices:
    """Prices by date and symbol, each (n_dates, n_symbols); NaN without a bar.

    half_spread : the newest that is known, in price; NaN before the first, None if there are none.
    """

    opens: np.ndarray
    closes: np.ndarray
    half_spread: np.ndarray | None = None


class Booked(NamedTuple):
    """What happened to one capital.

    flows : (n_dates,) arrays turnover, gross_return, cost, net_return (fractions of the date), equity
        (1 before the first date) and drawdown (≥ 0).
    ended : (n_dates, n_symbols) whether shares were sold because their symbol is no longer alive.
    """

    flows: dict[str, np.ndarray]
    ended: np.ndarray


@dataclass
class _Book:
    """Shares of the equity that are held, and what has happened on the date."""

    held: np.ndarray
    solvent: bool = field(init=False)
    gross: float = field(init=False)
    turnover: float = field(init=False)
    cost: float = field(init=False)

    def begin(self, *, solvent: bool, borrowing: float) -> None:
        """Begin a date; ``borrowing`` is the cost of holding a short position of 1 up to it."""
        self.solvent, self.gross, self.turnover = solvent, float(solvent), 0.0
        self.cost = float(np.maximum(-self.held, 0.0).sum()) * borrowing

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

    def end(self) -> tuple[float, float, float, float]:
        """End a date: turnover, gross return, cost and net return."""
        if not self.solvent:
            return 0.0, 0.0, 0.0, 0.0
        cost = min(self.cost, 1.0)
        return self.turnover, self.gross - 1.0, cost, self.gross * (1.0 - cost) - 1.0


@dataclass(frozen=True)
class _Panel:
    """Grid, prices and rule, and how prices change: ``before`` is the newest close before each date."""

    grid: Grid
    prices: PanelPrices
    rule: TradingRule
    before: np.ndarray

    def night(self, t: int) -> np.ndarray:
        """Factors from the newest close to the open, (n_symbols,); 1 without a bar, or one before it."""
        known = self.grid.present[t] & ~np.isnan(self.before[t])
        return np.where(known, self.prices.opens[t] / self.before[t], 1.0)

    def day(self, t: int) -> np.ndarray:
        """Factors from the open to the close, (n_symbols,); 1 without a bar."""
        return np.where(self.grid.present[t], self.prices.closes[t] / self.prices.opens[t], 1.0)

    def borrowing(self, t: int) -> float:
        """Cost of a short position of 1 from the date before."""
        days = (self.grid.dates[t] - self.grid.dates[t - 1]) / DAY if t else 0.0
        return float(days) / 365 * self.rule.borrow_bps / 1e4

    def rate(self, price: np.ndarray, t: int) -> np.ndarray:
        """Cost of a turnover of 1 in each symbol at a price of the date, (n_symbols,)."""
        basic = np.full(price.shape[1], (self.rule.cost_bps + self.rule.slippage_bps) / 1e4)
        if self.prices.half_spread is None:
            return basic + self.rule.half_spread_bps / 1e4
        return basic + relative_half_spread(self.prices.half_spread[t], price[t], self.rule)


def account_portfolio(targets: np.ndarray, grid: Grid, prices: PanelPrices, rule: TradingRule) -> Booked:
    """Simulate one capital that is traded to its target weights.

    Weights that are decided at a close are filled at the next open (or at that close) of the symbols that
    have a bar; the others keep what they hold. Between fills the shares of the equity drift with the prices,
    so that restoring a weight is a trade that costs. Cash earns nothing. A symbol that is no longer alive is
    sold at its last close, on the first date on which that is known, and not bought again before a later
    decision. All is lost once, and for good.
    """
    panel = _Panel(grid, prices, rule, _newest_closes_before(grid, prices.closes))
    book, equity, flows = _Book(np.zeros(targets.shape[1])), 1.0, np.zeros((len(FLOWS), len(targets)))
    ended = np.zeros(targets.shape, dtype=bool)
    for t in range(len(targets)):
        book.begin(solvent=equity > 0, borrowing=panel.borrowing(t))
        ended[t] = ~grid.alive[t] & (book.held != 0)
        _trade_date(book, targets, panel, t)
        flows[:, t] = book.end()
        equity *= 1.0 + flows[-1, t]
        book.held = book.held * (equity > 0)
    return Booked(dict(zip(FLOWS, flows, strict=True)) | _equity(flows[-1]), ended)


def _trade_date(book: _Book, targets: np.ndarray, panel: _Panel, t: int) -> None:
    """Sell what has ended, then the night, the fill at the open, the day, and the fill at the close."""
    kept = np.where(panel.grid.alive[t], book.held, 0.0)
    book.trade(kept, panel.rate(panel.before, t))
    book.move(panel.night(t))
    traded = panel.grid.present[t] & panel.grid.alive[t]
    if panel.rule.fill == "next_open" and t > 0:
        fill = np.where(traded, targets[t - 1], book.held)
        book.trade(fill, panel.rate(panel.prices.opens, t))
    book.move(panel.day(t))
    if panel.rule.fill == "close":
        fill = np.where(traded, targets[t], book.held)
        book.trade(fill, panel.rate(panel.prices.closes, t))


def _newest_closes_before(grid: Grid, closes: np.ndarray) -> np.ndarray:
    """The newest close of each symbol before each date, (n_dates, n_symbols); NaN before its first."""
    known = np.where(grid.present, np.arange(len(grid.dates))[:, None], -1)
    newest = np.maximum.accumulate(known, axis=0)
    newest = np.concatenate([np.full((1, newest.shape[1]), -1), newest[:-1]])
    return np.where(newest >= 0, closes[np.maximum(newest, 0), np.arange(newest.shape[1])], np.nan)


def _equity(net: np.ndarray) -> dict[str, np.ndarray]:
    """Equity and drawdown of net returns, each (n_dates,)."""
    equity = np.cumprod(1.0 + net)
    return {"equity": equity, "drawdown": 1.0 - equity / np.maximum(np.maximum.accumulate(equity), 1.0)}
