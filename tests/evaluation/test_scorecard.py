"""RETURNS to METRICS."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as sk
from statsmodels.stats.proportion import proportion_confint

from random_bars import random_bars
from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.catalogue import ESSENTIAL, METRICS, TRADE_METRICS, explain_metrics
from signalcli.evaluation.metrics.sharpe import deflated, moments
from signalcli.evaluation.scorecard import PORTFOLIO, scorecard
from signalcli.evaluation.significance.paired import pesaran_timmermann
from signalcli.evaluation.significance.shares import share_interval
from signalcli.schemas import PREDICTIONS, check

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
        *(
            "accuracy",
            "accuracy_low",
            "accuracy_high",
            "balanced_accuracy",
            "base_rate",
            "log_loss",
            "brier",
            "auc",
            "mcc",
            "collapsed",
        ),
        *(
            "hit_rate",
            "total_return",
            "annual_return",
            "annual_volatility",
            "sharpe",
            "psr",
            "dsr",
            "sortino",
            "calmar",
        ),
        *("max_drawdown", "turnover", "exposure", "cost_paid", "break_even_bps", "trades", "profit_factor"),
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
    low, high = proportion_confint((y == predicted).sum(), len(y), method="wilson")
    expected |= {"accuracy_low": low, "accuracy_high": high}
    sr, g3, g4 = net.mean() / net.std(), stats.skew(net), stats.kurtosis(net, fisher=False)
    expected["psr"] = stats.norm.cdf(sr * np.sqrt(len(net) - 1) / np.sqrt(1 - g3 * sr + (g4 - 1) / 4 * sr**2))
    gross, turnover = rows["gross_return"], rows["turnover"]
    expected["break_even_bps"] = 1e4 * gross.sum() / ((1 + gross) * turnover).sum()
    assert np.isnan(card["dsr"])
    assert {*expected, "dsr"} == set(ESSENTIAL)
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


def test_a_coin_says_the_first_class_as_an_argmax_does():
    card = scorecard(returns(models=("tree",), p_up=np.full(80, 0.5))).set_index("model").loc["tree"]
    assert card["accuracy"] == 1 - card["base_rate"]


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
    assert not np.isinf(table[list(ESSENTIAL)].to_numpy("float64", na_value=np.nan)).any()
    one_bar = scorecard(returns(rows=60).groupby("model").head(1))
    assert one_bar[["sharpe", "annual_return", "bars_per_year"]].isna().all(axis=None)


# ---- all metrics, parts, portfolio, trials, intervals


@pytest.mark.parametrize("three", [False, True])
def test_the_further_metrics_are_those_of_other_libraries(three):
    returned = returns(rows=120, three=three, cost_bps=20)
    card = scorecard(returned, ScorecardConfig(metrics="all")).set_index("model").loc["tree"]
    rows = returned[returned["model"] == "tree"]
    known = rows[rows["direction"].notna()]
    y, net = known["direction"].to_numpy("int64"), rows["net_return"].to_numpy()
    names = ["p_down", "p_flat", "p_up"] if three else ["p_up"]
    p = known[names].to_numpy()
    classes = np.array([-1, 0, 1] if three else [0, 1])
    predicted = classes[(p if three else np.column_stack([1 - p, p])).argmax(axis=1)]
    down = int(classes[0])
    for name, label in (("up", 1), ("down", down)):
        of_label = {"labels": [label], "average": "micro"}
        assert card[f"precision_{name}"] == pytest.approx(sk.precision_score(y, predicted, **of_label))
        assert card[f"recall_{name}"] == pytest.approx(sk.recall_score(y, predicted, **of_label))
        assert card[f"f1_{name}"] == pytest.approx(sk.f1_score(y, predicted, **of_label))
    sorted_net = np.sort(net)
    falls = rows["drawdown"].to_numpy()
    longest = max(len(part) for part in "".join("x" if d > 1e-14 else " " for d in falls).split(" "))
    expected = {
        "skew": stats.skew(net),
        "kurtosis": stats.kurtosis(net, fisher=False),
        "var_95": -np.quantile(net, 0.05),
        "cvar_95": -sorted_net[:6].mean(),
        "best_bar": net.max(),
        "worst_bar": net.min(),
        "tail_ratio": np.quantile(net, 0.95) / -np.quantile(net, 0.05),
        "omega": np.maximum(net, 0).sum() / np.maximum(-net, 0).sum(),
        "ulcer_index": np.sqrt((falls**2).mean()),
        "longest_drawdown": longest,
        "recovery_factor": (rows["equity"].iloc[-1] - 1) / falls.max(),
        "average_win": net[net > 0].mean(),
        "average_loss": -net[net < 0].mean(),
        "payoff": net[net > 0].mean() / -net[net < 0].mean(),
        "expectancy": net[net != 0].mean(),
        "long_share": (rows["position"] == 1).mean(),
        "short_share": (rows["position"] == -1).mean(),
    }
    for name, value in expected.items():
        assert card[name] == pytest.approx(value, rel=1e-9), name


def test_the_break_even_cost_earns_nothing():
    card = scorecard(returns(models=("tree",), cost_bps=0)).set_index("model").loc["tree"]
    cost = abs(card["break_even_bps"])  # the sign says which way the bars go; turn them round if need be
    if card["break_even_bps"] > 0:
        net = returns(models=("tree",), cost_bps=cost).query("model == 'tree'")["net_return"]
        assert net.mean() == pytest.approx(0, abs=1e-15)
    free = returns(models=("tree",), cost_bps=0).query("model == 'tree'")
    paid = (1 + free["gross_return"]) * (1 - free["turnover"] * card["break_even_bps"] / 1e4) - 1
    assert paid.mean() == pytest.approx(0, abs=1e-15)


def test_every_metric_is_explained_once():
    rows = explain_metrics()
    assert [row["name"] for row in rows] == [*METRICS, *TRADE_METRICS]
    assert all(row["formula"] and row["unit"] for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)


def test_a_run_without_bars_or_trades_has_no_further_metrics():
    flat = returns(models=("tree",), p_up=np.full(80, 0.5))
    table = scorecard(flat, ScorecardConfig(metrics="all"))
    card = table.set_index("model").loc["tree"]
    undefined = ["skew", "kurtosis", "omega", "payoff", "expectancy", "break_even_bps", "psr", "tail_ratio"]
    assert np.isnan(card[undefined].to_numpy("float64")).all()
    assert not np.isinf(table[list(METRICS)].to_numpy("float64", na_value=np.nan)).any()


@pytest.mark.parametrize("by", ["year", "fold"])
def test_parts_add_up(by):
    returned = returns(rows=600, models=("tree",))
    returned["fold"] = 1 + (returned["date"] > returned["date"].iloc[700]).astype("int64")
    whole = scorecard(returned).set_index("model").loc["tree"]
    parts = scorecard(returned, ScorecardConfig(by=by))
    parts = parts[parts["model"] == "tree"]
    assert len(parts) > 1
    assert parts[by].is_monotonic_increasing
    assert parts["n_bars"].sum() == whole["n_bars"]
    assert np.prod(1 + parts["total_return"]) == pytest.approx(1 + whole["total_return"])
    rows = returned[returned["model"] == "tree"]
    for name, net in rows.groupby(rows["date"].dt.year if by == "year" else rows["fold"])["net_return"]:
        equity = (1 + net).cumprod()
        fall = (1 - equity / np.maximum(equity.cummax(), 1)).max()
        assert parts.set_index(by).loc[name, "max_drawdown"] == pytest.approx(fall)


def test_the_portfolio_is_the_mean_of_its_symbols():
    returned = returns(symbols=("AAA", "BBB"))
    table = scorecard(returned, ScorecardConfig(portfolio=True))
    pd.testing.assert_frame_equal(
        table[table["symbol"] != PORTFOLIO], scorecard(returned), check_exact=True, check_dtype=False
    )
    found = table[table["symbol"] == PORTFOLIO].set_index("model")
    assert found.index.tolist() == ["ar", "tree", "buy_hold", "majority", "persistence", "ar1"]
    net = returned[returned["model"] == "tree"].groupby("date")["net_return"].mean()
    assert found.loc["tree", "total_return"] == pytest.approx((1 + net).prod() - 1)
    assert found.loc["tree", "sharpe"] == pytest.approx(net.mean() / net.std() * 252**0.5)
    equity = (1 + net).cumprod()
    fall = (1 - equity / np.maximum(equity.cummax(), 1)).max()
    assert found.loc["tree", "max_drawdown"] == pytest.approx(fall)


def test_trials_deflate_the_models_and_not_the_baselines():
    returned = returns()
    card = scorecard(returned, trials={"AAA": (20, 0.01)}).set_index("model")["dsr"]
    net = returned[returned["model"] == "tree"]["net_return"].to_numpy()
    sharpe, skew, kurtosis = moments(net)
    assert card["tree"] == deflated(sharpe, len(net), skew, kurtosis, 20, 0.01)
    assert card[["majority", "buy_hold"]].isna().all()
    assert card["tree"] < scorecard(returned).set_index("model").loc["tree", "psr"]


def test_intervals_hold_their_estimates_and_are_the_same_again():
    returned = returns(models=("tree",))
    config = ScorecardConfig(intervals=True)
    card = scorecard(returned, config).set_index("model").loc["tree"]
    assert card["sharpe_boot_low"] < card["sharpe"] < card["sharpe_boot_high"]
    assert card["accuracy_boot_low"] <= card["accuracy"] <= card["accuracy_boot_high"]
    pd.testing.assert_frame_equal(scorecard(returned, config), scorecard(returned, config), check_exact=True)


def test_labels_of_several_bars_widen_the_intervals_of_the_accuracy():
    """The same rows with a stated horizon of 8 bars, of one symbol and of two on the same dates."""
    rows = returns(120, models=("tree",), symbols=("AAA", "BBB")).assign(horizon=8)
    config = ScorecardConfig(metrics="all", intervals=True, portfolio=True)
    card = scorecard(rows, config).set_index(["symbol", "model"])
    known = rows[(rows["model"] == "tree") & rows["direction"].notna()]
    up, said = (known["direction"] == 1).to_numpy(), (known["p_up"] > 0.5).to_numpy()
    bars = known.groupby("symbol").cumcount().to_numpy()
    for symbol, of in {
        "AAA": (known["symbol"] == "AAA").to_numpy(),
        PORTFOLIO: np.ones(len(known), bool),
    }.items():
        wanted = share_interval((up == said)[of], 8, bars[of])
        shown = card.loc[(symbol, "tree")]
        assert (shown["accuracy_low"], shown["accuracy_high"]) == pytest.approx(wanted)
        assert (shown["accuracy_boot_low"], shown["accuracy_boot_high"]) == pytest.approx(wanted)
        test = pesaran_timmermann(up[of], said[of], 8, bars[of])
        assert (shown["pt_statistic"], shown["pt_p"]) == pytest.approx(test)
