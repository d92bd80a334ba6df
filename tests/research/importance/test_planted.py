"""Planted importance: the order is found, and noise stays below its floor."""

import pytest

from planted_features import PLANTED, planted_features
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.research.importance.importance import importance


def measured(model, seed):
    """Whether the order of the planted features was found, and how many of 20 noise features rose."""
    config = ImportanceConfig(repeats=3)
    table = importance(
        planted_features(seed=seed), FitConfig((model,), random_state=seed), FoldConfig(folds=3), config
    )[0]
    noise = table[table["feature"].str.startswith("noise")]
    return tuple(table["feature"].head(5)) == PLANTED, int((noise["verdict"] == "above").sum())


def test_one_world():
    found, risen = measured("logistic", 1)
    assert found
    assert risen <= 3


@pytest.mark.slow
@pytest.mark.parametrize(("model", "seeds"), [("logistic", 100), ("tree", 100)])
def test_a_hundred_worlds(model, seeds):
    results = [measured(model, seed) for seed in range(seeds)]
    assert sum(found for found, _ in results) >= 0.95 * seeds
    assert sum(risen for _, risen in results) <= 0.05 * 20 * seeds
