"""RETURNS to METRICS."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from random_bars import random_bars
from signalcli.backtest import backtest
from signalcli.metrics.scorecard import METRICS, scorecard
from signalcli.specs.trading import TradingRule
from signalcli.tables import PREDICTIONS, check

MODELS = ("tree", "persistence", "ar1", "ar", "majority")


def returns(rows=80, three=False, models=MODELS, symbols=("AAA",), p_up=None, **rule):
    parts = []
    for symbol in symbols:
        bars = random_bars(rows, symbol=symbol)
        move = bars["close"].shift(-1) / bars["close"] - 1
        zone = 0.01 if three else 0.0
        label = (move > zone).astype("Int8") - ((move < -zone) & three).astype("Int8")
        bars = bars.assign(
            forward_return=move, direction=label.where(move.notna()), label_end=bars["date"].shift(-1), fold=1
        )
        for i, model in enumerate(models):
            p = np.random.default_rng(i).dirichlet([1, 1, 1] if three else [1, 1], rows)
            named = {"p_up": p[:, 0] if p_up is None else p_up}
            named |= {"p_flat": p[:, 1], "p_down": p[:, 2]} if three else {}
            parts.append(bars.assign(model=model, **named))
    table = check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")
    return backtest(table, TradingRule(**rule))


def test_columns_stand_in_a_fixed_order():
    assert list(scorecard(returns()).columns) == [
        *("symbol", "model", "baseline", "start", "end", "n_bars", "bars_per_year"),
        *("accuracy", "balanced_accuracy", "base_rate", "log_loss", "brier", "auc", "mcc", "collapsed"),
        *("hit_rate", "total_return", "annual_return", "annual_volatility", "sharpe", "sortino", "calmar"),
        *("max_drawdown", "turnover", "exposure", "cost_paid", "trades", "profit_factor"),
    ]


def test_baselines_stand_below_the_models_symbol_by_symbol():
    table = scorecard(returns(symbols=("BBB", "AAA")))
    of_one = ["ar", "tree", "buy_hold", "majority", "persistence", "ar1"]
    assert table["model"].tolist() == of_one * 2
    assert table["symbol"].tolist() == ["AAA"] * 6 + ["BBB"] * 6
    assert table["baseline"].tolist() == [0, 0, 1, 1, 1, 1] * 2


@pytest.mark.parametrize("three", [False, True])
def test_every_value_is_that_of_its_own_rows(three):
    returned = returns(three=three, cost_bps=20)
    table = scorecard(returned).set_index("model")
    rows = returned[returned["model"] == "tree"]
    card = table.loc["tree"]
    known = rows[rows["direction"].notna()]
    assert len(known) == len(rows) - 1
    y = known["direction"].to_numpy("int64")
    names = ["p_down", "p_flat", "p_up"] if three else ["p_up"]
    p = known[names].to_numpy()
    p = p if three else np.column_stack([1 - p, p])
    classes = np.array([-1, 0, 1] if three else [0, 1])
    predicted = classes[p.argmax(axis=1)]
    net = rows["net_return"]
    expected = {
        "n_bars": len(rows),
        "bars_per_year": 252,
        "accuracy": sk.accuracy_score(y, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(y, predicted),
        "base_rate": np.mean(y == 1),
        "log_loss": sk.log_loss(y, p, labels=classes),
        "brier": np.mean((known["p_up"] - (y == 1)) ** 2),
        "auc": sk.roc_auc_score(y == 1, known["p_up"]),
        "mcc": sk.matthews_corrcoef(y, predicted),
        "collapsed": 0,
        "hit_rate": (rows["gross_return"] > 0).sum() / (rows["gross_return"] != 0).sum(),
        "total_return": rows["equity"].iloc[-1] - 1,
        "annual_return": rows["equity"].iloc[-1] ** (252 / len(rows)) - 1,
        "annual_volatility": net.std() * 252**0.5,
        "sharpe": net.mean() / net.std() * 252**0.5,
        "sortino": net.mean() / np.sqrt((net.clip(upper=0) ** 2).mean()) * 252**0.5,
        "max_drawdown": rows["drawdown"].max(),
        "turnover": rows["turnover"].mean() * 252,
        "exposure": rows["position"].abs().mean(),
        "cost_paid": rows["cost"].sum(),
        "trades": (
            (rows["position"] != 0) & (rows["position"] != rows["position"].shift(fill_value=0))
        ).sum(),
        "profit_factor": net[net > 0].sum() / -net[net < 0].sum(),
    }
    expected["calmar"] = expected["annual_return"] / expected["max_drawdown"]
    assert set(expected) == set(METRICS)
    for name, value in expected.items():
        assert card[name] == pytest.approx(value, rel=1e-9), name
    assert (card["start"], card["end"]) == (rows["date"].min(), rows["date"].max())


def test_another_symbol_changes_nothing():
    alone, both = scorecard(returns()), scorecard(returns(symbols=("AAA", "BBB")))
    pd.testing.assert_frame_equal(both.head(6), alone, check_exact=True)


def test_buy_and_hold_says_up_and_has_no_probability():
    returned = returns()
    card = scorecard(returned).set_index("model").loc["buy_hold"]
    assert card["accuracy"] == card["base_rate"]
    assert card["collapsed"] == 1
    assert np.isnan([card["log_loss"], card["brier"], card["auc"], card["mcc"]]).all()
    assert card["exposure"] == 1
    assert card["trades"] == 1


@pytest.mark.parametrize(("often", "mark"), [(96, 1), (95, 0)])
def test_a_model_that_says_one_thing_is_marked(often, mark):
    p_up = np.where(np.arange(101) < often, 0.9, 0.1)  # the last of 101 rows is not resolved
    table = scorecard(returns(rows=101, models=("tree",), p_up=p_up)).set_index("model")
    assert table.loc["tree", "collapsed"] == mark


def test_a_model_that_never_trades_has_no_ratios():
    flat = returns(models=("tree",), p_up=np.full(80, 0.5))
    card = scorecard(flat).set_index("model").loc["tree"]
    undefined = ["hit_rate", "sharpe", "sortino", "calmar", "profit_factor"]
    assert np.isnan(card[undefined].to_numpy("float64")).all()
    assert card[["total_return", "annual_volatility", "max_drawdown", "exposure", "trades"]].eq(0).all()


def test_unresolved_rows_are_earned_but_not_judged():
    returned = returns(models=("tree",))
    unresolved = returned.assign(direction=pd.array([pd.NA] * len(returned), dtype="Int8"))
    cards = scorecard(unresolved).set_index("model").loc["tree"]
    judged = ["accuracy", "balanced_accuracy", "base_rate", "log_loss", "brier", "auc", "mcc"]
    assert np.isnan(cards[judged].to_numpy("float64")).all()
    assert pd.isna(cards["collapsed"])
    assert cards["sharpe"] == scorecard(returned).set_index("model").loc["tree", "sharpe"]


def test_counts_are_whole_numbers_and_nothing_is_infinite():
    table = scorecard(returns(rows=3))
    assert {str(table[c].dtype) for c in ("n_bars", "collapsed", "trades")} == {"Int64"}
    assert not np.isinf(table[list(METRICS)].to_numpy("float64", na_value=np.nan)).any()
    one_bar = scorecard(returns(rows=60).groupby("model").head(1))
    assert one_bar[["sharpe", "annual_return", "bars_per_year"]].isna().all(axis=None)
