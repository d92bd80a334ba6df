"""Rescaled probabilities: better where they were too sure, harmless elsewhere, learnt from the past alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import _SigmoidCalibration
from sklearn.metrics import log_loss

from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import UsageError
from signalcli.features.build import build
from signalcli.models.meta.calibrated import Calibrated, Platt, _base_log_odds, _fit_curve, _fit_platt
from signalcli.schemas import FITTED_BASELINES
from signalcli.training.walk_forward import walk_forward


class Boaster(ClassifierMixin, BaseEstimator):
    """Says the log-odds in its first column times ``boast``; remembers what it was fitted on."""

    seen: list[np.ndarray] = []  # noqa: RUF012 (shared by the clones on purpose)

    def __init__(self, boast=4.0):
        self.boast = boast

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        Boaster.seen.append(X)
        return self

    def predict_proba(self, X):
        p = 1 / (1 + np.exp(-self.boast * X[:, 0]))
        return np.column_stack([1 - p, p])


def coins(n, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(0, 1, (n, 1))
    return X, (rng.random(n) < 1 / (1 + np.exp(-X[:, 0]))).astype("int64")


@pytest.mark.parametrize(("low", "high"), [(0.3, 0.7), (0.4999, 0.5001), (0.9, 0.9001), (1e-4, 2e-4)])
def test_platts_curve_of_two_values_goes_through_their_shares(low, high):
    """20 of 100 at the low value, 80 at the high one; targets of 101/102 and 1/102 have means of 21 and 81 in
    102, whatever the values are."""
    p, true = np.repeat([low, high], 100), np.tile(np.arange(100), 2) < np.repeat([20, 80], 100)
    curve = _fit_platt(p, true)
    assert curve(np.array([low, high])).tolist() == pytest.approx([21 / 102, 81 / 102], abs=1e-9)


def test_platts_curve_of_one_value_says_the_base_rate():
    curve = _fit_platt(np.full(40, 0.7), np.arange(40) < 10)
    assert curve(np.array([0.1, 0.7])).tolist() == pytest.approx([0.25, 0.25])


@given(
    seed=st.integers(0, 2**16),
    spread=st.sampled_from([1e-4, 1e-2, 1.0]),
    center=st.floats(-4, 4),
    skill=st.floats(-2, 4),
)
@settings(max_examples=40)
def test_platts_curve_has_no_slope_of_its_loss_left(seed, spread, center, skill):
    """Where the curve rises, residuals sum to nothing, and so do those times the log-odds."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=60)
    p = 1 / (1 + np.exp(-(center + spread * z)))
    true = rng.random(60) < 1 / (1 + np.exp(-skill * z))
    curve = _fit_platt(p, true)
    if curve.slope > 0:
        hits = int(true.sum())
        residual = curve(p) - np.where(true, (hits + 1) / (hits + 2), 1 / (62 - hits))
        assert abs(residual.sum()) < 1e-6
        assert abs(residual @ z) < 1e-6


@pytest.mark.parametrize("kind", ["platt", "isotonic"])
@pytest.mark.parametrize("boast", [4.0, 0.25])
def test_too_sure_or_too_shy_is_put_right(kind, boast):
    X, y = coins(4000)
    later, truth = coins(4000, seed=1)
    model = Calibrated(Boaster(boast), kind, 0).fit(X, y)
    before, after, best = (
        log_loss(truth, p)
        for p in (
            Boaster(boast).fit(X, y).predict_proba(later),
            model.predict_proba(later),
            Boaster(1.0).fit(X, y).predict_proba(later),
        )
    )
    assert after < best + 0.01 < before
    p = model.predict_proba(later)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    assert (np.diff(p[np.argsort(later[:, 0]), 1]) >= -1e-12).all()
    assert p.min() > 0


def test_the_curve_is_that_of_scikit_learn():
    X, y = coins(500)
    p = 1 / (1 + np.exp(-3 * X[:, 0]))
    theirs = _SigmoidCalibration().fit(np.log(p / (1 - p)), y).predict(np.log(p / (1 - p)))
    np.testing.assert_allclose(_fit_platt(p, y == 1)(p), theirs, atol=2e-3)


def test_a_forecast_that_is_wrong_is_not_turned_round():
    X, y = coins(2000)
    p = Calibrated(Boaster(), "platt", 0).fit(X, 1 - y).predict_proba(X)[:, 1]
    assert np.ptp(p) < 1e-6


