"""Objectives: equal to the metrics of their names, over all symbols, and the mean of their values by date."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import OBJECTIVES
from signalcli.evaluation.scorecard import scorecard
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning.scores import gap, is_better, scores, values_by_date
from signalcli.training.walk_forward import walk_forward

RULE = TradingRule(cost_bps=5)
TABLE = build(random_bars(200), FeatureConfig(window=5, sets=("lags",)))
PREDICTIONS = walk_forward(TABLE, FitConfig(models=("ar", "logistic")), FoldConfig(folds=2))
METRICS = scorecard(backtest(PREDICTIONS, RULE)).set_index("model")


@pytest.mark.parametrize(
    ("objective", "metric"),
    [
        ("log_loss", "log_loss"),
        ("brier", "brier"),
        ("accuracy", "accuracy"),
        ("balanced_accuracy", "balanced_accuracy"),
        ("net_sharpe", "sharpe"),
    ],
)
def test_an_objective_is_the_metric_of_its_name(objective, metric) -> None:
    found = scores(PREDICTIONS, objective, RULE)
    assert set(found) == {"ar", "logistic", "majority", "persistence", "ar1"}
    for model, score in found.items():
        assert score == pytest.approx(METRICS.loc[model, metric], rel=1e-12)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_mean_of_the_values_is_the_objective(objective) -> None:
    values = values_by_date(PREDICTIONS, objective, RULE).mean()
    sign = -1 if objective in {"log_loss", "brier"} else 1
    scale = np.sqrt(METRICS["bars_per_year"].iloc[0]) if objective == "net_sharpe" else 1.0
    for model, score in scores(PREDICTIONS, objective, RULE).items():
        assert sign * scale * values[model] == pytest.approx(score, rel=1e-9)


def test_symbols_are_one_portfolio_and_one_set_of_rows() -> None:
    other = PREDICTIONS.assign(symbol="BBB")
    both = pd.concat([PREDICTIONS, other], ignore_index=True)
    for objective in OBJECTIVES:
        assert scores(both, objective, RULE) == pytest.approx(scores(PREDICTIONS, objective, RULE))


def test_better_and_worse() -> None:
    assert is_better(0.6, 0.7, "log_loss")
    assert is_better(0.7, 0.6, "accuracy")
    assert not is_better(0.6, 0.6, "accuracy")
    assert is_better(0.1, np.nan, "accuracy")
    assert not is_better(np.nan, 0.1, "log_loss")
    assert not is_better(np.nan, np.nan, "log_loss")
    assert gap(0.69, 0.70, "log_loss") == pytest.approx(0.01)
    assert gap(0.60, 0.50, "accuracy") == pytest.approx(0.10)
