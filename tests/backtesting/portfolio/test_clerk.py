"""The account of a portfolio against a clerk who keeps the money of every symbol, and weights by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.portfolio.simulate import backtest_portfolio
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule

DAY = pd.Timedelta(days=1)
FLOWS = ["turnover", "gross_return", "cost", "net_return"]


def panel(seed: int, days: int = 45) -> pd.DataFrame:
    """PREDICTIONS of six symbols: calendars, late, ended, with holes, and outside."""
    rng = np.random.default_rng(seed)
    parts = []
    for i in range(6):
        dates = pd.date_range("2024-01-01", periods=days, freq="D" if i % 2 else "B")
        dates = dates[dates <= pd.Timestamp("2024-01-01") + days * DAY]
        dates = dates[rng.random(len(dates)) > 0.15]
        dates = {2: dates[8:], 3: dates[:12], 4: dates[:4].append(dates[-5:])}.get(i, dates)
        n = len(dates)
        close = 50 * np.exp(np.cumsum(0.05 * rng.standard_normal(n)))
        opened = np.append(close[:1], close[:-1]) * np.exp(0.02 * rng.standard_normal(n))
        member = (np.arange(n) < n - 6) | (i < 5)
        part = pd.DataFrame(
            {"symbol": f"S{i}", "date": dates, "open": opened, "close": close, "p_up": rng.random(n)}
        )
        spread = np.where(rng.random(n) < 0.3, np.nan, 0.1)
        parts.append(part.assign(half_spread=spread, member=pd.array(member.astype(int), "Int8")))
    table = pd.concat(parts, ignore_index=True).astype({"date": "datetime64[us]"})
    none = ~(table["member"] == 1) | (rng.random(len(table)) < 0.05)
    highs = table[["open", "close"]].agg(["max", "min"], axis=1)
    return table.assign(
        p_up=table["p_up"].mask(none), high=highs["max"], low=highs["min"], volume=1.0, model="tree", fold=1,
        horizon=1, forward_return=0.0, direction=pd.array([0] * len(table), "Int8"), label_end=table["date"],
    )  # fmt: skip


class Clerk:
    """Money in each symbol and in cash; what was seen last of each symbol."""

    def __init__(self, rule: TradingRule) -> None:
        self.rule, self.cash, self.money = rule, 1.0, {}
        self.close, self.seen, self.member, self.spread = {}, {}, {}, {}

    @property
    def equity(self) -> float:
        return self.cash + sum(self.money.values())

    def trade(self, symbol: str, amount: float, price: float) -> None:
        """Set the money in a symbol; costs are paid at the end of the date."""
        size = abs(amount - self.money.get(symbol, 0.0)) / self.equity
        bps = (self.rule.cost_bps + self.rule.slippage_bps) / 1e4
        spread = self.spread.get(symbol, self.rule.half_spread_bps / 1e4 * price)
        self.turnover += size
        self.cost += size * (bps + spread / price)
        self.cash += self.money.get(symbol, 0.0) - amount
        self.money[symbol] = amount

    def date(self, day, bars, before, now, passed):
        """Book a date: bars by symbol, weights decided the date before and on this date."""
        start, self.turnover = self.equity, 0.0
        short = sum(max(-m, 0.0) for m in self.money.values()) / start
        self.cost = short * passed / 365 * self.rule.borrow_bps / 1e4
        self.seen |= dict.fromkeys(bars.index, day)
        self.member |= bars["member"].eq(1).to_dict()
        self.spread |= bars["half_spread"].dropna().to_dict()
        for symbol in list(self.money):
            if day - self.seen[symbol] > 14 * DAY or not self.member[symbol]:
                self.trade(symbol, 0.0, self.close[symbol])
        for symbol in self.money.keys() & set(bars.index):
            self.money[symbol] *= bars.loc[symbol, "open"] / self.close[symbol]
        if self.rule.fill == "next_open":
            self.fill(bars, before, "open")
        for symbol in self.money.keys() & set(bars.index):
            self.money[symbol] *= bars.loc[symbol, "close"] / bars.loc[symbol, "open"]
        if self.rule.fill == "close":
            self.fill(bars, now, "close")
        self.close |= bars["close"].to_dict()
        gross = self.equity / start - 1
        self.money = {s: m * (1 - self.cost) for s, m in self.money.items()}
        self.cash *= 1 - self.cost
        return self.turnover, gross, self.cost, self.equity / start - 1

    def fill(self, bars, weights, column):
        """Trade the members that have a bar to their weights of the equity."""
        equity = self.equity
        for symbol in [s for s in bars.index if self.member[s]]:
            self.trade(symbol, weights.get(symbol, 0.0) * equity, bars.loc[symbol, column])


def booked_by_clerk(table: pd.DataFrame, holdings: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Flows of each date, (n_dates, 4)."""
    clerk, rows, before, last = Clerk(rule), [], {}, None
    decided = {d: t.set_index("symbol")["weight"].to_dict() for d, t in holdings.groupby("date")}
    for day, bars in table.groupby("date"):
        passed = 0.0 if last is None else (day - last) / DAY
        rows.append(clerk.date(day, bars.set_index("symbol"), before, decided.get(day, {}), passed))
        before, last = decided.get(day, {}), day
    return np.array(rows)


