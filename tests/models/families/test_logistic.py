"""Logistic regression, scaled by its own training part."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from signalcli.models.estimators import LogisticClassifier


@pytest.fixture
def rows(rng):
    X = rng.normal(size=(400, 5)) * [1e-4, 1, 1e3, 1, 1] + [0, 5, 0, 0, 0]
    y = (X[:, 0] * 1e4 + X[:, 1] + rng.normal(size=400) > 5).astype(int)
    return X, y


def test_probabilities_are_those_of_a_regression_on_scaled_rows(rows):
    X, y = rows
    train, test = X[:300], X[300:]
    centre, spread = train.mean(axis=0), train.std(axis=0)
    plain = LogisticRegression(C=0.01, max_iter=1000).fit((train - centre) / spread, y[:300])
    ours = LogisticClassifier().fit(train, y[:300])
    np.testing.assert_allclose(
        ours.predict_proba(test), plain.predict_proba((test - centre) / spread), atol=1e-9
    )


def test_units_of_the_features_do_not_matter(rows):
    X, y = rows
    plain = LogisticClassifier().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(
        LogisticClassifier().fit(X * 1000, y).predict_proba(X * 1000), plain, atol=1e-6
    )


def test_the_penalty_is_the_setting(rows):
    X, y = rows
    strong, weak = (
        np.abs(LogisticClassifier(C=c).fit(X, y).predict_proba(X)[:, 1] - y.mean()).mean() for c in (1e-6, 10)
    )
    assert strong < 0.01 < weak


def test_rows_to_be_predicted_do_not_move_the_scale(rows):
    X, y = rows
    model = LogisticClassifier().fit(X[:300], y[:300])
    before = model.predict_proba(X[300:301])
    moved = np.vstack([X[300:301], X[301:] * 1e6])
    np.testing.assert_array_equal(model.predict_proba(moved)[:1], before)


def test_a_feature_that_never_moves_does_no_harm(rows):
    X, y = rows
    flat = np.column_stack([X, np.full(400, 7.0)])
    np.testing.assert_allclose(
        LogisticClassifier().fit(flat, y).predict_proba(flat),
        LogisticClassifier().fit(X, y).predict_proba(X),
        atol=1e-6,
    )


def test_too_few_iterations_are_counted_not_shouted(rows):
    X, y = rows
    assert LogisticClassifier(max_iter=1).fit(X, y).n_iter_ == [1]
    assert LogisticClassifier().fit(X, y).n_iter_ < [1000]
