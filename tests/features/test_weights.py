"""Weights of labels on their way into a model."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from random_bars import random_bars
from signalcli import walkforward
from signalcli.features import FeatureSpec, build
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec

SPEC = FeatureSpec(window=3, horizon=5, label="triple-barrier", sets=("lags",), weights=True)


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
    monkeypatch.setattr(walkforward, "_estimator", lambda *_: Spy())
    return Spy.seen


def test_each_training_row_comes_with_its_own_weight(spied):
    table = build(random_bars(300), SPEC)
    walkforward.walk_forward(table, FitSpec(("logistic",)), FoldSpec(3, gap=0))
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
    walkforward.walk_forward(table, FitSpec(("logistic",)), FoldSpec(3))
    assert {weight for _, weight in spied} == {None}
