"""The metrics that others print as well: each against pandas, SciPy or a loop."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from random_bars import random_bars
from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.trades import list_trades
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.metrics import classification, drawdowns
from signalcli.evaluation.metrics.catalogue import METRICS, TRADE_METRICS
from signalcli.evaluation.scorecard import scorecard
from signalcli.evaluation.trade_metrics import with_trade_metrics
from signalcli.schemas import PREDICTIONS, check

WIDER = list(METRICS)[list(METRICS).index("mean_return") :]  # that other packages print as well
ALL = ScorecardConfig(metrics="all", portfolio=True)


@pytest.fixture(scope="module")
def predictions() -> pd.DataFrame:
    """Three symbols, a year and a half, a model with some skill and one that is often flat."""
    parts = []
    for number, symbol in enumerate(("AAA", "BBB", "CCC")):
        bars = random_bars(380, symbol=symbol, seed=number)
        move = bars["close"].shift(-1) / bars["close"] - 1
        rng = np.random.default_rng(number)
        label = (move > 0).astype("Int8").where(move.notna())
        bars = bars.assign(forward_return=move, direction=label, label_end=bars["date"].shift(-1), fold=1)
        skilled = 1 / (1 + np.exp(-(30 * move.fillna(0) + rng.normal(0, 1, len(bars)))))
        parts += [
            bars.assign(model="skilled", p_up=skilled.to_numpy()),
            bars.assign(model="majority", p_up=rng.random(len(bars))),
        ]
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


@pytest.fixture(scope="module")
def returns(predictions: pd.DataFrame) -> pd.DataFrame:
    return backtest(predictions, TradingRule(threshold=0.6))


@pytest.fixture(scope="module")
def card(returns: pd.DataFrame) -> pd.DataFrame:
    return scorecard(returns, ALL).set_index(["symbol", "model"])


@pytest.fixture(scope="module")
def net(returns: pd.DataFrame) -> pd.Series:
    rows = returns[(returns["symbol"] == "BBB") & (returns["model"] == "skilled")]
    return rows.set_index("date")["net_return"]


@pytest.fixture(scope="module")
def market(returns: pd.DataFrame) -> pd.Series:
    rows = returns[(returns["symbol"] == "BBB") & (returns["model"] == "skilled")]
    return rows.set_index("date")["close"].pct_change()


def test_every_number_is_known_on_an_ordinary_run(card: pd.DataFrame) -> None:
    unknown = {name for name in WIDER if pd.isna(card.loc[("BBB", "skilled"), name])}
    assert unknown <= {"ic_ir", "rank_ic_ir"}, "they need several symbols"
    assert card.loc[("PORTFOLIO", "skilled"), ["ic_ir", "rank_ic_ir"]].notna().all()
    assert card.loc[card.index.get_level_values(1) == "buy_hold", "ic"].isna().all()


def test_beside_the_market(card: pd.DataFrame, net: pd.Series, market: pd.Series) -> None:
    row = card.loc[("BBB", "skilled")]
    line = stats.linregress(market.iloc[1:], net.iloc[1:])
    apart = (net - market).iloc[1:]
    year = row["bars_per_year"]
    assert row["beta"] == pytest.approx(line.slope)
    assert row["alpha"] == pytest.approx(line.intercept * year)
    assert row["market_correlation"] == pytest.approx(line.rvalue)
    assert row["market_r2"] == pytest.approx(line.rvalue**2)
    assert row["tracking_error"] == pytest.approx(apart.std() * np.sqrt(year))
    assert row["information_ratio"] == pytest.approx(apart.mean() / apart.std() * np.sqrt(year))
    assert row["treynor"] == pytest.approx(row["annual_return"] / line.slope)
    rose = market > 0
    assert row["up_capture"] == pytest.approx(net[rose].mean() / market[rose].mean())
    fell = market < 0
    assert row["down_capture"] == pytest.approx(net[fell].mean() / market[fell].mean())


def test_the_market_of_a_portfolio_is_the_mean_of_its_bars(card: pd.DataFrame, returns: pd.DataFrame) -> None:
    mine = returns[returns["model"] == "skilled"]
    move = mine.assign(move=mine.groupby("symbol")["close"].pct_change()).groupby("date")["move"].mean()
    net = mine.groupby("date")["net_return"].mean()
    slope = stats.linregress(move.dropna(), net[move.notna()]).slope
    assert card.loc[("PORTFOLIO", "skilled"), "beta"] == pytest.approx(slope)


def test_holding_the_bars_has_a_beta_of_one_at_no_cost(predictions: pd.DataFrame) -> None:
    found = evaluate(predictions, TradingRule(cost_bps=0), ScorecardConfig(metrics="all"))
    held = found[found["model"] == "buy_hold"]
    assert held["beta"].to_numpy() == pytest.approx(np.ones(3), abs=0.05)
    assert (held["market_correlation"] > 0.97).all()


def test_months_and_years(card: pd.DataFrame, net: pd.Series) -> None:
    row = card.loc[("BBB", "skilled")]
    months = (1 + net).groupby(net.index.to_period("M")).prod() - 1
    years = (1 + net).groupby(net.index.year).prod() - 1
    assert (row["best_month"], row["worst_month"]) == pytest.approx((months.max(), months.min()))
    assert (row["best_year"], row["worst_year"]) == pytest.approx((years.max(), years.min()))
    assert row["gaining_months"] == pytest.approx((months > 0).mean())
    assert row["gaining_years"] == pytest.approx((years > 0).mean())
    assert row["average_up_month"] == pytest.approx(months[months > 0].mean())
    assert row["average_down_month"] == pytest.approx(months[months < 0].mean())


def test_falls_and_streaks_by_a_loop(card: pd.DataFrame, net: pd.Series) -> None:
    row = card.loc[("BBB", "skilled")]
    equity = np.concatenate([[1.0], (1 + net).cumprod()])
    drawdown = (1 - equity / np.maximum.accumulate(equity))[1:]
    groups = [(k, list(g)) for k, g in itertools.groupby(drawdown, lambda d: d > 1e-14)]
    below = [g for k, g in groups if k]
    assert row["average_drawdown"] == pytest.approx(np.mean([max(g) for g in below]))
    assert row["average_drawdown_bars"] == pytest.approx(np.mean([len(g) for g in below]))
    assert row["under_water"] == pytest.approx(np.mean(drawdown > 1e-14))
    for name, side in (("gains_in_a_row", net > 0), ("losses_in_a_row", net < 0)):
        assert row[name] == max(len(list(g)) for k, g in itertools.groupby(side) if k)
    assert row["peak_return"] == pytest.approx(equity.max() - 1)


def test_recovery_counts_from_the_bottom() -> None:
    assert drawdowns.recovery_bars(np.array([0, 0.1, 0.3, 0.2, 0.05, 0.0, 0.1])) == 3
    assert np.isnan(drawdowns.recovery_bars(np.array([0, 0.1, 0.3, 0.2])))
    assert np.isnan(drawdowns.recovery_bars(np.zeros(4)))
    assert drawdowns.longest_stretch(np.array([True, False, True, True])) == 2


def test_composed_numbers(card: pd.DataFrame, net: pd.Series) -> None:
    row = card.loc[("BBB", "skilled")]
    won, lost = net[net > 0], net[net < 0]
    share = len(won) / (len(won) + len(lost))
    payoff, factor = won.mean() / -lost.mean(), won.sum() / -lost.sum()
    assert row["mean_return"] == pytest.approx(net.mean())
    assert row["geometric_return"] == pytest.approx(stats.gmean(1 + net) - 1)
    assert row["deviation"] == pytest.approx(net.std())
    assert row["annual_variance"] == pytest.approx(row["annual_volatility"] ** 2)
    assert row["downside_deviation"] == pytest.approx(
        np.sqrt((net.clip(upper=0) ** 2).mean() * row["bars_per_year"])
    )
    assert row["gain_share"] == pytest.approx(share)
    assert row["gain_to_pain"] == pytest.approx(net.sum() / -lost.sum())
    assert row["kelly_fraction"] == pytest.approx(share - (1 - share) / payoff)
    assert row["risk_of_ruin"] == pytest.approx(((1 - share) / (1 + share)) ** len(net))
    assert row["common_sense_ratio"] == pytest.approx(factor * row["tail_ratio"])
    assert row["cpc_index"] == pytest.approx(factor * share * payoff)
    assert row["outlier_win"] == pytest.approx(net.quantile(0.99) / won.mean())
    assert row["outlier_loss"] == pytest.approx(net.quantile(0.01) / lost.mean())
    assert row["adjusted_sortino"] == pytest.approx(row["sortino"] / np.sqrt(2))
    rho, n = abs(net.autocorr(1)), len(net)
    factor = np.sqrt(1 + 2 * sum((n - k) / n * rho**k for k in range(1, n)))
    assert row["smart_sharpe"] == pytest.approx(row["sharpe"] / factor)
    assert row["smart_sortino"] == pytest.approx(row["sortino"] / factor)
    assert row["ulcer_performance"] == pytest.approx(row["annual_return"] / row["ulcer_index"])
    assert row["in_market"] == pytest.approx(row["long_share"] + row["short_share"])
    assert row["largest_position"] == 1.0


def test_serenity_by_hand() -> None:
    net, drawdown = np.array([0.1, -0.2, 0.05, 0.1]), np.array([0.0, 0.2, 0.16, 0.076])
    ulcer = np.sqrt((0.2**2 + 0.16**2 + 0.076**2) / 4)
    assert drawdowns.serenity_index(net, drawdown) == pytest.approx(
        0.05 / (ulcer * 0.2 / np.std(net, ddof=1))
    )


def test_information_coefficients(card: pd.DataFrame, predictions: pd.DataFrame) -> None:
    known = predictions.dropna(subset=["forward_return"])
    one = known[(known["symbol"] == "BBB") & (known["model"] == "skilled")]
    row = card.loc[("BBB", "skilled")]
    assert row["ic"] == pytest.approx(stats.pearsonr(one["p_up"], one["forward_return"]).statistic)
    assert row["rank_ic"] == pytest.approx(stats.spearmanr(one["p_up"], one["forward_return"]).statistic)
    mine = known[known["model"] == "skilled"]
    by_date = [
        [f(day["p_up"], day["forward_return"]).statistic for f in (stats.pearsonr, stats.spearmanr)]
        for _, day in mine.groupby("date")
    ]
    expected = np.mean(by_date, axis=0) / np.std(by_date, axis=0, ddof=1)
    whole = card.loc[("PORTFOLIO", "skilled")]
    assert whole[["ic_ir", "rank_ic_ir"]].to_numpy("float64") == pytest.approx(expected)


def test_ranks_with_ties_and_what_has_no_correlation() -> None:
    x = np.array([3.0, 1.0, 3.0, 2.0])
    assert classification.rank(x).tolist() == stats.rankdata(x).tolist()
    assert np.isnan(classification.ic(np.ones(9), np.arange(9.0)))
    assert np.isnan(classification.ic(np.array([1.0, np.nan, 2.0]), np.arange(3.0)))


def test_trades_one_by_one(predictions: pd.DataFrame) -> None:
    rule = TradingRule(threshold=0.6)
    listed = list_trades(predictions, rule)
    found = with_trade_metrics(evaluate(predictions, rule, ALL), listed).set_index(["symbol", "model"])
    row = found.loc[("BBB", "skilled")]
    mine = listed[(listed["symbol"] == "BBB") & (listed["model"] == "skilled")]
    done = mine[mine["exit"] != "open"]
    net = done["net_return"]
    won, lost = done[net > 0], done[net < 0]
    expected = {
        "closed_trades": len(done),
        "open_trades": len(mine) - len(done),
        "long_trades": (done["side"] == "long").sum(),
        "short_trades": (done["side"] == "short").sum(),
        "win_rate": (net > 0).mean(),
        "average_trade": net.mean(),
        "average_winner": won["net_return"].mean(),
        "average_loser": -lost["net_return"].mean(),
        "best_trade": net.max(),
        "worst_trade": net.min(),
        "average_long": net[done["side"] == "long"].mean(),
        "average_short": net[done["side"] == "short"].mean(),
        "trade_payoff": won["net_return"].mean() / -lost["net_return"].mean(),
        "trade_profit_factor": won["net_return"].sum() / -lost["net_return"].sum(),
        "trade_expectancy": net.mean() / -lost["net_return"].mean(),
        "sqn": np.sqrt(len(net)) * net.mean() / net.std(),
        "average_trade_bars": done["bars"].mean(),
        "longest_trade": done["bars"].max(),
        "average_winner_bars": won["bars"].mean(),
        "average_loser_bars": lost["bars"].mean(),
        "winners_in_a_row": max(len(list(g)) for k, g in itertools.groupby(net > 0) if k),
        "losers_in_a_row": max(len(list(g)) for k, g in itertools.groupby(net < 0) if k),
    }
    assert set(expected) == set(TRADE_METRICS)
    for name, value in expected.items():
        assert row[name] == pytest.approx(value), name
    assert len(done) > 20
    held = found.loc[("BBB", "buy_hold")]
    assert (held["closed_trades"], held["open_trades"]) == (0, 1)
    assert pd.isna(held["win_rate"])
    whole = found.loc[("PORTFOLIO", "skilled"), "closed_trades"]
    assert whole == ((listed["model"] == "skilled") & (listed["exit"] != "open")).sum()


def test_names_stand_once() -> None:
    assert not set(METRICS) & set(TRADE_METRICS)
    assert set(WIDER) <= set(METRICS)
