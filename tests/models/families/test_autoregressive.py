"""AR(p) against statsmodels, and cuts between ordered classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.tsa.ar_model import AutoReg, ar_select_order

from signalcli.models.estimators import ARClassifier
from signalcli.models.families.autoregressive import (
    class_cuts,
    class_probabilities,
    least_squares,
    select_order,
)

WINDOW = 12
CLASSES = np.array([-1, 0, 1])


def series(seed=0, n=600):
    """AR(2) returns around a mean."""
    rng = np.random.default_rng(seed)
    out = np.zeros(n)
    for t in range(2, n):
        out[t] = 0.0005 + 0.2 * out[t - 1] - 0.15 * out[t - 2] + 0.01 * rng.standard_normal()
    return out


def windows(x):
    return np.lib.stride_tricks.sliding_window_view(x, WINDOW).copy()


def directions(X, seed=1):
    return np.random.default_rng(seed).integers(0, 2, len(X))


@pytest.mark.parametrize("p", [0, 1, 3])
def test_coefficients_and_forecasts_are_those_of_statsmodels(p):
    x = series()
    X = windows(x)
    ours = ARClassifier(p=p).fit(X, directions(X))
    theirs = AutoReg(x, lags=p, hold_back=WINDOW - 1).fit()
    np.testing.assert_allclose(ours.coefficients_, theirs.params, atol=1e-8)
    np.testing.assert_allclose(ours.spread_**2, theirs.sigma2, rtol=1e-8)
    np.testing.assert_allclose(ours.forecast(X)[:-1], theirs.fittedvalues[1:], atol=1e-8)
    np.testing.assert_allclose(ours.forecast(X)[-1], theirs.forecast(1)[0], atol=1e-8)


@pytest.mark.parametrize("criterion", ["aic", "bic"])
@pytest.mark.parametrize("seed", range(6))
def test_the_order_is_that_of_statsmodels(criterion, seed):
    x = series(seed, 250)
    X = windows(x)
    max_p = 8
    ours = ARClassifier(criterion=criterion, max_p=max_p).fit(X, directions(X))
    theirs = ar_select_order(x[WINDOW - 1 - max_p :], max_p, ic=criterion)
    assert ours.p_ == len(theirs.ar_lags or [])


def test_aic_takes_more_lags_than_bic_somewhere():
    orders = []
    for seed in range(6):
        X = windows(series(seed, 250))
        orders.append([select_order(X[:, -1], X[:, -2::-1][:, :8], c) for c in ("aic", "bic")])
    assert all(aic >= bic for aic, bic in orders)
    assert any(aic > bic for aic, bic in orders)


@pytest.mark.parametrize("horizon", [2, 5])
def test_a_longer_horizon_is_forecast_directly(horizon):
    x = series(3)
    X = windows(x)
    model = ARClassifier(p=2, horizon=horizon).fit(X, directions(X))
    design, target = [], []
    for t in range(WINDOW - 1, len(x)):  # the last return known is x[t]
        target.append(sum(x[t - horizon + 1 : t + 1]))
        design.append([1.0, x[t - horizon], x[t - horizon - 1]])
    expected = np.linalg.lstsq(np.array(design), np.array(target), rcond=None)[0]
    np.testing.assert_allclose(model.coefficients_, expected, atol=1e-12)
    ahead = expected[0] + expected[1] * x[-1] + expected[2] * x[-2]
    np.testing.assert_allclose(model.forecast(X)[-1], ahead, atol=1e-12)


def test_order_zero_says_the_base_rate():
    X = windows(series())
    y = (np.arange(len(X)) % 10 < 6).astype(int)
    p = ARClassifier(p=0).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(p[:, 1], y.mean(), atol=1e-12)


def test_a_planted_dependence_is_found():
    rng = np.random.default_rng(5)
    x = np.zeros(6000)
    for t in range(1, len(x)):
        x[t] = 0.3 * x[t - 1] + 0.01 * rng.standard_normal()
    X, y = windows(x)[:-1], (x[WINDOW:] > 0).astype(int)
    model = ARClassifier(p=1).fit(X[:3000], y[:3000])
    accuracy = np.mean(model.predict(X[3000:]) == y[3000:])
    assert accuracy == pytest.approx(0.5 + np.arcsin(0.3) / np.pi, abs=0.03)


def test_a_series_without_noise_is_forecast_without_error():
    t = np.arange(300)
    x = 0.01 * np.sin(0.3 * t)
    X, ahead = windows(x)[:-1], x[WINDOW:]
    model = ARClassifier(p=2).fit(X, (ahead > 0).astype(int))
    np.testing.assert_allclose(model.forecast(X), ahead, atol=1e-12)


def test_constant_returns_do_not_break_it():
    X = np.full((50, 6), 0.01)
    p = ARClassifier().fit(X, np.arange(50) % 2).predict_proba(X)
    assert np.isfinite(p).all()


@pytest.mark.parametrize("n", [2, 6, 8, 12])
def test_few_rows_are_not_learnt_by_heart(n):
    X = windows(series(0, n + WINDOW - 1))
    model = ARClassifier().fit(X, np.arange(n) % 2)
    assert model.p_ <= n // 2
    assert n < 3 or model.spread_ > 1e-6


def test_least_squares_by_hand():
    fitted = least_squares(np.array([1.0, 3.0, 2.0]), np.array([[0.0], [1.0], [2.0]]))
    np.testing.assert_allclose(fitted.coefficients, [1.5, 0.5])
    assert fitted.spread == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"p": 12}, "p=12 with horizon=1 needs 13 lagged returns; X has 12"),
        ({"p": 8, "horizon": 5}, "p=8 with horizon=5 needs 13 lagged returns"),
        ({"horizon": 13}, "horizon=13 needs 13 lagged returns; X has 12"),
    ],
)
def test_a_window_that_is_too_short_is_refused(settings, said):
    X = windows(series(0, 60))
    with pytest.raises(ValueError, match=said):
        ARClassifier(**settings).fit(X, directions(X))


@given(seed=st.integers(0, 2**16), n=st.integers(3, 60))
def test_without_dependence_the_forecast_is_the_base_rate(seed, n):
    rng = np.random.default_rng(seed)
    y = np.concatenate([CLASSES, rng.choice(CLASSES, n - 3)]) if n > 3 else CLASSES
    returns = rng.normal(0.001, 0.02, n)
    p = class_probabilities(np.full(4, returns.mean()), float(returns.std()), class_cuts(CLASSES, y, returns))
    shares = [np.mean(y == c) for c in CLASSES]
    np.testing.assert_allclose(p, np.tile(shares, (4, 1)), atol=1e-12)


def test_probabilities_are_areas_of_a_gaussian():
    p = class_probabilities(np.array([0.01]), 0.02, np.array([-0.005, 0.004]))[0]
    down, up = norm.cdf(-0.005, 0.01, 0.02), norm.sf(0.004, 0.01, 0.02)
    np.testing.assert_allclose(p, [down, 1 - down - up, up], rtol=1e-12)


@given(
    forecast=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5),
    spread=st.floats(0, 1e3),
    edges=st.tuples(st.floats(-1, 0), st.floats(0, 1)),
)
def test_probabilities_sum_to_one_and_never_fall_below_zero(forecast, spread, edges):
    p = class_probabilities(np.array(forecast), spread, np.array(edges))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-15)


def test_a_certain_forecast_is_certain():
    p = class_probabilities(np.array([1000.0, -1000.0]), 0.0, np.array([1.0]))
    np.testing.assert_array_equal(p, [[0, 1], [1, 0]])


def test_a_higher_forecast_makes_up_likelier():
    p = class_probabilities(np.linspace(-0.05, 0.05, 50), 0.02, np.array([-0.01, 0.01]))
    assert (np.diff(p[:, 2]) > 0).all()
    assert (np.diff(p[:, 0]) < 0).all()


def test_two_classes_have_one_cut():
    cut = class_cuts(np.array([0, 1]), np.array([0, 1, 1, 1]), np.array([-1.0, 1.0]))
    assert cut == pytest.approx([norm.ppf(0.25)])