@pytest.mark.parametrize("fill", ["next_open", "close"])
@pytest.mark.parametrize("kind", ["equal", "signal", "volatility", "top:2"])
def test_the_account_is_that_of_a_clerk(kind, fill):
    rule = TradingRule(cost_bps=20, slippage_bps=7, half_spread_bps=5, borrow_bps=3000, fill=fill, hold=2)
    rule = replace(rule, lookback=3) if kind == "volatility" else rule
    for seed in (1, 2):
        table = panel(seed)
        found = backtest_portfolio(table, PortfolioConfig(kind, max_weight=0.3, max_gross=0.9), rule)
        assert found.holdings["weight"].abs().groupby(found.holdings["date"]).sum().max() <= 0.9 + 1e-12
        expected = booked_by_clerk(table, found.holdings, rule)
        np.testing.assert_allclose(found.returns[FLOWS], expected, rtol=0, atol=1e-12)


def weights(p: dict[str, list[float]], config: PortfolioConfig, closes=None, **rule) -> pd.DataFrame:
    """Weights by date and symbol; prices are 10 unless ``closes`` tell them."""
    parts = []
    for symbol, values in p.items():
        dates = pd.date_range("2024-01-01", periods=len(values)).astype("datetime64[us]")
        close = (closes or {}).get(symbol, [10.0] * len(values))
        part = pd.DataFrame(
            {"symbol": symbol, "date": dates, "p_up": values, "close": close, "label_end": dates}
        )
        parts.append(part.assign(open=close, high=close, low=close))
    table = pd.concat(parts, ignore_index=True).assign(
        volume=1.0, model="tree", fold=1, horizon=1, direction=0, forward_return=0.0
    )
    rule = replace(TradingRule(hold=1), **rule)
    holdings = backtest_portfolio(table, config, rule).holdings
    wide = holdings.pivot(index="date", columns="symbol", values="weight").fillna(0.0)
    return wide.reindex(pd.unique(table["date"]), fill_value=0.0).reindex(columns=list(p), fill_value=0.0)


def test_weights_by_signal_are_shares_of_the_sides_that_are_taken():
    p = {"A": [0.9], "B": [0.6], "C": [0.3], "D": [np.nan]}
    found = weights(p, PortfolioConfig("signal"))  # signals .8, .2, -.4
    assert found.iloc[0].tolist() == pytest.approx([0.8 / 1.4, 0.2 / 1.4, -0.4 / 1.4, 0])
    found = weights(p, PortfolioConfig("signal"), threshold=0.65)  # .6 takes no side
    assert found.iloc[0].tolist() == pytest.approx([0.8 / 1.2, 0, -0.4 / 1.2, 0])
    found = weights(p, PortfolioConfig("signal"), long_only=True)
    assert found.iloc[0].tolist() == pytest.approx([0.8, 0.2, 0, 0])


def test_equal_weights_count_symbols_without_a_side():
    found = weights({"A": [0.9], "B": [0.5], "C": [0.3], "D": [np.nan]}, PortfolioConfig("equal"))
    assert found.iloc[0].tolist() == [0.25, 0, -0.25, 0]


def test_caps_cut_first_and_scale_then():
    p = {"A": [0.9], "B": [0.6], "C": [0.6]}  # signals .8, .2, .2
    found = weights(p, PortfolioConfig("signal", max_weight=0.5, max_gross=0.8))
    cut = [0.5, 1 / 6, 1 / 6]
    assert found.iloc[0].tolist() == pytest.approx([x * 0.8 / sum(cut) for x in cut])
    found = weights(p, PortfolioConfig("signal", max_weight=0.5, max_gross=2))
    assert found.iloc[0].tolist() == pytest.approx(cut)


def test_decisions_are_averaged_before_they_are_capped():
    p = {"A": [0.9, 0.1], "B": [0.8, 0.9]}  # decisions: A long, B short; then B long, A short
    found = weights(p, PortfolioConfig("top:1"), hold=2)
    assert found.to_numpy().tolist() == [[0.25, -0.25], [0, 0]]
    p = {"A": [0.9, 0.5], "B": [0.5, 0.5]}  # all of A, then nothing
    found = weights(p, PortfolioConfig("signal", max_weight=0.4), hold=2)
    assert found["A"].tolist() == [0.4, 0.4]


def test_the_inverse_of_volatility_without_those_that_have_none():
    closes = {"A": [100, 101, 102.01], "B": [100, 104, 108.16], "C": [7, 7, 7]}  # 1 %, 4 %, 0 % a bar
    p = {"A": [0.9] * 3, "B": [0.2] * 3, "C": [0.9] * 3}
    found = weights(p, PortfolioConfig("volatility"), closes, lookback=2)
    assert found.iloc[:2].to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]  # two returns are known on the third
    assert found.iloc[2].tolist() == pytest.approx([0.8, -0.2, 0])
    flat = weights(p | {"A": [0.5] * 3}, PortfolioConfig("volatility"), closes, lookback=2)
    assert flat.iloc[2].tolist() == pytest.approx([0, -0.2, 0])  # a symbol without a side keeps its share


def test_more_places_than_symbols_are_all_of_them():
    p = {"A": [0.9], "B": [0.6], "C": [0.3]}
    assert weights(p, PortfolioConfig("top:50")).iloc[0].tolist() == [0.5, 0, -0.5]
    found = weights(p, PortfolioConfig("top:50"), long_only=True)
    assert found.iloc[0].tolist() == pytest.approx([1 / 3] * 3)
    assert weights({"A": [0.9]}, PortfolioConfig("top:50")).iloc[0].tolist() == [0]
