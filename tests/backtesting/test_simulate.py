"""Positions, fills, costs and equity against hand-made tables and a slow oracle."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import PRICES, changed_after, random_bars
from signalcli.backtesting.account import account
from signalcli.backtesting.booking import positions
from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError
from signalcli.schemas import PREDICTIONS, RETURNS, check

OPENS = np.array([100.0, 104.0, 110.0, 99.0, 90.0])
CLOSES = np.array([102.0, 108.0, 105.0, 95.0, 96.0])
BOOKED = ["turnover", "gross_return", "cost", "net_return", "equity", "drawdown"]
ADDED = ["position", *BOOKED]


def predictions(rows=60, models=("ar", "tree"), seed=0, symbol="AAA", three=False):
    """PREDICTIONS with random probabilities."""
    bars = random_bars(rows, seed, symbol)
    close = bars["close"]
    bars["forward_return"] = close.shift(-1) / close - 1
    bars["direction"] = (bars["forward_return"] > 0).astype("Int8").where(bars["forward_return"].notna())
    bars["label_end"] = bars["date"].shift(-1)
    rng = np.random.default_rng(seed + 100)
    parts = []
    for model in models:
        p = rng.dirichlet([1, 1, 1], rows) if three else np.column_stack([rng.random(rows)])
        shown = {"p_up": p[:, 0]} | ({"p_flat": p[:, 1], "p_down": p[:, 2]} if three else {})
        parts.append(bars.assign(model=model, fold=1, **shown))
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


def of(table, model, symbol="AAA"):
    return table[(table["model"] == model) & (table["symbol"] == symbol)].reset_index(drop=True)


def book(position, rule, opens=OPENS, closes=CLOSES):
    return account(opens, closes, np.array(position, dtype="float64"), rule)


# ---- fills by hand: long, long, short, flat, long decided at the five closes; 100 bps


def test_fills_at_the_next_open_by_hand():
    found = book([1, 1, -1, 0, 1], TradingRule(cost_bps=100))
    night_2, night_3, night_4 = 110 / 108 - 1, 99 / 105 - 1, 90 / 95 - 1
    gross = [
        1.0,  # nothing was decided before the first bar
        108 / 104,  # bought at 104
        (1 + night_2) * (105 / 110),  # held through the night and the day
        (1 + night_3) * (1 - (95 / 99 - 1)),  # long through the night, short from 99 on
        1 - night_4,  # short through the night, bought back at 90
    ]
    turnover = [0, 1, 0, 2, 1]  # the last decision is not filled within the table
    net = [g * (1 - 0.01 * t) - 1 for g, t in zip(gross, turnover, strict=True)]
    equity = np.cumprod([1 + r for r in net])
    np.testing.assert_allclose(found["turnover"], turnover, atol=0)
    np.testing.assert_allclose(found["cost"], [0, 0.01, 0, 0.02, 0.01], rtol=1e-15)
    np.testing.assert_allclose(found["gross_return"], np.array(gross) - 1, rtol=1e-12)
    np.testing.assert_allclose(found["net_return"], net, rtol=1e-12)
    np.testing.assert_allclose(found["equity"], equity, rtol=1e-12)
    np.testing.assert_allclose(found["drawdown"], 1 - equity / np.maximum.accumulate(equity), atol=1e-15)


def test_fills_at_the_close_by_hand():
    found = book([1, 1, -1, 0, 1], TradingRule(cost_bps=100, fill="close"))
    gross = [1.0, 108 / 102, 105 / 108, 1 - (95 / 105 - 1), 1.0]
    turnover = [1, 0, 2, 1, 1]  # each decision is filled at its own close
    np.testing.assert_allclose(found["turnover"], turnover, atol=0)
    np.testing.assert_allclose(found["gross_return"], np.array(gross) - 1, rtol=1e-12)
    np.testing.assert_allclose(
        found["net_return"],
        [g * (1 - 0.01 * t) - 1 for g, t in zip(gross, turnover, strict=True)],
        rtol=1e-12,
    )


def event_loop(opens, closes, position, rule):
    """One event after the other, as a clerk would book them."""
    equity, held, out = 1.0, 0.0, []
    for i in range(len(opens)):
        if i > 0 and rule.fill == "close":
            equity *= 1 + held * (closes[i] - closes[i - 1]) / closes[i - 1]
        if i > 0 and rule.fill == "next_open":
            equity *= 1 + held * (opens[i] - closes[i - 1]) / closes[i - 1]
            wanted = position[i - 1]
            equity -= equity * abs(wanted - held) * rule.cost_bps / 10_000
            held = wanted
            equity *= 1 + held * (closes[i] - opens[i]) / opens[i]
        if rule.fill == "close":
            equity -= equity * abs(position[i] - held) * rule.cost_bps / 10_000
            held = position[i]
        out.append(equity)
    return np.array(out)


@given(seed=st.integers(0, 2**16), fill=st.sampled_from(["next_open", "close"]), cost=st.floats(0, 200))
def test_a_slow_clerk_books_the_same_equity(seed, fill, cost):
    bars = random_bars(80, seed)
    position = np.random.default_rng(seed).choice([-1.0, 0.0, 0.5, 1.0], 80)
    rule = TradingRule(cost_bps=cost, fill=fill)
    opens, closes = bars["open"].to_numpy(), bars["close"].to_numpy()
    found = account(opens, closes, position, rule)
    np.testing.assert_allclose(found["equity"], event_loop(opens, closes, position, rule), rtol=1e-12)
    np.testing.assert_allclose(np.cumprod(1 + found["net_return"]), found["equity"], rtol=1e-12)
    peak = 1.0
    for equity, fall in zip(found["equity"], found["drawdown"], strict=True):
        peak = max(peak, equity)
        assert fall == pytest.approx(1 - equity / peak, abs=1e-15)


def test_always_long_without_cost_is_buy_and_hold_from_the_next_open():
    bars = random_bars(50)
    found = book(np.ones(50), TradingRule(cost_bps=0), bars["open"].to_numpy(), bars["close"].to_numpy())
    assert found["equity"][0] == 1
    expected = bars["close"].to_numpy()[1:] / bars["open"].to_numpy()[1]
    np.testing.assert_allclose(found["equity"][1:], expected, rtol=1e-12)


@pytest.mark.parametrize("fill", ["next_open", "close"])
def test_higher_costs_never_earn_more(fill):
    bars = random_bars(80)
    position = np.random.default_rng(0).choice([-1.0, 0.0, 1.0], 80)
    prices = bars["open"].to_numpy(), bars["close"].to_numpy()
    curves = [
        account(*prices, position, TradingRule(cost_bps=c, fill=fill))["equity"] for c in (0, 1, 50, 900)
    ]
    for cheap, dear in pairwise(curves):
        assert (dear <= cheap).all()
        assert dear[-1] < cheap[-1]


def test_entry_and_exit_cost_the_same():
    flat = np.full(5, 100.0)
    found = book([0, 1, 1, 0, 0], TradingRule(cost_bps=10), flat, flat)
    np.testing.assert_allclose(found["cost"], [0, 0, 0.001, 0, 0.001], rtol=1e-12)
    assert found["equity"][-1] == pytest.approx(0.999**2, rel=1e-12)
    short = book([0, -1, -1, 0, 0], TradingRule(cost_bps=10), flat, flat)
    np.testing.assert_array_equal(short["cost"], found["cost"])


# ---- ruin


@pytest.mark.parametrize("fill", ["next_open", "close"])
def test_ruin_stays_ruined(fill):
    opens = np.array([1.0, 1.0, 2.5, 6.0, 6.0, 6.0])  # a short loses more than all, by night and by day
    closes = np.array([1.0, 1.0, 6.5, 6.0, 9.0, 3.0])
    found = book([-1, -1, -1, 1, -1, 1], TradingRule(cost_bps=5, fill=fill), opens, closes)
    assert (found["equity"][2:] == 0).all()
    assert found["net_return"][2] == -1
    assert (found["drawdown"][2:] == 1).all()
    for column in ("net_return", "gross_return", "turnover", "cost"):
        assert (found[column][3:] == 0).all(), "nothing is left to trade with"


def test_no_cost_takes_more_than_there_is():
    flat = np.full(4, 100.0)
    found = book([1, -1, 1, -1], TradingRule(cost_bps=9000), flat, flat)
    assert found["net_return"].min() == -1
    assert found["equity"].min() == 0
    assert found["cost"].max() == 1


# ---- decisions


def decided(p_up, p_down=None, **rule):
    table = pd.DataFrame({"p_up": p_up} if p_down is None else {"p_up": p_up, "p_down": p_down})
    return positions(table, TradingRule(**rule)).tolist()


def test_two_classes_become_long_and_short():
    assert decided([0.7, 0.5, 0.3, 1.0, 0.0]) == [1, 0, -1, 1, -1]
    assert decided([0.7, 0.5, 0.3], long_only=True) == [1, 0, 0]


def test_between_the_thresholds_nothing_is_held():
    assert decided([0.59, 0.61, 0.41, 0.39, 0.6], threshold=0.6) == [0, 1, 0, -1, 0]


def test_a_low_threshold_still_follows_the_likelier_side():
    assert decided([0.45, 0.55, 0.5], threshold=0.4) == [-1, 1, 0]


def test_three_classes_hold_nothing_when_flat_is_likely():
    assert decided([0.6, 0.3, 0.1, 0.5], [0.1, 0.3, 0.6, 0.5]) == [1, 0, -1, 0]
    assert decided([0.4, 0.3, 0.35], [0.3, 0.4, 0.35], threshold=1 / 3) == [1, -1, 0]


# ---- the table


def test_columns_are_added_and_none_is_lost():
    given_rows = predictions().assign(note="kept")
    found = backtest(given_rows)
    assert set(found.columns) == {*given_rows.columns, *RETURNS.columns}
    assert (found["note"] == "kept").all()
    for model in ("ar", "tree"):
        pd.testing.assert_frame_equal(
            of(found, model)[list(given_rows.columns)], of(given_rows, model), check_exact=True
        )


def test_each_model_and_symbol_is_booked_by_itself():
    both = pd.concat([predictions(), predictions(45, seed=4, symbol="BBB")], ignore_index=True)
    rule = TradingRule(cost_bps=20)
    together = backtest(check(both, PREDICTIONS, "test"), rule)
    for (symbol, model), rows in both.groupby(["symbol", "model"]):
        alone = backtest(check(rows, PREDICTIONS, "test"), rule)
        pd.testing.assert_frame_equal(
            of(together, model, symbol)[ADDED], of(alone, model, symbol)[ADDED], check_exact=True
        )
        expected = account(rows["open"].to_numpy(), rows["close"].to_numpy(), positions(rows, rule), rule)[
            "equity"
        ]
        np.testing.assert_array_equal(of(together, model, symbol)["equity"], expected)


def test_buy_and_hold_stands_once_beside_each_symbol():
    both = pd.concat([predictions(), predictions(45, seed=4, symbol="BBB")], ignore_index=True)
    found = backtest(check(both, PREDICTIONS, "test"))
    counts = found.groupby(["symbol", "model"]).size()
    assert counts.to_dict() == {
        ("AAA", "ar"): 60,
        ("AAA", "buy_hold"): 60,
        ("AAA", "tree"): 60,
        ("BBB", "ar"): 45,
        ("BBB", "buy_hold"): 45,
        ("BBB", "tree"): 45,
    }
    held = of(found, "buy_hold")
    assert (held["position"] == 1).all()
    assert held["p_up"].isna().all()


def test_buy_and_hold_is_made_anew_not_twice():
    once = backtest(predictions())
    again = backtest(once[predictions().columns])
    pd.testing.assert_frame_equal(again, once[again.columns], check_exact=True)
    alone = once[once["model"] == "buy_hold"]
    of_alone = backtest(alone[predictions().columns].reset_index(drop=True))
    assert of_alone["model"].unique().tolist() == ["buy_hold"]
    np.testing.assert_array_equal(of_alone["equity"], alone["equity"])


@pytest.mark.parametrize("models", [("ar", "tree"), ("ar",), ("tree", "xor"), ("a", "b", "c", "d")])
def test_rows_come_in_order_of_their_key_whatever_order_they_came_in(models):
    parts = [predictions(40, models), predictions(30, models[:1], seed=4, symbol="BBB")]
    table = check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")
    found = backtest(table)
    pd.testing.assert_frame_equal(found, check(found, RETURNS, "test"), check_exact=True)
    mixed = pd.concat([table.iloc[::2], table.iloc[1::2]]).sort_values("date", kind="stable")
    pd.testing.assert_frame_equal(backtest(mixed.reset_index(drop=True)), found, check_exact=True)


def test_predictions_are_not_changed():
    table = predictions()
    before = table.copy(deep=True)
    backtest(table)
    pd.testing.assert_frame_equal(table, before, check_exact=True)


@pytest.mark.parametrize("value", [np.nan, -0.01, 1.01, np.inf])
@pytest.mark.parametrize("column", ["p_up", "p_flat", "p_down"])
def test_a_probability_that_is_none_is_refused(value, column):
    table = predictions(three=True)
    table.loc[17, column] = value
    unknown_up = column == "p_up" and np.isnan(value)
    named = "p_flat" if unknown_up else column  # without p_up the others have to be empty too
    with pytest.raises(
        DataError, match=rf"AAA 2020-\d\d-\d\d.* (ar|tree): {named} is not between 0 and 1 \(1 row"
    ):
        backtest(table)


@pytest.mark.parametrize("value", [np.nan, 0.0, -1.0, np.inf])
@pytest.mark.parametrize("column", ["open", "close"])
def test_a_price_that_is_none_is_refused(value, column):
    table = predictions()
    table.loc[17, column] = value
    with pytest.raises(DataError, match="open or close is not a price above 0"):
        backtest(table)


@pytest.mark.parametrize("factor", [0.125, 4.0, 1024.0])
def test_the_price_level_changes_nothing(factor):
    table = predictions()
    raised = table.assign(**{p: table[p] * factor for p in PRICES})
    pd.testing.assert_frame_equal(backtest(raised)[ADDED], backtest(table)[ADDED], check_exact=True)


# ---- no peek

TABLE = predictions(models=("ar",))
RULES = [TradingRule(), TradingRule(fill="close"), TradingRule(threshold=0.6, long_only=True, cost_bps=50)]
EXPECTED = [backtest(TABLE, rule) for rule in RULES]


@pytest.mark.parametrize("which", range(len(RULES)))
@given(t=st.integers(0, 58), seed=st.integers(0, 2**16))
@settings(max_examples=20)
def test_changing_what_comes_later_moves_nothing(which, t, seed):
    changed = changed_after(TABLE, t, seed)
    later = np.arange(60) > t
    changed.loc[later, "p_up"] = np.random.default_rng(seed).random(later.sum())
    found = backtest(changed, RULES[which])
    for model in ("ar", "buy_hold"):
        pd.testing.assert_frame_equal(
            of(found, model)[ADDED].head(t + 1),
            of(EXPECTED[which], model)[ADDED].head(t + 1),
            check_exact=True,
        )


@pytest.mark.parametrize("which", range(len(RULES)))
@given(rows=st.integers(1, 60))
@settings(max_examples=20)
def test_cutting_what_comes_later_moves_nothing(which, rows):
    found = backtest(TABLE.head(rows), RULES[which])
    for model in ("ar", "buy_hold"):
        pd.testing.assert_frame_equal(
            of(found, model)[ADDED], of(EXPECTED[which], model)[ADDED].head(rows), check_exact=True
        )


@given(t=st.integers(0, 40), seed=st.integers(0, 2**16))
@settings(max_examples=20)
def test_another_future_changes_no_past_equity(t, seed):
    """The same bars behind t in another order."""
    order = np.r_[0 : t + 1, t + 1 + np.random.default_rng(seed).permutation(59 - t)]
    mixed = TABLE.copy()
    mixed[PRICES] = TABLE[PRICES].to_numpy()[order]
    found = of(backtest(mixed), "ar")["equity"]
    np.testing.assert_array_equal(found.head(t + 1), of(EXPECTED[0], "ar")["equity"].head(t + 1))


def test_a_decision_earns_nothing_before_the_next_open():
    """Whoever knew the bar of today at its close gets nothing of it."""
    bars = random_bars(300)
    today = np.sign(bars["close"] - bars["open"]).to_numpy()
    prices = bars["open"].to_numpy(), bars["close"].to_numpy()
    lagged = account(*prices, today, TradingRule(cost_bps=0))["net_return"]
    clairvoyant = np.abs(bars["close"] / bars["open"] - 1)
    assert lagged.mean() < 0.1 * clairvoyant.mean()
