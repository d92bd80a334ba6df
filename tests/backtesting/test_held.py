"""Buy & hold and the majority baseline are bought once and held, whatever the rule; their costs are paid."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.backtesting.booking import positions
from signalcli.backtesting.held import rule_of
from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.trades import list_trades
from signalcli.config.trading import TradingRule
from signalcli.evaluation.comparison.compare import compare
from signalcli.evaluation.evaluate import evaluate
from signalcli.schemas import PREDICTIONS, check

MANAGED = {
    "stops": {"stop_loss": 0.01, "take_profit": 0.01},
    "probability": {"sizing": "probability"},
    "kelly": {"sizing": "kelly"},
    "volatility": {"sizing": "volatility", "volatility": 0.05},
    "small": {"max_position": 0.25},
    "slow": {"hold": 10},
    "lazy": {"max_turnover": 0.1, "dead_band": 0.05},
}
HELD = ["buy_hold", "majority"]


def predictions(rows=250):
    """A model, and a majority that says up throughout."""
    bars = random_bars(rows, 3)
    move = bars["close"].shift(-1) / bars["close"] - 1
    label = (move > 0).astype("Int8").where(move.notna())
    named = bars.assign(forward_return=move, direction=label, label_end=bars["date"].shift(-1), fold=1)
    p_up = {"ar": np.random.default_rng(0).random(rows), "majority": np.full(rows, 0.53)}
    parts = [named.assign(model=model, p_up=p) for model, p in p_up.items()]
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


def booked(rule, model):
    returns = backtest(predictions(), rule)
    return returns[returns["model"] == model].reset_index(drop=True)


@pytest.mark.parametrize("model", HELD)
@pytest.mark.parametrize("name", MANAGED)
def test_no_rule_manages_it(name, model):
    plain = booked(TradingRule(cost_bps=10), model)
    pd.testing.assert_frame_equal(
        booked(TradingRule(cost_bps=10, **MANAGED[name]), model), plain, check_exact=True
    )


@pytest.mark.parametrize("model", HELD)
def test_it_is_bought_once_at_the_next_open_with_all_costs(model):
    rule = TradingRule(
        cost_bps=10, half_spread_bps=3, slippage_bps=2, per_share=0.01, capital=1e4, stop_loss=0.01
    )
    found, bars = booked(rule, model), random_bars(250, 3)
    opened = bars["open"][1]
    cost = (10 + 3 + 2) / 1e4 + 0.01 / opened  # one share costs .01 of its price
    assert found["turnover"].tolist() == [0.0, 1.0, *[0.0] * 248]
    assert found["cost"].tolist() == pytest.approx([0.0, cost, *[0.0] * 248])
    assert found["equity"].iloc[-1] == pytest.approx((1 - cost) * bars["close"].iloc[-1] / opened)


def test_one_trade_is_listed_and_stays_open():
    trades = list_trades(predictions(), TradingRule(stop_loss=0.01, sizing="volatility"))
    held = trades[trades["model"].isin(HELD)]
    assert held["exit"].tolist() == ["open", "open"]
    assert (held["bars"] == 249).all()


def test_the_scorecard_and_the_positions_agree_with_the_returns():
    rule = TradingRule(stop_loss=0.01, sizing="probability", threshold=0.4, max_position=0.3)
    table, plain = predictions(), evaluate(predictions()).set_index("model")
    managed = evaluate(table, rule).set_index("model")
    pd.testing.assert_frame_equal(managed.loc[HELD], plain.loc[HELD], check_exact=True)
    assert not managed.loc["ar"].equals(plain.loc["ar"])
    majority = (table["model"] == "majority").to_numpy()
    assert (positions(table, TradingRule(sizing="probability"))[majority] == 1).all()


def test_threshold_and_long_only_are_part_of_what_a_majority_says():
    assert (booked(TradingRule(threshold=0.6), "majority")["position"] == 0).all()
    falling = predictions().assign(p_up=0.3)
    found = backtest(falling, TradingRule(long_only=True))
    assert (found.loc[found["model"] == "majority", "position"] == 0).all()


def test_a_comparison_measures_against_the_baseline_that_holds():
    values = [
        compare(predictions(), rule=rule).table.set_index("criterion").loc["net_return", "baseline_value"]
        for rule in (TradingRule(), TradingRule(stop_loss=0.005))
    ]
    assert values[0] == values[1]


def test_a_constant_baseline_is_traded_by_the_threshold_and_costs_of_the_rule_alone():
    kept = {"threshold": 0.6, "long_only": True, "cost_bps": 3.0, "slippage_bps": 5.0}
    kept |= {"min_commission": 2.0, "per_share": 0.01, "capital": 5_000.0, "lookback": 7}
    rule = TradingRule(
        **kept, stop_loss=0.1, sizing="probability", max_position=0.5, hold=5, max_turnover=0.1
    )
    found = rule_of("majority", rule)
    assert {name: getattr(found, name) for name in kept} == kept
    assert (found.stop_loss, found.sizing, found.max_position, found.hold) == (None, "sign", 1.0, 1)
    assert found.max_turnover is None
    assert rule_of("ar", rule) is rule
