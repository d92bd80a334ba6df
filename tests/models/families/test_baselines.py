"""The forecasts that any model has to beat."""

import numpy as np
import pytest

from signalcli.models.estimators import Majority, Persistence


def test_majority_says_the_shares_of_the_training_part():
    y = np.array([1, 1, 1, 0, -1, 1, -1, 1, 1, 1])
    p = Majority().fit(np.zeros((10, 1)), y).predict_proba(np.full((3, 1), 99.0))
    np.testing.assert_array_equal(p, np.tile([0.2, 0.1, 0.7], (3, 1)))


def test_persistence_says_the_last_direction(rng):
    X = rng.normal(size=(300, 4))
    y = (rng.random(300) < 0.5).astype(int)
    X[7, -1] = 0.0  # did not rise
    said = Persistence().fit(X, y).predict(X)
    np.testing.assert_array_equal(said, (X[:, -1] > 0).astype(int))


def test_persistence_is_as_sure_as_it_was_right():
    X = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    model = Persistence().fit(X, np.array([1, 1, 0, 1]))
    np.testing.assert_allclose(model.predict_proba(X[[0, 2]]), [[0.25, 0.75], [0.75, 0.25]])


def test_persistence_does_not_turn_into_its_opposite():
    X = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    model = Persistence().fit(X, np.array([0, 0, 1, 1]))
    np.testing.assert_array_equal(model.predict(X), [1, 1, 0, 0])
    assert model.predict_proba(X).max() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("horizon", [1, 3])
def test_persistence_looks_back_as_far_as_the_target_looks_ahead(rng, horizon):
    X = rng.normal(size=(200, 6))
    y = rng.integers(0, 2, 200)
    said = Persistence(horizon=horizon).fit(X, y).predict(X)
    np.testing.assert_array_equal(said, X[:, -horizon:].sum(axis=1) > 0)


def test_persistence_with_a_dead_zone_finds_the_zone_again(rng):
    """Fat tails: cuts of a Gaussian with the same spread would lie elsewhere."""
    returns = 0.01 * rng.standard_t(3, 2001)
    direction = np.where(returns > 0.005, 1, np.where(returns < -0.005, -1, 0))
    model = Persistence().fit(returns[:-1, np.newaxis], direction[1:])
    np.testing.assert_allclose(model.cuts_, [-0.005, 0.005], atol=2e-4)
    assert np.mean(model.predict(returns[:-1, np.newaxis]) == direction[:-1]) > 0.99


@pytest.mark.parametrize("further", [-1, 0, 1])
def test_persistence_takes_bars_without_a_move_for_flat(further):
    """Ticks of an order book: one label more or less of a class must not turn 96 % of the rows into it."""
    moves = np.repeat([-0.01, 0.0, 0.01], [20, 960, 20])
    y = np.sign(moves).astype(int)
    y[500] = further
    model = Persistence().fit(moves[:, np.newaxis], y)
    np.testing.assert_array_equal(model.predict(np.array([[-0.01], [0.0], [0.01]])), [-1, 0, 1])
