"""Forecasters of values: scikit-learn's contract, statsmodels' numbers, the wave that is an exact AR(6)."""

import inspect
import re

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks
from statsmodels.tsa.ar_model import AutoReg

from signalcli.models.estimators import ARRegressor
from signalcli.models.registry import FORECASTERS, FROM_TABLE, create, entry, parameters
from signalcli.training.forecast.recursive import forecast_recursively

PLAIN = ("persistence", "ar", "tree")  # networks have their checks in test_regressor.py


@parametrize_with_checks([create(name, FORECASTERS) for name in PLAIN])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def rows_of(series, length):
    rows = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    return rows[:, :-1], rows[:, -1]


def the_wave(count):
    t = 0.1 * np.arange(count)
    return t * np.sin(t) / 3 + 2 * np.sin(5 * t)


@pytest.mark.parametrize("intercept", [True, False])
def test_coefficients_are_those_of_statsmodels(rng, intercept):
    series = 50 + np.cumsum(rng.normal(size=400))
    model = ARRegressor(p=3, intercept=intercept).fit(*rows_of(series, 3))
    theirs = AutoReg(series, lags=3, trend="c" if intercept else "n").fit()
    ours = [model.constant_, *model.coefficients_] if intercept else model.coefficients_
    np.testing.assert_allclose(ours, theirs.params, atol=1e-7)
    expected = theirs.predict(start=len(series), end=len(series))
    np.testing.assert_allclose(model.predict(series[np.newaxis, -3:]), expected, atol=1e-8)


def test_the_wave_is_an_exact_ar_6():
    wave = the_wave(301)
    model = ARRegressor(p=6, intercept=False).fit(*rows_of(wave, 20))
    expected = [5.73518, -13.94572, 18.42105, -13.94572, 5.73518, -1]  # (1−2cos .1·L+L²)²(1−2cos .5·L+L²)
    np.testing.assert_allclose(model.coefficients_, expected, atol=1e-4)
    X, y = rows_of(wave, 20)
    assert np.abs(model.predict(X) - y).max() <= 1e-10
    said = forecast_recursively(model.predict, wave[np.newaxis, :20], 281)[0]
    assert np.abs(said - wave[20:]).max() <= 1e-6


@pytest.mark.parametrize("intercept", [True, False])
def test_zeros_are_followed_by_zeros_where_no_constant_is_learnt(intercept):
    series = 3 + np.sin(0.3 * np.arange(200))
    model = ARRegressor(p=2, intercept=intercept).fit(*rows_of(series, 2))
    after_zeros = model.predict(np.zeros((1, 2)))
    assert (after_zeros == 0).all() != intercept


def test_the_order_is_found(rng):
    series = np.zeros(3000)
    for t in range(2, 3000):
        series[t] = 0.5 * series[t - 1] - 0.6 * series[t - 2] + rng.normal()
    X, y = rows_of(series, 12)
    assert ARRegressor(criterion="bic").fit(X, y).p_ == 2
    assert ARRegressor(max_p=1).fit(X, y).p_ == 1


def test_an_order_beyond_the_window_is_refused():
    with pytest.raises(ValueError, match=re.escape("p=5 needs windows of 5 values; these have 3")):
        ARRegressor(p=5).fit(np.eye(3), np.ones(3))


def test_trees_say_nothing_beyond_what_they_saw():
    X = np.arange(300.0)[:, np.newaxis]
    model = create("tree", FORECASTERS, n_estimators=300, learning_rate=0.1).fit(X, X[:, 0])
    assert abs(model.predict([[150.0]])[0] - 150) < 20
    assert model.predict([[1000.0]])[0] <= 299


@pytest.mark.parametrize("name", FORECASTERS)
def test_parameters_are_those_of_the_signature_but_for_what_the_name_says(name):
    real = inspect.signature(type(create(name, FORECASTERS))).parameters
    hidden = {*FROM_TABLE, *entry(name, FORECASTERS).preset}
    listed = parameters(name, FORECASTERS)
    assert {p.name: p.default for p in listed} == {k: p.default for k, p in real.items() if k not in hidden}
    assert all(p.help for p in listed)
    assert set(entry(name, FORECASTERS).preset) <= set(real)
