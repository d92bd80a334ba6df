"""One capital for all symbols, against plain loops, accounts of one symbol, and later bars."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from shell import run
from signalcli.backtesting.portfolio.grid import make_grid
from signalcli.backtesting.portfolio.simulate import backtest_portfolio
from signalcli.backtesting.portfolio.weights import average_weights, cap_weights, of_extremes
from signalcli.backtesting.simulate import backtest
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError
from signalcli.evaluation.evaluate import evaluate

RULE = TradingRule(cost_bps=10, hold=1)
DAY = pd.Timedelta(days=1)
KINDS = ("equal", "signal", "volatility", "top:2")


def panel(symbols: int = 4, rows: int = 60, seed: int = 0, missing: float = 0.1) -> pd.DataFrame:
    """PREDICTIONS of one model: bars of each symbol with holes and late starts."""
    parts = []
    for i in range(symbols):
        bars = random_bars(rows, seed=100 * seed + i)
        rng = np.random.default_rng([seed, i])
        p = rng.random(rows)
        kept = rng.random(rows) > missing
        kept[: rng.integers(0, 6)] = False
        part = bars.assign(
            symbol=f"S{i}", model="tree", fold=1, horizon=1,
            p_up=np.where(rng.random(rows) < 0.05, np.nan, p), forward_return=0.01, direction=1,
            label_end=bars["date"],
        )  # fmt: skip
        parts.append(part[kept])
    return pd.concat(parts, ignore_index=True).astype({"direction": "Int8"})


def config(kind: str, **settings) -> PortfolioConfig:
    return PortfolioConfig(kind, **settings)


def weights_by_loop(
    table: pd.DataFrame, kind: str, rule: TradingRule
) -> dict[pd.Timestamp, dict[str, float]]:
    """The weights that are decided at each date."""
    decided = {}
    for date in sorted(table["date"].unique()):
        newest = table[table["date"] <= date].groupby("symbol").tail(1)
        newest = newest[date - newest["date"] <= pd.Timedelta(days=14)].set_index("symbol")
        p = newest["p_up"]
        side = np.sign(p - 0.5).fillna(0.0)
        if rule.long_only:
            side = side.clip(lower=0)
        if kind == "equal":
            w = side / len(newest)
        elif kind == "signal":
            size = (side * (2 * p - 1).abs()).fillna(0.0)
            w = size / (size.abs().sum() or 1.0)
        elif kind == "volatility":
            closes = {
                s: table.loc[(table["symbol"] == s) & (table["date"] <= date), "close"] for s in p.index
            }
            risk = pd.Series({s: _risk(c, rule.lookback) for s, c in closes.items()})
            inverse = (1 / risk).fillna(0.0)
            w = side * inverse / (inverse.sum() or 1.0)
        else:
            known, number = p.dropna().sort_values(), int(kind.removeprefix("top:"))
            places = min(number, len(known) // 2)
            w = pd.Series(0.0, p.index)
            w[known.index[len(known) - places :]] = 1 / (2 * places) if places else 0.0
            w[known.index[:places]] = -1 / (2 * places) if places else 0.0
        decided[date] = w[w != 0].to_dict()
    return decided


def _risk(closes: pd.Series, bars: int) -> float:
    """Root mean square return of the last bars; their number a year is the same for all symbols."""
    r = closes.pct_change().dropna().tail(bars)
    return float(np.sqrt((r**2).mean())) if len(r) == bars else np.nan


def account_by_loop(table, decided, rule):  # noqa: C901 - plain loops
    """Money in each symbol and in cash, bar after bar."""
    money, cash, rows, last, closes = {}, 1.0, [], {}, {}
    dates = sorted(table["date"].unique())
    bars = {d: t.set_index("symbol") for d, t in table.groupby("date")}
    for before, date in zip([None, *dates], dates, strict=False):
        start = cash + sum(money.values())
        paid = traded = 0.0
        for symbol in [s for s in money if date - last[s] > pd.Timedelta(days=14)]:
            traded += abs(money[symbol]) / start
            cash += money.pop(symbol)
        today = bars[date]
        for symbol in money:
            if symbol in today.index:
                money[symbol] *= today.loc[symbol, "open"] / closes[symbol]
        at_open = cash + sum(money.values())
        if before is not None:
            target = decided[before]
            for symbol in today.index:
                new, old = target.get(symbol, 0.0) * at_open, money.get(symbol, 0.0)
                traded += abs(new - old) / at_open
                cash -= new - old
                money[symbol] = new
        for symbol in today.index:
            if symbol in money:
                money[symbol] *= today.loc[symbol, "close"] / today.loc[symbol, "open"]
        closes |= today["close"].to_dict()
        last |= dict.fromkeys(today.index, date)
        end = cash + sum(money.values())
        paid = traded * rule.cost_bps / 1e4
        share = 1 - paid
        money, cash = {s: m * share for s, m in money.items()}, cash * share
        rows.append((date, traded, end / start - 1, paid, end * share / start - 1))
    return pd.DataFrame(rows, columns=["date", "turnover", "gross_return", "cost", "net_return"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_weights_and_returns_are_those_of_a_plain_loop(kind, seed):
    table = panel(5, 45, seed, missing=0.25)
    rule = replace(RULE, lookback=5) if kind == "volatility" else RULE
    if kind == "volatility":  # bars a year are estimated for each symbol; without holes they are the same
        table = panel(5, 45, seed, missing=0.0)
    found = backtest_portfolio(table, config(kind), rule)
    decided = weights_by_loop(table, kind, rule)
    held = {d: t.set_index("symbol")["weight"].to_dict() for d, t in found.holdings.groupby("date")}
    for date, weights in decided.items():
        assert held.get(date, {}) == pytest.approx(weights, abs=1e-12)
    expected = account_by_loop(table, decided, rule)
    columns = ["turnover", "gross_return", "cost", "net_return"]
    np.testing.assert_allclose(found.returns[columns], expected[columns], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.returns["equity"], (1 + expected["net_return"]).cumprod(), atol=1e-12)


@pytest.mark.parametrize("fill", ["next_open", "close"])
def test_one_symbol_that_is_only_bought_is_its_account(fill):
    rule = replace(RULE, long_only=True, fill=fill, slippage_bps=3)
    table = panel(1, 80, 3)
    one = backtest(table, rule).query("model == 'tree'").reset_index(drop=True)
    found = backtest_portfolio(table, config("equal"), rule).returns
    columns = ["position", "turnover", "gross_return", "cost", "net_return", "equity", "drawdown"]
    np.testing.assert_allclose(found[columns], one[columns], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 10_000), day=st.integers(5, 38), how=st.sampled_from(["cut", "changed"]))
@settings(max_examples=3, deadline=None)
def test_nothing_that_comes_later_moves_a_weight_or_the_equity(kind, seed, day, how):
    table = panel(4, 40, seed)
    rule = replace(RULE, lookback=5 if kind == "volatility" else RULE.lookback, hold=3)
    stamp = np.sort(table["date"].unique())[min(day, table["date"].nunique() - 2)]
    past = table["date"] <= stamp
    later = table[past] if how == "cut" else table.assign(
        **{c: table[c].where(past, table[c] * 1.7) for c in ("open", "high", "low", "close", "p_up")}
    ).assign(p_up=lambda t: t["p_up"].where(past, 1 - table["p_up"]))  # fmt: skip
    one, other = (backtest_portfolio(t, config(kind, max_weight=0.4), rule) for t in (table, later))
    for tables in ((one.returns, other.returns), (one.holdings, other.holdings)):
        known = (t[t["date"] <= stamp].reset_index(drop=True) for t in tables)
        pd.testing.assert_frame_equal(*known, check_exact=True)


def ended(days: int = 40) -> pd.DataFrame:
    """Two symbols that are bought at each close; the second ends after half of the days."""
    table = panel(2, days, 5, missing=0.0).assign(p_up=0.9)
    last = np.sort(table["date"].unique())[days // 2]
    return table[(table["symbol"] == "S0") | (table["date"] <= last)].reset_index(drop=True)


def test_a_symbol_that_ends_is_sold_at_its_last_close_and_counted():
    table = ended()
    found = backtest_portfolio(table, config("equal"), RULE)
    end = table.query("symbol == 'S1'")["date"].max()
    assert found.lines == [f"positions in 1 symbol are closed at their last close: S1 {end:%Y-%m-%d}"]
    after = found.holdings[found.holdings["date"] > end + pd.Timedelta(days=14)]
    assert set(after["symbol"]) == {"S0"}
    assert (after["weight"] == 1.0).all()
    sold = found.returns.loc[found.returns["date"] > end + pd.Timedelta(days=14)].iloc[0]
    assert sold["turnover"] == pytest.approx(0.5, abs=0.1)  # nearly half of the capital is sold
    assert sold["cost"] == pytest.approx(sold["turnover"] * 1e-3)
    assert backtest_portfolio(table[table["date"] <= end], config("equal"), RULE).lines == []


def test_a_hole_keeps_the_position_and_earns_over_it():
    table = ended().assign(p_up=0.9)
    whole = table[table["symbol"] == "S0"]
    hole = whole.drop(whole.index[10:14])
    one, other = (
        backtest_portfolio(pd.concat([t, table[table["symbol"] == "S1"]]), config("equal"), RULE).returns
        for t in (whole, hole)
    )  # fmt: skip
    assert (other["position"].iloc[1:] == one["position"].iloc[1:]).all()
    assert one["date"].tolist() == other["date"].tolist()


def test_a_late_listing_has_no_weight_before_its_first_bar():
    table = panel(3, 40, 2, missing=0.0).assign(p_up=0.9)
    first = np.sort(table["date"].unique())[20]
    table = table[(table["symbol"] != "S2") | (table["date"] >= first)]
    held = backtest_portfolio(table, config("equal"), RULE).holdings
    assert (held.query("symbol == 'S2'")["date"] >= first).all()
    assert held[held["date"] < first].groupby("date")["weight"].sum().iloc[-1] == pytest.approx(1.0)


@given(st.integers(0, 2**31), st.floats(0.01, 1), st.floats(0.1, 2))
@settings(max_examples=10, deadline=None)
def test_caps_hold_and_what_is_cut_off_stays_in_cash(seed, largest, gross):
    w = np.random.default_rng(seed).standard_normal((5, 7))
    capped = cap_weights(w, PortfolioConfig("equal", max_weight=largest, max_gross=gross))
    assert np.abs(capped).max() <= largest * (1 + 1e-12)
    assert np.abs(capped).sum(axis=1).max() <= gross * (1 + 1e-12)
    assert (np.sign(capped) == np.sign(w)).all()
    free = np.abs(np.clip(w, -largest, largest)).sum(axis=1) <= gross
    np.testing.assert_allclose(capped[free], np.clip(w, -largest, largest)[free])


def test_extremes_by_hand():
    scores = np.array([[0.9, 0.1, 0.5, 0.5, np.nan], [0.5] * 5, [0.2, np.nan, np.nan, np.nan, np.nan]])
    both = of_extremes(scores, 1, long_only=False)
    assert both.tolist() == [[0.5, -0.5, 0, 0, 0], [0] * 5, [0] * 5]
    assert of_extremes(scores, 3, long_only=True)[0] == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3, 0])
    tied = of_extremes(np.array([[0.9, 0.5, 0.5, 0.5]]), 2, long_only=False)[0]
    assert tied == pytest.approx([0.25, (1 / 3 - 2 / 3) / 4, (1 / 3 - 2 / 3) / 4, (1 / 3 - 2 / 3) / 4])


def test_overlapping_decisions_are_averaged():
    w = np.array([[3.0], [0.0], [6.0], [0.0]])
    assert average_weights(w, 3).ravel().tolist() == [1, 1, 3, 2]
    assert average_weights(w, 9).ravel().tolist() == pytest.approx([1 / 3, 1 / 3, 1, 1])


def test_the_grid_knows_who_is_alive_without_the_future():
    table = ended()
    grid, days = make_grid(table), (table["symbol"] == "S1").sum()
    end = np.flatnonzero(grid.present[:, 1])[-1] + 1
    assert grid.present[:, 1].sum() == days
    assert grid.alive[:, 1].sum() == days + 10  # fourteen days have ten weekdays
    assert (grid.last[end:, 1] == grid.last[end - 1, 1]).all()


def test_months_of_two_calendars_are_alive_on_the_dates_of_each_other():
    months = pd.date_range("2024-01-31", periods=6, freq="ME")
    a, b = (pd.DataFrame({"symbol": s, "date": d}) for s, d in (("A", months), ("B", months[:4] - DAY)))
    grid = make_grid(pd.concat([a, b], ignore_index=True))
    assert grid.alive[1:, 0].all()
    assert grid.alive[:, 1].tolist() == [True] * 9 + [False], "two months after its last bar"


def test_ruin_is_for_good():
    table = panel(2, 20, 1, missing=0.0).assign(p_up=0.1)
    prices = ["open", "high", "low", "close"]
    jump = table["date"] >= np.sort(table["date"].unique())[10]
    table[prices] = table[prices].mul(np.where(jump, 5.0, 1.0), axis=0)
    found = backtest_portfolio(table, config("equal"), RULE).returns
    assert found["equity"].iloc[9] > 0
    assert (found["equity"].iloc[10:] == 0).all()
    assert (found.loc[11:, ["turnover", "gross_return", "cost", "net_return"]] == 0).all(axis=None)


def test_shorts_pay_for_what_they_borrow_and_spreads_are_known():
    table = panel(1, 30, 1, missing=0.0).assign(p_up=0.1)
    free, paid = (
        backtest_portfolio(table, config("equal"), replace(RULE, borrow_bps=b)).returns for b in (0, 365)
    )
    days = (table["date"].iloc[-1] - table["date"].iloc[2]).days
    assert (paid["cost"] - free["cost"]).iloc[3:].sum() == pytest.approx(1e-4 * days, rel=0.05)
    spread = backtest_portfolio(table.assign(half_spread=table["open"] * 0.01), config("equal"), RULE).returns
    assert spread["cost"].iloc[1] == pytest.approx(0.01 + 0.001)


def test_the_scorecard_has_the_portfolio_and_its_parts_multiply_to_it():
    table = panel(4, 60, 1)
    shared = backtest_portfolio(table, config("signal"), RULE).returns
    card = evaluate(table, RULE, ScorecardConfig(), None, shared).set_index(["symbol", "model"])
    assert card.loc[("PORTFOLIO", "tree"), "total_return"] == pytest.approx(shared["equity"].iloc[-1] - 1)
    months = evaluate(table, RULE, ScorecardConfig(by="month"), None, shared)
    own = months.query("symbol == 'PORTFOLIO' and model == 'tree'")
    assert (1 + own["total_return"]).prod() == pytest.approx(shared["equity"].iloc[-1])
    assert own["month"].tolist() == sorted(set(table["date"].dt.strftime("%Y-%m")))


@pytest.mark.parametrize("kind", ["top", "top:0", "top:-1", "top:x", "Equal", "", "top:9999999"])
def test_a_portfolio_of_no_known_kind_is_refused(kind):
    with pytest.raises(UsageError, match="--portfolio"):
        PortfolioConfig(kind)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("equal", {"stop_loss": 0.1}),
        ("equal", {"impact": 0.1}),
        ("top:2", {"sizing": "probability"}),
        ("signal", {"dead_band": 0.1}),
    ],
)
def test_options_that_a_portfolio_does_not_know_are_refused(kind, rule):
    with pytest.raises(UsageError, match="--portfolio"):
        backtest_portfolio(panel(2, 20), config(kind), TradingRule(**rule))


def test_the_command_line_trades_with_one_capital(tmp_path):
    file, held = tmp_path / "p.csv", tmp_path / "w.csv"
    panel(5, 60, 2).to_csv(file, index=False)
    text = run(f"backtest {file} --portfolio top:2 --max-weight 0.2 --holdings {held} --ledger off")
    weights = pd.read_csv(held)
    returns = pd.read_csv(io.StringIO(run(f"backtest {file} --portfolio top:2 --ledger off --returns -")))
    own = returns[returns["symbol"] == "PORTFOLIO"]
    shared = backtest_portfolio(panel(5, 60, 2), config("top:2"), TradingRule()).returns
    assert own["equity"].to_numpy() == pytest.approx(shared["equity"].to_numpy(), rel=1e-12)
    assert set(own["fold"]) == {1}
    assert weights["weight"].abs().max() == 0.2
    pooled = run(f"backtest --pool {file} --ledger off")
    assert text.count("PORTFOLIO,") == pooled.count("PORTFOLIO,") == 2
    assert text != pooled == run(f"backtest --portfolio {file} --ledger off")
    assert "used with --portfolio" in run(f"backtest {file} --max-weight 0.2", status=2).stderr
