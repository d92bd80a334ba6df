"""The two promises of a nested search: no edge where there is none, and the planted one found.

The figures stand in ``docs/tune.md``.
"""

from __future__ import annotations

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.evaluation.significance.shares import wilson
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning.space import Choice
from signalcli.research.tuning.tune import Tuned, Tuning, tune

MODEL = "momentum_model:Momentum"
SPACE = {MODEL: (Choice("bars", (1, 2, 3, 5, 8, 11)), Choice("follow", (True, False)))}
WORLDS, PLANTED = 300, 20


def searched(bars, config, space, folds, window=12) -> Tuned:
    table = build(bars, FeatureConfig(window=window, sets=("lags",)))
    returns = table[[c for c in table if "_lag" not in c or c.startswith("ret_")]]  # all that is read
    return tune(returns, Tuning(config, space, FitConfig(), folds, TradingRule()))


def coin_flip_world(seed: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Interval of the outer accuracy, and the naive one of the best trial of the last search."""
    config = TuneConfig(space="-", sampler="grid", objective="accuracy", inner_folds=2, choose="best")
    tuned = searched(random_bars(260, seed), config, SPACE, FoldConfig(folds=2))
    own = tuned.predictions[(tuned.predictions["model"] == MODEL) & tuned.predictions["direction"].notna()]
    correct = (own["p_up"] > 0.5) == (own["direction"] == 1)
    last = tuned.searches[-1]
    rows = sum(map(len, last.rows))
    return wilson(int(correct.sum()), len(own)), wilson(last.best.score * rows, rows)


@pytest.mark.slow
def test_300_coin_flip_worlds() -> None:
    intervals = np.array([coin_flip_world(seed) for seed in range(WORLDS)])
    covers = (intervals[:, :, 0] <= 0.5) & (intervals[:, :, 1] >= 0.5)
    outer, naive = covers.mean(axis=0)
    assert outer >= 0.93
    assert naive < 0.88


@pytest.mark.slow
def test_the_order_of_a_planted_ar1_is_found() -> None:
    config = TuneConfig(space="-", sampler="grid", inner_folds=5)
    found = []
    for seed in range(PLANTED):
        bars = synthetic_bars("ar1", rows=1500, seed=seed)
        tuned = searched(bars, config, {"ar": (Choice("p", (0, 1, 2, 3, 4)),)}, FoldConfig(folds=2))
        found += [search.chosen.parameters["p"] for search in tuned.searches]
    assert np.mean(np.array(found) == 1) >= 0.9
