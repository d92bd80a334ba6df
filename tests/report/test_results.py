"""Results: order, the portfolio, foreign names."""

import numpy as np
import pytest

from random_predictions import random_predictions
from signalcli.backtesting.portfolio.simulate import backtest_portfolio
from signalcli.backtesting.simulate import backtest
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.scorecard import scorecard
from signalcli.report.results import Results, short_name


def results(**options):
    predictions = random_predictions(**options)
    return Results(predictions, backtest(predictions), TradingRule())


def test_models_come_first_then_the_baselines_in_their_order():
    shown = results(models=("tree", "zz", "ar")).shown
    assert list(shown) == ["ar", "tree", "zz", "buy_hold", "majority", "persistence", "ar1"]


def test_several_symbols_are_shown_as_a_portfolio_of_equal_weights():
    both = results(symbols=("AAA", "BBB"))
    assert both.subject == "equal-weight portfolio of 2 symbols"
    mean = (both.by_symbol["AAA", "ar"].net + both.by_symbol["BBB", "ar"].net) / 2
    np.testing.assert_allclose(both.shown["ar"].net, mean)
    assert results().subject == "AAA"


@pytest.mark.parametrize("symbols", [("AAA", "BBB", "CCC"), ("AAA",)])
def test_a_portfolio_is_shown_as_in_its_metrics(symbols):
    predictions = random_predictions(symbols=symbols, models=("ar", "tree"))
    config = PortfolioConfig("signal")
    traded = backtest_portfolio(predictions, config).returns
    returns = backtest(predictions)
    of = Results(predictions, returns, TradingRule(), portfolio=traded, weights=config.words)
    metrics = scorecard(returns, portfolio=traded).set_index(["symbol", "model"])["total_return"]["PORTFOLIO"]
    assert of.subject == f"signal portfolio of {len(symbols)} symbol{'s' * (len(symbols) > 1)}"
    assert {model: record.returns.growth - 1 for model, record in of.shown.items()} == metrics.to_dict()


def test_trials_deflate_models_and_not_baselines():
    predictions = random_predictions()
    of = Results(predictions, backtest(predictions), TradingRule(), trials={"AAA": (7, 0.01)})
    assert of.by_symbol["AAA", "ar"].trials == (7, 0.01)
    assert of.by_symbol["AAA", "ar1"].trials is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [("IBM", "IBM"), ("x" * 40, "x" * 40), ("x" * 10_240, "x" * 39 + "…"), ("a\nb", "a\\nb")],
)
def test_names_are_one_short_line(text, shown):
    assert short_name(text) == shown