@pytest.mark.parametrize(("hits", "rows"), [(11, 54), (47, 72), (36, 40), (1, 30)])
@pytest.mark.parametrize("kind", ["platt", "isotonic"])
def test_a_falling_curve_says_the_base_rate(kind, hits, rows):
    true = np.arange(rows) < hits
    p = np.linspace(0.9, 0.1, rows)  # the surer, the more often wrong
    np.testing.assert_allclose(_fit_curve(kind, 1 - p, true)(p), hits / rows, atol=1e-9)
    assert _fit_platt(p, true).slope > 0


def test_a_class_that_is_wrong_throughout_keeps_its_share():
    X, y = coins(4000)
    wrong = np.where(np.random.default_rng(2).random(4000) < 0.6, 0, 1 - y)
    p = Calibrated(Boaster(), "platt", 0).fit(X, wrong).predict_proba(X)[:, 1]
    np.testing.assert_allclose(p, wrong[3000:].mean(), atol=1e-9)


@pytest.mark.parametrize(("share", "said"), [(0, 1 / 22), (20, 21 / 22), (5, 0.25)])
def test_the_base_rate_is_never_0_or_1(share, said):
    """Of 20 rows at least 1/22 and at most 21/22."""
    true = np.arange(20) < share
    assert _base_log_odds(true) == pytest.approx(np.log(said / (1 - said)))


@pytest.mark.parametrize("hits", [0, 3, 10, 12])
def test_platt_on_two_probabilities_by_hand(hits):
    """Ten rows at p = .2, of which none is true, and twelve at .8, of which ``hits`` are.

    Two points and two parameters: the curve meets the mean target of each. Platt's targets are
    (hits + 1) / (hits + 2) for true rows and 1 / (22 - hits + 2) for the others.
    """
    p = np.r_[np.full(10, 0.2), np.full(12, 0.8)]
    true = np.r_[np.zeros(10, dtype=bool), np.arange(12) < hits]
    high, low = (hits + 1) / (hits + 2), 1 / (24 - hits)
    wanted = np.array([low, (hits * high + (12 - hits) * low) / 12])
    if hits == 0:  # a flat curve says the base rate, at least 1 in 24
        wanted = np.array([1 / 24, 1 / 24])
    np.testing.assert_allclose(_fit_platt(p, true)(np.array([0.2, 0.8])), wanted, rtol=1e-4)


def test_isotonic_pools_what_falls_and_stays_inside():
    """Five rows: 0 | 1, 0 pooled to .5 | 1 | 1; least 1/7, most 6/7."""
    p, true = np.array([0.1, 0.3, 0.5, 0.7, 0.9]), np.array([0, 1, 0, 1, 1]) == 1
    curve = _fit_curve("isotonic", p, true)
    np.testing.assert_allclose(
        curve(np.array([0.0, 0.1, 0.3, 0.5, 0.7, 1.0])), [1 / 7, 1 / 7, 0.5, 0.5, 6 / 7, 6 / 7]
    )


class Fixed(ClassifierMixin, BaseEstimator):
    """Says the probabilities in its columns; remembers its weights."""

    weights: list[np.ndarray] = []  # noqa: RUF012 (shared by the clones on purpose)

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        Fixed.weights.append(sample_weight)
        return self

    def predict_proba(self, X):
        return X[:, : len(self.classes_)]


def test_three_classes_are_rescaled_one_by_one_and_normalized():
    rng = np.random.default_rng(3)
    X = rng.dirichlet([1, 1, 1], 200)
    y = (rng.random((200, 1)) > np.cumsum(X, axis=1)).sum(axis=1) - 1
    model = Calibrated(Fixed(), "platt", 0).fit(X, y)
    each = np.column_stack([_fit_platt(X[150:, k], y[150:] == k - 1)(X[:, k]) for k in range(3)])
    np.testing.assert_allclose(model.predict_proba(X), each / each.sum(axis=1, keepdims=True), rtol=1e-12)
    assert model.classes_.tolist() == [-1, 0, 1]


