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
from signalcli.models.meta.calibrated import Calibrated, _fit_curve, _fit_platt
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
