"""Weights of labels on their way into a model."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.features import FeatureConfig, build
from signalcli.models.registry import create
from signalcli.training.walk_forward import walk_forward

SPEC = FeatureConfig(window=3, horizon=5, label="triple-barrier", sets=("lags",), weights=True)


class Spy(ClassifierMixin, BaseEstimator):
    """Knows one thing: the rows and weights it was given."""

    seen: list = []  # noqa: RUF012 (shared by all clones on purpose)

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        Spy.seen.append((X, sample_weight))
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture
def spied(monkeypatch):
    Spy.seen = []
    monkeypatch.setattr("signalcli.training.fits.fit.make_estimator", lambda *_: Spy())
    return Spy.seen


def test_each_training_row_comes_with_its_own_weight(spied):
    table = build(random_bars(300), SPEC)
    walk_forward(table, FitConfig(("logistic",)), FoldConfig(3, gap=0))
    known = table.dropna(subset=["ret_lag2"])
    weight_of = dict(zip(known["ret_lag0"], known["weight"], strict=True))
    assert len(spied) >= 3
    for X, weight in spied:
        newest = X[:, 6 if X.shape[1] == 9 else 2]  # of three channels, or of the returns alone
        expected = [weight_of[x] for x in newest]
        np.testing.assert_array_equal(weight, expected)
        assert 0 < weight.min() < weight.max() <= 1


def test_without_the_column_every_row_counts_as_one(spied):
    table = build(random_bars(300), SPEC).drop(columns="weight")
    walk_forward(table, FitConfig(("logistic",)), FoldConfig(3))
    assert {weight for _, weight in spied} == {None}


WEIGHED = ["logistic", "tree", "ensemble"]


@pytest.mark.parametrize("name", WEIGHED)
def test_a_model_listens_to_the_weights(name):
    """Rows that contradict the others and weigh next to nothing do not count."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4))
    truth = (X[:, 0] > 0).astype(int)
    wrong = np.arange(600) % 3 > 0  # two rows of three
    y, weight = np.where(wrong, 1 - truth, truth), np.where(wrong, 0.01, 1.0)
    right = (create(name).fit(X, y, sample_weight=weight).predict(X) == truth).mean()
    assert right > 0.8
    assert (create(name).fit(X, y).predict(X) == truth).mean() < 0.4


def test_the_members_of_a_stack_and_the_stack_itself_are_weighed():
    rng = np.random.default_rng(1)
    X, weight = rng.normal(size=(300, 3)), rng.random(300)
    y = (rng.random(300) < 0.5).astype(int)
    one = create("ensemble", members="logistic", method="stack")
    plain, weighed = one.fit(X, y).stack_.coef_.copy(), one.fit(X, y, sample_weight=weight).stack_.coef_
    assert (plain != weighed).any()
    member = create("logistic").fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(one.members_[0].estimator.predict_proba(X), member.predict_proba(X))


@pytest.mark.parametrize("name", ["logistic", "tree", "ensemble"])
def test_a_row_of_no_weight_is_not_there(name):
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(200, 3)), rng.integers(0, 2, 200)
    weight = (np.arange(200) % 4 > 0).astype(float)
    found = create(name).fit(X, y, sample_weight=weight).predict_proba(X)
    np.testing.assert_allclose(
        found, create(name).fit(X[weight > 0], y[weight > 0]).predict_proba(X), atol=1e-12
    )
    with pytest.raises(ValueError, match="zero"):
        create(name).fit(X, y, sample_weight=np.zeros(200))