def test_two_classes_are_rescaled_by_the_curve_of_up():
    X, y = coins(200)
    p = np.column_stack([1 - 1 / (1 + np.exp(-X[:, 0])), 1 / (1 + np.exp(-X[:, 0]))])
    up = _fit_platt(p[150:, 1], y[150:] == 1)(p[:, 1])
    np.testing.assert_allclose(
        Calibrated(Fixed(), "platt", 0).fit(p, y).predict_proba(p), np.column_stack([1 - up, up]), rtol=1e-12
    )


def test_probabilities_are_double_whatever_the_model_gives():
    X = np.full((30, 2), 0.3, dtype="float32")
    plain = Calibrated(Fixed(), "platt", 0).fit(X, np.arange(30) % 2).predict_proba(X)
    assert plain.dtype == "float64"


def test_weights_go_with_their_rows():
    X, y = coins(100)
    Fixed.weights.clear()
    Calibrated(Fixed(), "platt", 5).fit(np.column_stack([X, X]) * 0 + 0.5, y, np.arange(100.0))
    assert [w.tolist() for w in Fixed.weights] == [list(range(70)), list(range(100))]


@pytest.mark.parametrize(("rows", "calibrated"), [(76, False), (80, True)])
def test_twenty_later_rows_are_enough(rows, calibrated):
    X, y = coins(rows)
    assert bool(Calibrated(Boaster(), "platt", 0).fit(X, y).curves_) == calibrated


def test_a_class_that_the_earlier_rows_lack_changes_nothing():
    X, y = coins(100)
    y[:75] = np.minimum(y[:75], 0)
    assert Calibrated(Boaster(), "platt", 0).fit(X, y).curves_ == {}


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(20, 200), share=st.floats(0, 1))
def test_calibrated_rows_have_the_base_rate_on_average(seed, rows, share):
    rng = np.random.default_rng(seed)
    p, true = rng.random(rows), rng.random(rows) < share
    for kind in ("platt", "isotonic"):
        said = _fit_curve(kind, p, true)(p)
        assert abs(said.mean() - true.mean()) < 2 / rows
        assert (np.diff(said[np.argsort(p)]) >= -1e-12).all()


def test_what_is_judged_was_not_learnt_and_no_label_reaches_into_it():
    X, y = coins(400)
    Boaster.seen.clear()
    Calibrated(Boaster(), "platt", overlap=7).fit(X, y)
    early, every = Boaster.seen
    assert early.tolist() == X[: 300 - 7].tolist()
    assert every.tolist() == X.tolist()


def test_too_few_rows_change_nothing():
    X, y = coins(60)
    plain = Boaster().fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(Calibrated(Boaster(), "platt", 0).fit(X, y).predict_proba(X), plain)


@pytest.mark.parametrize("zone", [0.0, 0.005])
def test_models_are_calibrated_and_baselines_are_not(zone):
    table = build(
        synthetic_bars("walk", rows=500, seed=2), FeatureConfig(window=5, dead_zone=zone, sets=("lags",))
    )
    plain, scaled = (
        walk_forward(table, FitConfig(("logistic",), calibrate=kind), FoldConfig(2))
        for kind in (None, "isotonic")
    )
    of_baseline = plain["model"].isin(FITTED_BASELINES)
    pd.testing.assert_frame_equal(plain[of_baseline], scaled[of_baseline], check_exact=True)
    assert (plain.loc[~of_baseline, "p_up"] != scaled.loc[~of_baseline, "p_up"]).mean() > 0.9
    if zone:
        total = scaled.loc[~of_baseline, ["p_up", "p_flat", "p_down"]].sum(axis=1)
        np.testing.assert_allclose(total, 1.0)


def test_at_the_command_line():
    features = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 300"))
    fit = "fit --model logistic --folds 2"
    assert run(f"{fit} --calibrate platt", features) != run(fit, features)
    with pytest.raises(UsageError, match="--calibrate guess"):
        FitConfig(calibrate="guess")


def test_the_curve_of_the_second_of_two_classes_decides_both():
    """The log-odds of .5 are 0: 1 / (1 + e) is left, whatever the curve of the first class says."""
    model = Calibrated(Boaster(), "platt", 0)
    model.classes_, model.curves_ = np.array([0, 1]), {0: Platt(1.0, 2.0), 1: Platt(1.0, 1.0)}
    left = 1 / (1 + np.e)
    assert model.predict_proba(np.zeros((1, 1)))[0] == pytest.approx([left, 1 - left])
