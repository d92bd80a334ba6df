"""Seeds and sample weights that a model does not read are named."""

import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.features import FeatureConfig, build
from signalcli.training.unread import unread

TABLE = build(random_bars(120, 1, "A"), FeatureConfig(window=4, sets=("lags",)))
WEIGHTED = TABLE.assign(weight=1.0)
NEIGHBORS = "sklearn.neighbors:KNeighborsClassifier"
TREE = "sklearn.tree:DecisionTreeClassifier"


@pytest.mark.parametrize(
    ("models", "seeds", "table", "lines"),
    [
        (("ar", "tree", "majority"), 1, TABLE, []),
        (("tree", "majority"), 3, WEIGHTED, []),
        (("ar", "tree"), 3, TABLE, ["--seeds 3: fitted once, as no random number is drawn: ar"]),
        (("ar", "tree"), 1, WEIGHTED, ["column weight: fitted without weights, which they do not read: ar"]),
        (
            (NEIGHBORS, TREE),
            1,
            WEIGHTED,
            [f"column weight: fitted without weights, which they do not read: {NEIGHBORS}"],
        ),
    ],
)
def test_what_a_model_does_not_read_is_named(models, seeds, table, lines):
    assert unread(table, FitConfig(models=models, seeds=seeds)) == lines


def test_members_of_an_ensemble_are_named():
    config = FitConfig(models=("ensemble",), settings={"ensemble": {"members": ("ar", "tree")}})
    said = "column weight: fitted without weights, which they do not read: ensemble.ar"
    assert unread(WEIGHTED, config) == [said]


@pytest.mark.parametrize(
    "line",
    [
        "fit {} --model ar --folds 2 --ledger off",
        "importance {} --model ar --folds 2",
        "tune {} --space ar.p=1,2 --folds 2 --ledger off",
    ],
)
def test_every_verb_that_fits_says_it(line, tmp_path):
    file = tmp_path / "features.csv"
    WEIGHTED.to_csv(file, index=False)
    said = "warning: column weight: fitted without weights, which they do not read: ar"
    assert said in run(f"{line.format(file)} --folds 2").stderr
