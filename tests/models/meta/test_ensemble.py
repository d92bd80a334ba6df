"""Ensembles: what members read, what mean and stacking make of them, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TimeSeriesSplit
from sklearn.utils.estimator_checks import parametrize_with_checks

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import UsageError
from signalcli.features import FeatureConfig, build
from signalcli.models.base import DirectionClassifier
from signalcli.models.estimators import ARClassifier, LogisticClassifier
from signalcli.models.inputs import select_inputs
from signalcli.models.meta.ensemble import Ensemble
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.registry import create
from signalcli.schemas import feature_columns
from signalcli.training.walk_forward import walk_forward

TABLE = build(random_bars(150), FeatureConfig(window=4, sets=("lags", "calendar")))
QUICK = {"units": 2, "epochs": 1}


# The inner folds of stacking count rows, and a row that is there twice is two rows.
FOLDED = {"check_sample_weight_equivalence_on_dense_data": "inner folds are cut by rows, whatever they weigh"}


@parametrize_with_checks(
    [Ensemble(members=("majority", "logistic"), method="stack")], expected_failed_checks=lambda _: FOLDED
)
def test_scikit_learn_checks_of_stacking(estimator, check):
    check(estimator)


SMALL = {"units": 6, "epochs": 10, "patience": 0, "learning_rate": 0.03}
BATCHED = "a mini-batch sees a weighted row once, a repeated row twice, and in other batches"


@pytest.mark.slow
@parametrize_with_checks(
    [create("lstm+gru", settings={"lstm": SMALL, "gru": SMALL})],
    expected_failed_checks=lambda _: {"check_sample_weight_equivalence_on_dense_data": BATCHED},
)
def test_scikit_learn_checks_of_two_networks(estimator, check):
    check(estimator)


@pytest.fixture
def rows(rng):
    X = rng.normal(size=(300, 8))
    return X, (X[:, -1] + rng.normal(size=300) > 0).astype(int)


def test_the_mean_of_the_members(rows):
    X, y = rows
    found = Ensemble(members=("logistic", "majority")).fit(X, y).predict_proba(X)
    share = np.tile([np.mean(y == 0), np.mean(y == 1)], (len(X), 1))
    np.testing.assert_allclose(found, (LogisticClassifier().fit(X, y).predict_proba(X) + share) / 2)


@pytest.mark.parametrize("weighed", [False, True])
def test_stacking_learns_behind_what_the_members_learnt(rows, rng, weighed):
    X, y = rows
    weight = rng.uniform(0.1, 5, len(X)) if weighed else None
    part = (lambda at: weight[at]) if weighed else lambda _: None
    model = Ensemble(members=("logistic", "ar"), method="stack", folds=3, overlap=2).fit(X, y, weight)
    said, tested = [], []
    for train, test in TimeSeriesSplit(3, gap=2).split(X):
        fitted = (
            LogisticClassifier().fit(X[train], y[train], part(train)),
            ARClassifier().fit(X[train], y[train]),  # takes no weights
        )
        each = [member.predict_proba(X[test]) for member in fitted]
        said.append(np.column_stack([np.log(p[:, 1] / p[:, 0]) for p in each]))
        tested.append(test)
    at = np.concatenate(tested)
    by_hand = LogisticRegression(C=1.0).fit(np.concatenate(said), y[at], part(at))
    np.testing.assert_allclose(model.stack_.coef_, by_hand.coef_)


def test_stacking_prefers_the_member_that_knows(rows):
    X, y = rows
    model = Ensemble(members=("majority", "logistic"), method="stack").fit(X, y)
    assert np.mean(model.predict(X) == LogisticClassifier().fit(X, y).predict(X)) > 0.9
    assert model.stack_.coef_[0, 1] > 0.5


def test_three_classes_and_one_that_an_inner_fold_never_saw(rows):
    X, _ = rows
    y = np.where(np.arange(300) > 100, np.arange(300) % 3 - 1, np.arange(300) % 2)
    for method in ("mean", "stack"):
        p = Ensemble(members=("logistic", "majority"), method=method).fit(X, y).predict_proba(X)
        assert p.shape == (300, 3)
        np.testing.assert_allclose(p.sum(axis=1), 1)


def test_members_read_their_own_columns():
    names = feature_columns(TABLE)
    model = create(
        "ensemble", members=("ar", "lstm", "logistic"), **{f"lstm__{k}": v for k, v in QUICK.items()}
    )
    model.set_params(columns=tuple(names), horizon=3)
    usable = TABLE[np.isfinite(TABLE[names]).all(axis=1)].dropna(subset=["direction"])
    model.fit(usable[names].to_numpy(), usable["direction"].to_numpy("int64"))
    read = {m.name: [names[i] for i in m.columns] for m in model.members_}
    assert read["ar"] == select_inputs(names, "returns").columns
    assert read["lstm"] == select_inputs(names, "sequence").columns
    assert read["logistic"] == names
    made = {m.name: m.estimator.get_params() for m in model.members_}
    assert made["lstm"]["channels"] == 3
    assert made["lstm"]["units"] == 2
    assert made["ar"]["horizon"] == 3


def test_an_ensemble_walks_forward_as_its_members_do():
    settings = {m: {f"{k}": v for k, v in QUICK.items()} for m in ("lstm", "gru")}
    config = FitConfig(
        ("lstm", "gru", "lstm+gru"), {**settings, "lstm+gru": {"settings": settings}}, random_state=3
    )
    found = walk_forward(TABLE, config, FoldConfig(folds=2)).pivot_table(
        index="date", columns="model", values="p_up"
    )
    np.testing.assert_allclose(found["lstm+gru"], (found["lstm"] + found["gru"]) / 2, atol=1e-12)


def test_pooled_symbols_leave_the_overlapping_rows_out(monkeypatch):
    seen = []

    class Witness(DirectionClassifier):
        def __init__(self, *, overlap=0):
            self.overlap = overlap

        def _fit(self, X, y):
            seen.append(self.overlap)

        def _predict_proba(self, X):
            return np.full((len(X), 2), 0.5)

    made = create
    monkeypatch.setattr(
        "signalcli.training.estimators.create",
        lambda name, *among, **a: Witness() if name == "tree" else made(name, *among, **a),
    )
    bars = pd.concat([random_bars(90), random_bars(90, symbol="BBB")], ignore_index=True)
    table = build(bars, FeatureConfig(window=5, horizon=3))
    for pooled in (False, True):
        walk_forward(table, FitConfig(("tree",), pooled=pooled), FoldConfig(folds=2))
    assert seen == [2, 2, 2, 2, 5, 5]  # two bars of one symbol; two dates of two and one of the same date


def test_rows_whose_labels_reach_on_are_not_learnt():
    X, y = np.random.default_rng(0).normal(size=(50, 4)), np.arange(50) % 2
    model = NetworkClassifier(units=2, epochs=1, patience=1, overlap=3)
    kept = model.fit(X, y).scale_.mean
    X[42:45] += 1000  # three rows before the last five
    np.testing.assert_array_equal(clone(model).fit(X, y).scale_.mean, kept)
    X[41] += 1000
    assert clone(model).fit(X, y).scale_.mean > 10
    assert clone(model).set_params(patience=0).fit(X, y).scale_.mean > 50


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"members": ("lstm", "gro")}, "no model 'gro'; did you mean gru"),
        ({"members": ("lstm",), "gru__units": 3}, "ensemble.gru__units: no member is 'gru'"),
        ({"members": ("lstm",), "lstm__unit": 3}, "did you mean units"),
        ({"members": ("lstm",), "lstm__channels": 3}, "ensemble.lstm__channels: the table sets"),
        ({"method": "vote"}, "method='vote': must be mean or stack"),
        ({"members": ()}, "must be names of models"),
        ({"folds": 1, "method": "stack"}, "folds=1"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        walk_forward(TABLE, FitConfig(("ensemble",), {"ensemble": settings}), FoldConfig(folds=2))


def test_the_command_line_reaches_members(tmp_path):
    TABLE.to_csv(tmp_path / "f.csv", index=False)
    chosen = "--set ensemble.members=ar,logistic --set ensemble.logistic__C=0.5 --set ensemble.method=stack"
    lines = run(f"fit {tmp_path / 'f.csv'} --model ensemble --folds 2 {chosen}").splitlines()
    assert any(",ensemble," in line for line in lines)
