"""Ordered classes as cuts on the scale of returns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from signalcli.models.ordered import cuts, probabilities

CLASSES = np.array([-1, 0, 1])


@given(seed=st.integers(0, 2**16), n=st.integers(3, 60))
def test_without_dependence_the_forecast_is_the_base_rate(seed, n):
    rng = np.random.default_rng(seed)
    y = np.concatenate([CLASSES, rng.choice(CLASSES, n - 3)]) if n > 3 else CLASSES
    returns = rng.normal(0.001, 0.02, n)
    p = probabilities(np.full(4, returns.mean()), float(returns.std()), cuts(CLASSES, y, returns))
    shares = [np.mean(y == c) for c in CLASSES]
    np.testing.assert_allclose(p, np.tile(shares, (4, 1)), atol=1e-12)


def test_probabilities_are_areas_of_a_gaussian():
    p = probabilities(np.array([0.01]), 0.02, np.array([-0.005, 0.004]))[0]
    down, up = norm.cdf(-0.005, 0.01, 0.02), norm.sf(0.004, 0.01, 0.02)
    np.testing.assert_allclose(p, [down, 1 - down - up, up], rtol=1e-12)


@given(
    forecast=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5),
    spread=st.floats(0, 1e3),
    edges=st.tuples(st.floats(-1, 0), st.floats(0, 1)),
)
def test_probabilities_sum_to_one_and_never_fall_below_zero(forecast, spread, edges):
    p = probabilities(np.array(forecast), spread, np.array(edges))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-15)


def test_a_certain_forecast_is_certain():
    p = probabilities(np.array([1000.0, -1000.0]), 0.0, np.array([1.0]))
    np.testing.assert_array_equal(p, [[0, 1], [1, 0]])


def test_a_higher_forecast_makes_up_likelier():
    p = probabilities(np.linspace(-0.05, 0.05, 50), 0.02, np.array([-0.01, 0.01]))
    assert (np.diff(p[:, 2]) > 0).all()
    assert (np.diff(p[:, 0]) < 0).all()


def test_two_classes_have_one_cut():
    cut = cuts(np.array([0, 1]), np.array([0, 1, 1, 1]), np.array([-1.0, 1.0]))
    assert cut == pytest.approx([norm.ppf(0.25)])
