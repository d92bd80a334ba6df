"""A bar without a forecast stays: its decision is flat, and every other bar is booked as ever."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.backtesting.booking import positions
from signalcli.backtesting.checks import describe_missing_forecasts
from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError
from signalcli.evaluation.comparison.compare import compare
from signalcli.evaluation.confusion_table import confusion_table
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.headline_scores import headline_scores
from signalcli.schemas import PREDICTIONS, check

N = 60
RULES = {
    "plain": TradingRule(cost_bps=10),
    "close": TradingRule(cost_bps=10, fill="close"),
    "long": TradingRule(threshold=0.55, long_only=True),
    "sized": TradingRule(sizing="probability", cost_bps=3),
    "slow": TradingRule(hold=3),
    "kelly": TradingRule(sizing="kelly", lookback=5, kelly=0.05),
    "volatility": TradingRule(sizing="volatility", lookback=5),
}


def predictions(seed=0, three=False, models=("m",), symbols=("AAA",)):
    parts = []
    for symbol in symbols:
        bars = random_bars(N, seed, symbol)
        move = bars["close"].shift(-1) / bars["close"] - 1
        label = (move > 0).astype("Int8").where(move.notna())
        named = bars.assign(forward_return=move, direction=label, label_end=bars["date"].shift(-1), fold=1)
        for i, model in enumerate(models):
            p = np.random.default_rng([seed, i]).dirichlet([1, 1, 1], N)
            shown = {"p_up": p[:, 0], "p_flat": p[:, 1], "p_down": p[:, 2]} if three else {"p_up": p[:, 0]}
            parts.append(named.assign(model=model, **shown))
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


def without_forecast(table, rows):
    table = table.copy()
    table.loc[rows, [c for c in table if c.startswith("p_")]] = np.nan
    return table


def decide(row, rule):
    """The position that a row decides by its probabilities, before it is sized by risk."""
    up = row["p_up"]
    down = row.get("p_down", 1 - up)
    if np.isnan(up):
        return 0.0
    among_sides = up / (up + down) if "p_down" in row else up  # without the share of flat
    if among_sides > rule.threshold and up > down:
        return up - down if rule.sizing == "probability" else 1.0
    if 1 - among_sides > rule.threshold and down > up and not rule.long_only:
        return up - down if rule.sizing == "probability" else -1.0
    return 0.0


def clerk(table, rule):
    """Positions and net returns, bar by bar."""
    held, waiting, decided, net = 0.0, 0.0, [], []
    bars = table.to_dict("records")
    for i, bar in enumerate(bars):
        last = bars[i - 1] if i else bar
        rate = rule.cost_bps / 10_000
        if rule.fill == "next_open":
            night = 1 + held * (bar["open"] / last["close"] - 1) if i else 1.0
            cost = abs(waiting - held) * rate
            net.append(night * (1 + waiting * (bar["close"] / bar["open"] - 1)) * (1 - cost) - 1)
            held, waiting = waiting, decide(bar, rule)
        else:
            earned = 1 + held * (bar["close"] / last["close"] - 1)
            waiting = decide(bar, rule)
            net.append(earned * (1 - abs(waiting - held) * rate) - 1)
            held = waiting
        decided.append(waiting)
    return decided, net


@pytest.mark.parametrize("name", ["plain", "close", "long", "sized"])
@given(seed=st.integers(0, 2**16), rows=st.lists(st.integers(0, N - 1), max_size=N), three=st.booleans())
@settings(max_examples=8, deadline=None)
def test_a_clerk_who_walks_every_bar_agrees(name, seed, rows, three):
    table = without_forecast(predictions(seed, three), rows)
    found = backtest(table, RULES[name]).query("model == 'm'")
    decided, net = clerk(table, RULES[name])
    assert found["date"].tolist() == table["date"].tolist()
    np.testing.assert_allclose(found["position"], decided, rtol=1e-12)
    np.testing.assert_allclose(found["net_return"], net, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in RULES if n != "slow"])
@given(seed=st.integers(0, 2**16), rows=st.lists(st.integers(0, N - 1), max_size=9))
@settings(max_examples=5, deadline=None)
def test_a_forecast_that_is_missing_moves_no_other_position_and_no_other_return(name, seed, rows):
    rule, whole = RULES[name], predictions(seed, models=("m", "other"), symbols=("AAA", "BBB"))
    mine = whole.index[(whole["model"] == "m") & (whole["symbol"] == "AAA")][rows]
    before, after = backtest(whole, rule), backtest(without_forecast(whole, mine), rule)
    own = ((before["model"] == "m") & (before["symbol"] == "AAA")).to_numpy()
    at = np.isin(np.arange(N), rows)
    filled = at | np.roll(at, 1) | np.roll(at, 2)  # left at the next bar, entered again at the one after it
    pd.testing.assert_frame_equal(after[~own], before[~own], check_exact=True)
    assert (after["position"][own].to_numpy()[at] == 0).all()
    assert (after["position"][own].to_numpy()[~at] == before["position"][own].to_numpy()[~at]).all()
    for column in ("net_return", "cost", "turnover"):
        kept = [returns[column][own].to_numpy()[~filled] for returns in (after, before)]
        np.testing.assert_array_equal(*kept)


def test_a_missing_decision_is_a_flat_one_of_those_that_are_averaged():
    table = predictions().head(4).assign(p_up=[0.9, np.nan, 0.9, 0.1])
    assert positions(table, TradingRule(hold=2)).tolist() == [0.5, 0.5, 0.5, 0.0]


def test_all_bars_count_and_only_forecasts_are_judged():
    whole, rows = predictions(), [3, 20, 21, N - 1]
    holes = without_forecast(whole, rows)
    found = evaluate(holes).set_index("model")
    judged = whole.drop(index=[*rows])
    right = ((judged["p_up"] > 0.5) == (judged["direction"] == 1)).mean()
    assert found.loc["m", "accuracy"] == pytest.approx(right)
    assert found.loc["m", "n_bars"] == N
    assert found.loc["m", "bars_per_year"] == 252
    pd.testing.assert_series_equal(found.loc["buy_hold"], evaluate(whole).set_index("model").loc["buy_hold"])
    cells = confusion_table(holes).groupby("model")["rows"].sum()
    assert cells.to_dict() == {"buy_hold": N - 1, "m": N - 4}
    assert headline_scores(holes)["rows"] == N - 4
    assert headline_scores(without_forecast(whole, range(N))) == {}


def test_a_model_without_any_forecast_is_flat_and_has_no_accuracy():
    found = evaluate(without_forecast(predictions(), range(N))).set_index("model").loc["m"]
    assert np.isnan(found[["accuracy", "log_loss", "auc", "base_rate"]].astype("float64")).all()
    assert (found["total_return"], found["exposure"], found["trades"]) == (0, 0, 0)


def test_models_are_compared_on_the_rows_that_all_forecast():
    whole = predictions(1, models=("m", "majority", "persistence"))
    own = whole.index[whole["model"] == "m"]
    found = compare(without_forecast(whole, own[[5, 6, 30]])).table.set_index("criterion")
    rows = (
        whole[whole["model"] == "m"].reset_index(drop=True).drop(index=[5, 6, 30]).dropna(subset="direction")
    )
    right = ((rows["p_up"] > 0.5) == (rows["direction"] == 1)).mean()
    assert found.loc["accuracy", "value"] == pytest.approx(right)
    baseline = found.loc["accuracy", "baseline"]
    if baseline == "buy_hold":
        assert found.loc["accuracy", "baseline_value"] == pytest.approx((rows["direction"] == 1).mean())
    with pytest.raises(DataError, match="no row with a known label is forecast by every model"):
        compare(without_forecast(whole, own))


def test_some_probabilities_of_a_row_are_refused():
    table = predictions(three=True)
    for column in ("p_up", "p_flat", "p_down"):
        wrong = table.copy()
        wrong.loc[4, column] = np.nan
        with pytest.raises(DataError, match="is not between 0 and 1"):
            backtest(wrong)


def test_the_count_names_the_models():
    table = predictions(models=("a", "b"))
    assert describe_missing_forecasts(table) is None
    rows = table.index[table["model"] == "b"][:3]
    holes = without_forecast(table, rows)
    expected = "3 of 120 rows have no forecast (b 3): flat and not judged"
    assert describe_missing_forecasts(holes) == expected
    returned = backtest(holes)[table.columns]
    assert describe_missing_forecasts(returned) == expected.replace("120", "180"), (
        "buy & hold has none anyway"
    )
