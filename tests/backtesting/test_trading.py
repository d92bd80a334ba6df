"""Sizing, holding, stops and costs against a clerk who books one event after the other, trade by trade."""

import dataclasses
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from random_bars import PRICES, changed_after, random_bars
from shell import run
from signalcli.backtesting.account import account
from signalcli.backtesting.booking import positions
from signalcli.backtesting.market import Market
from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.sizing import limit_turnover, target_position
from signalcli.backtesting.trades import COLUMNS, list_trades
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError
from signalcli.evaluation.evaluate import evaluate
from signalcli.schemas import PREDICTIONS, check

N = 90
ADDED = ["position", "turnover", "gross_return", "cost", "net_return", "equity", "drawdown"]


def predictions(seed=0, rows=N, symbols=("AAA",), jump=1.0):
    parts = []
    for i, symbol in enumerate(symbols):
        bars = random_bars(rows, seed + i, symbol)
        bars["volume"] = bars["volume"] * jump + 1000
        bars["half_spread"] = bars["close"] * 2e-4
        rng = np.random.default_rng(seed + i)
        p_up = np.clip(0.5 + np.repeat(rng.normal(0, 0.2, rows // 3 + 1), 3)[:rows], 0, 1)
        move = bars["close"].shift(-1) / bars["close"] - 1
        label = (move > 0).astype("Int8").where(move.notna())
        named = {"forward_return": move, "direction": label, "label_end": bars["date"].shift(-1)}
        parts.append(bars.assign(**named, model="ar", fold=1, p_up=p_up))
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


def market(table):
    return Market(*(table[name].to_numpy() for name in ("date", "open", "high", "low", "close", "volume")))


def clerk(table, decided, rule):  # noqa: C901 (one event after the other is the point)
    """Equity of each bar and the trades, from a purse of money and a day that is open, worst, best, close."""
    purse, held, entry, barred = rule.capital, 0.0, 0.0, 0.0
    equity, done, current = [purse], [], None
    bars = table.to_dict("records")
    for i in range(1, len(bars)):
        bar, last, aim = bars[i], bars[i - 1], decided[i - 1]
        purse_at_open = purse * (1 + held * (bar["open"] / last["close"] - 1))
        lent = max(-held, 0) * (bar["date"] - last["date"]).days / 365 * rule.borrow_bps / 10_000
        if np.sign(aim) != barred:
            barred = 0.0
        if barred:
            aim = 0.0
        side, was = np.sign(aim), np.sign(held)
        if side != was:
            entry = bar["open"]
        price = bar["close"]
        left = None
        if side:
            low_first = (bar["low"], bar["high"]) if side > 0 else (bar["high"], bar["low"])
            for moment, seen in enumerate((bar["open"], *low_first)):
                gain = side * (seen / entry - 1)
                stop = rule.stop_loss is not None and moment < 2 and gain <= -rule.stop_loss + 1e-15
                take = rule.take_profit is not None and moment != 1 and gain >= rule.take_profit - 1e-15
                if (stop or take) and not (moment == 0 and side != was):
                    level = entry * (1 + side * (-rule.stop_loss if stop else rule.take_profit))
                    left = bar["open"] if moment == 0 else level
                    break
        if left is not None and left == bar["open"] and side == was:
            barred, aim, left = side, 0.0, None
        if current and np.sign(aim) != was:
            done.append((*current, bar["date"], bar["open"], "signal"))
            current = None
        if aim and not current:
            current = (side, bar["date"], bar["open"])
        traded = abs(aim - held) + (abs(aim) if left is not None else 0.0)
        if left is not None:
            done.append((*current, bar["date"], left, "stop"))
            current, barred, price = None, side, left
        bps = rule.cost_bps + rule.slippage_bps + (0 if "half_spread" in bar else rule.half_spread_bps)
        fraction = traded * bps / 10_000 + traded * bar.get("half_spread", 0) / bar["open"] + lent
        if traded and rule.in_money:
            volumes = [b["volume"] for b in bars[:i]][-rule.lookback :]
            volume = np.mean([v for v in volumes if not np.isnan(v)] or [0.0])
            moves = [bars[0]["close"] / bars[0]["open"] - 1]
            moves += [b["close"] / a["close"] - 1 for a, b in pairwise(bars[:i])]
            spread = np.sqrt(np.mean(np.square(moves[-rule.lookback :])))
            for order in (abs(aim - held), abs(aim) if left is not None else 0.0):
                if order:
                    shares = order * purse_at_open / bar["open"]
                    fraction += max(shares * rule.per_share, rule.min_commission) / purse_at_open
                    part = shares / volume if volume > 0 else 1.0
                    fraction += rule.impact * spread * np.sqrt(part) * order
        purse = purse_at_open * (1 + aim * (price / bar["open"] - 1)) * (1 - min(fraction, 1))
        held = 0.0 if left is not None else aim
        equity.append(purse)
    if current:
        done.append((*current, pd.NaT, np.nan, "open"))
    return np.array(equity) / rule.capital, done


RULES = {
    "costs": {"half_spread_bps": 2.0, "slippage_bps": 3.0, "borrow_bps": 300.0},
    "money": {"per_share": 0.01, "min_commission": 5.0, "capital": 50_000.0},
    "impact": {"impact": 1.0, "capital": 1e6, "lookback": 10},
    "stops": {"stop_loss": 0.02, "take_profit": 0.03},
    "stop": {"stop_loss": 0.01},
    "take": {"take_profit": 0.01},
    "sized": {"sizing": "volatility", "volatility": 0.2, "max_position": 1.5, "hold": 3, "borrow_bps": 100.0},
    "slow": {"sizing": "probability", "max_turnover": 0.2, "dead_band": 0.05},
    "kelly": {"sizing": "kelly", "kelly": 0.1, "max_position": 2.0, "stop_loss": 0.02, "per_share": 0.02},
    "all": {"sizing": "volatility", "hold": 2, "max_turnover": 0.7, "stop_loss": 0.03, "take_profit": 0.05}
    | {"half_spread_bps": 1.0, "borrow_bps": 50.0, "min_commission": 1.0, "impact": 0.5},
}


@pytest.mark.parametrize("name", RULES)
@given(seed=st.integers(0, 2**16), column=st.booleans())
@settings(max_examples=5)
@example(seed=1, column=True)
def test_a_slow_clerk_agrees_trade_by_trade(name, seed, column):
    table = predictions(seed) if column else predictions(seed).drop(columns="half_spread")
    rule = TradingRule(**RULES[name])
    booked = backtest(table, rule)
    mine = booked[booked["model"] == "ar"].reset_index(drop=True)
    equity, done = clerk(table, mine["position"].to_numpy(), rule)
    np.testing.assert_allclose(mine["equity"], equity, rtol=1e-10)
    found = list_trades(table, rule).query("model == 'ar'")
    assert len(found) == len(done)
    for row, (side, begun, price, ended, last, why) in zip(found.itertuples(), done, strict=True):
        assert (row.side == "long") == (side > 0)
        assert (row.entry_date, row.entry_price, row.exit) == (begun, price, why)
        assert pd.isna(ended) if pd.isna(row.exit_date) else row.exit_date == ended
        assert row.exit_price == pytest.approx(last, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", RULES)
def test_the_trades_make_up_the_whole_return(name):
    table = predictions(7, rows=240)
    rule = TradingRule(**RULES[name])
    found = list_trades(table, rule)
    assert tuple(found.columns) == COLUMNS
    mine = found[found["model"] == "ar"]
    booked = backtest(table, rule).query("model == 'ar'")
    assert np.prod(1 + mine["gross_return"]) == pytest.approx(np.prod(1 + booked["gross_return"]), rel=1e-9)
    assert mine["cost"].sum() == pytest.approx(booked["cost"].sum(), rel=1e-9, abs=1e-3 * (name == "sized"))
    assert len(mine) > 5


def test_trades_with_fills_at_the_close():
    table = predictions(3)
    found = list_trades(table, TradingRule(fill="close", cost_bps=0)).query("model == 'ar'")
    close = table.set_index("date")["close"]
    done = found[found["exit"] == "signal"]
    side = np.where(done["side"] == "long", 1, -1)
    assert (done["entry_price"].to_numpy() == close[done["entry_date"]].to_numpy()).all()
    longs = done[side > 0]
    assert longs["gross_return"].to_numpy() == pytest.approx(longs["exit_price"] / longs["entry_price"] - 1)


# ---- sizes by hand


def test_sizes_by_hand():
    up = np.array([0.8, 0.4, 0.5, 0.9])
    table = predictions(rows=4)
    some = market(table)
    rule = TradingRule(sizing="probability")
    assert target_position(up, 1 - up, some, rule) == pytest.approx([0.6, -0.2, 0.0, 0.8])
    capped = TradingRule(sizing="probability", max_position=0.5)
    assert target_position(up, 1 - up, some, capped) == pytest.approx([0.5, -0.2, 0.0, 0.5])
    half = TradingRule(hold=2)
    assert target_position(up, 1 - up, some, half).tolist() == [0.5, 0.0, -0.5, 0.5]


def test_a_volatility_target_is_met():
    n = 3000
    rng = np.random.default_rng(0)
    close = 100 * np.cumprod(1 + rng.normal(0, 0.01, n))
    dates = np.datetime64("2010-01-01", "us") + np.arange(n) * np.timedelta64(1, "D")
    bars = Market(dates, close, close, close, close, close)
    rule = TradingRule(sizing="volatility", volatility=0.05, lookback=50, max_position=9)
    held = target_position(np.ones(n), np.zeros(n), bars, rule)
    assert (held[:50] == 0).all(), "flat until there is a measure of risk"
    earned = held[:-1] * (close[1:] / close[:-1] - 1)
    assert earned[60:].std() * 365.25**0.5 == pytest.approx(0.05, rel=0.05)


def test_restraint_by_hand():
    target = np.array([1.0, 1.0, 0.9, -1.0, 0.0])
    assert limit_turnover(target, TradingRule(max_turnover=0.5)).tolist() == [0.5, 1.0, 0.9, 0.4, 0.0]
    assert limit_turnover(target, TradingRule(dead_band=0.2)).tolist() == [1.0, 1.0, 1.0, -1.0, 0.0]


def test_a_stop_by_hand():
    opens = np.array([100.0, 100, 103, 95, 90, 100])
    highs = np.array([101.0, 104, 104, 96, 91, 101])
    lows = np.array([99.0, 99, 101, 89, 89, 99])
    closes = np.array([100.0, 103, 102, 90, 90, 100])
    dates = np.datetime64("2024-01-01", "us") + np.arange(6) * np.timedelta64(1, "D")
    bars = Market(dates, opens, highs, lows, closes, np.ones(6))
    rule = TradingRule(cost_bps=0, stop_loss=0.05)
    found = account(opens, closes, np.ones(6), rule, bars)
    # bought at 100, the stop stands at 95, the fourth bar opens there; flat while the side stays long
    assert found["equity"].tolist() == pytest.approx([1, 1.03, 1.02, 0.95, 0.95, 0.95])
    short = account(opens, closes, -np.ones(6), TradingRule(cost_bps=0, stop_loss=0.035), bars)
    assert short["equity"].tolist() == pytest.approx([1, 1 - 0.035, *[1 - 0.035] * 4])


def test_a_kelly_size_by_hand_falls_with_the_root_of_the_horizon():
    close = np.array([100.0, 101, 99.99, 102.9897, 100.929906])  # +1 %, -1 %, +3 %, -2 %
    dates = np.datetime64("2024-01-01", "us") + np.arange(5) * np.timedelta64(1, "D")
    bars = Market(dates, close, close, close, close, close)
    rule = TradingRule(sizing="kelly", kelly=0.01, lookback=4, max_position=9)
    size = 0.01 * 0.2 * (0.07 / 4) / (0.0015 / 4)  # fraction · edge · mean |r| / mean r²
    for bars_ahead in (1, 5, 20):
        held = target_position(np.full(5, 0.6), np.full(5, 0.4), bars, rule, bars_ahead)
        assert held == pytest.approx([0, 0, 0, 0, size / bars_ahead**0.5])


@pytest.mark.parametrize("stated", [True, False])
def test_the_kelly_size_follows_the_horizon_of_the_table(stated):
    rule, one = TradingRule(sizing="kelly", kelly=0.01, max_position=9, hold=1), predictions(2)
    five = one.assign(label_end=one["date"].shift(-5))
    five = five.assign(horizon=5) if stated else five
    assert positions(five, rule) == pytest.approx(positions(one, rule) / 5**0.5)
    found = backtest(five, rule).query("model == 'ar'")["position"].to_numpy()
    assert found == pytest.approx(positions(five, rule))


# ---- stops, ruin and impact by hand


def table_of(closes, p_up, **columns):
    """PREDICTIONS of one model on bars that open at the close before."""
    closes = np.array(closes, dtype="float64")
    opens = np.concatenate([closes[:1], closes[:-1]])
    prices = {"open": opens, "high": np.maximum(opens, closes), "low": np.minimum(opens, closes)}
    bars = pd.DataFrame(
        {"symbol": "X", "date": pd.bdate_range("2024-01-01", periods=len(closes)), **prices, "close": closes}
    ).assign(volume=1e6)
    move = bars["close"].shift(-1) / bars["close"] - 1
    label = (move > 0).astype("Int8").where(move.notna())
    named = bars.assign(forward_return=move, direction=label, label_end=bars["date"].shift(-1))
    return check(named.assign(model="m", fold=1, p_up=p_up, **columns), PREDICTIONS, "test")


def test_what_a_stop_ended_is_no_exposure_and_no_trade():
    table = table_of([100, 100, 94, 94, 94, 94, 94, 94], [0.9, 0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9])
    rule = TradingRule(cost_bps=0, stop_loss=0.05)
    found = backtest(table, rule).query("model == 'm'")
    # long from the second bar, out at 95 in the third; no side until the signal has turned
    assert found["position"].tolist() == [1, 1, 0, 0, -1, 1, 1, 1]
    card = evaluate(table, rule, ScorecardConfig(metrics="all")).set_index("model").loc["m"]
    shares = {"exposure": 6 / 8, "in_market": 6 / 8, "long_share": 5 / 8, "short_share": 1 / 8, "trades": 3}
    assert card[[*shares]].to_dict() == pytest.approx(shares)
    assert len(list_trades(table, rule).query("model == 'm'")) == 3
    assert evaluate(table).set_index("model").loc["m", "exposure"] == 1


@given(seed=st.integers(0, 2**16), stop=st.sampled_from([0.005, 0.02]), take=st.sampled_from([None, 0.01]))
@settings(max_examples=10, deadline=None)
def test_every_trade_of_the_list_is_a_trade_of_the_scorecard(seed, stop, take):
    table, rule = predictions(seed), TradingRule(stop_loss=stop, take_profit=take)
    table.loc[table.index[-1], "p_up"] = 0.5  # a last decision is not filled within the table
    card = evaluate(table, rule).set_index("model")
    assert card.loc["ar", "trades"] == len(list_trades(table, rule).query("model == 'ar'"))


RUIN = [100, 100, 250, 260, 255, 250, 240, 245]
SAID = [0.1, 0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.9]


def test_nothing_is_traded_after_ruin():
    table, rule = table_of(RUIN, SAID), TradingRule(cost_bps=10)
    found = backtest(table, rule).query("model == 'm'").reset_index(drop=True)
    assert found["position"].tolist() == [-1, -1, 0, 0, 0, 0, 0, 0]
    assert found["turnover"].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert found["net_return"].tolist() == [0, pytest.approx(-0.001), -1, 0, 0, 0, 0, 0]
    trades = list_trades(table, rule).query("model == 'm'")
    assert trades[["side", "entry_date", "exit_date", "exit_price", "exit", "bars"]].to_numpy().tolist() == [
        ["short", table["date"][1], table["date"][2], 250.0, "ruin", 2]
    ]
    assert trades["net_return"].tolist() == [-1]
    card = evaluate(table, rule, ScorecardConfig(metrics="all")).set_index("model").loc["m"]
    assert card[["exposure", "trades", "turnover"]].tolist() == [2 / 8, 1, 252 / 8]


def test_a_night_of_ruin_leaves_nothing_to_trade_at_the_open():
    table = table_of(RUIN, [0.1, 0.9, *[0.9] * 6])
    table.loc[2, ["open", "high"]] = 260.0  # short over the night, long from an open that took all
    found = backtest(table, TradingRule()).query("model == 'm'")
    assert found["turnover"].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert found["cost"].sum() == pytest.approx(5e-4)
    trades = list_trades(table).query("model == 'm'")
    assert trades[["exit", "exit_price", "bars", "net_return"]].to_numpy().tolist() == [
        ["ruin", 260.0, 1, -1.0]
    ]


@pytest.mark.parametrize("volume", [0.0, np.nan])
def test_an_order_without_a_known_volume_is_all_of_it(volume):
    table = table_of([102, 103, 101, 101, 101], [0.9, 0.9, 0.1, 0.1, 0.1]).assign(volume=volume)
    table.loc[0, ["open", "low"]] = 100.0
    found = backtest(table, TradingRule(cost_bps=0, impact=0.5, lookback=3)).query("model == 'm'")["cost"]
    first = 0.5 * 0.02  # impact · volatility of the one bar before, 2 % from its open · √1
    moves = np.array([0.02, 103 / 102 - 1, 101 / 103 - 1])
    assert found.tolist() == pytest.approx([0, first, 0, 0.5 * np.sqrt(np.mean(moves**2)) * 2, 0])


def test_an_unknown_volume_counts_as_the_mean_of_the_known_ones():
    p_up, rule = [0.9, 0.9, 0.1, 0.9, 0.1], TradingRule(cost_bps=0, impact=1.0, lookback=3, capital=1e6)
    whole = table_of([102, 103, 101, 104, 105], p_up)
    holes = whole.assign(volume=[1e6, np.nan, 1e6, np.nan, np.nan])
    cost = [backtest(t, rule).query("model == 'm'")["cost"].to_numpy() for t in (whole, holes)]
    assert cost[1] == pytest.approx(cost[0])
    dearer = backtest(whole.assign(volume=1e4), rule).query("model == 'm'")["cost"].to_numpy()
    assert dearer[1] == pytest.approx(10 * cost[0][1])


# ---- properties


@pytest.mark.parametrize(
    "name", ["half_spread_bps", "slippage_bps", "borrow_bps", "per_share", "min_commission", "impact"]
)
def test_every_cost_is_monotone_and_free_at_zero(name):
    table = predictions(5).drop(columns="half_spread")
    free = backtest(table)
    curves = [backtest(table, TradingRule(**{name: value}))["equity"] for value in (0.0, 0.5, 5.0)]
    np.testing.assert_array_equal(curves[0], free["equity"])
    for cheap, dear in pairwise(curves):
        assert (dear <= cheap * (1 + 1e-12)).all()
        assert dear.sum() < cheap.sum()


def test_a_column_comes_before_the_constant():
    table = predictions(5)
    constant = table.drop(columns="half_spread")
    found = backtest(table, TradingRule(half_spread_bps=500))["cost"]
    assert found.sum() < backtest(constant, TradingRule(half_spread_bps=500))["cost"].sum()
    assert found.sum() > backtest(constant)["cost"].sum()


def test_the_defaults_are_neutral():
    table = predictions(5).drop(columns="half_spread")
    spelt = TradingRule(hold=1, max_position=1.0, sizing="sign", lookback=5)
    pd.testing.assert_frame_equal(backtest(table), backtest(table, spelt), check_exact=True)
    far = TradingRule(stop_loss=50.0, take_profit=50.0)
    np.testing.assert_allclose(backtest(table, far)["equity"], backtest(table)["equity"], rtol=1e-12)


@pytest.mark.parametrize("name", RULES)
@given(t=st.integers(25, 88), seed=st.integers(0, 2**16))
@settings(max_examples=3)
def test_changing_what_comes_later_moves_nothing(name, t, seed):
    table, rule = predictions(1), TradingRule(**RULES[name])
    changed = changed_after(table, t, seed)
    changed.loc[np.arange(N) > t, "p_up"] = np.random.default_rng(seed).random(N - 1 - t)
    for other in (changed, table.head(t + 1)):
        for model in ("ar", "buy_hold"):
            found, expected = (
                backtest(rows, rule).query(f"model == '{model}'")[ADDED].head(t + 1).reset_index(drop=True)
                for rows in (other, table)
            )
            pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_each_symbol_is_booked_by_itself():
    rule = TradingRule(**RULES["all"])
    both = backtest(predictions(4, symbols=("AAA", "BBB")), rule)
    for i, symbol in enumerate(("AAA", "BBB")):
        alone = backtest(predictions(4 + i, symbols=(symbol,)), rule)
        mine = both[both["symbol"] == symbol].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone, check_exact=True)
    assert len(positions(predictions(4), rule)) == N
    assert list(PRICES)


# ---- options


@pytest.mark.parametrize(
    ("given_rule", "said"),
    [
        ({"sizing": "hope"}, "sizing hope"),
        ({"hold": 0}, "hold 0"),
        ({"stop_loss": 0.0}, "stop.loss 0.0"),
        ({"stop_loss": 0.1, "fill": "close"}, "next_open"),
        ({"impact": -1.0}, "impact -1"),
        ({"max_position": 0.0}, "max.position 0"),
        ({"dead_band": 2.0}, "dead.band 2"),
    ],
)
def test_what_cannot_be_meant_is_refused(given_rule, said):
    with pytest.raises(UsageError, match=said):
        TradingRule(**given_rule)


def test_rules_and_trades_at_the_command_line(tmp_path):
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 200"))
    made = run("fit --model ar --folds 2", features)
    plain, dear = run("backtest", made), run("backtest --rule half_spread_bps=20 --rule hold=2", made)
    assert plain != dear
    run(f"backtest --trades {tmp_path / 'trades.csv'} --rule stop_loss=0.02", made)
    lines = (tmp_path / "trades.csv").read_text().splitlines()
    assert lines[0].replace('"', "") == ",".join(COLUMNS)
    assert len(lines) > 3
    assert "stop_loss" in run("backtest --rule stop_los=0.1", made, status=2).stderr
    assert "a number" in run("backtest --rule stop_loss=much", made, status=2).stderr
    assert {f.name for f in dataclasses.fields(TradingRule)} >= {"hold", "impact"}
