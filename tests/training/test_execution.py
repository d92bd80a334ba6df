"""Where the fits of a walk-forward are done, who hears of them, and what a cache is asked."""

import warnings
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.features import FeatureConfig, build
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.progress import Step
from signalcli.training.walk_forward import walk_forward

TABLE = build(random_bars(80), FeatureConfig(window=3, sets=("lags",)))
FIT, FOLDS = FitConfig(("ar",)), FoldConfig(folds=2)
FITS = 2 * 4  # two folds of one model and three baselines
PLAIN = walk_forward(TABLE, FIT, FOLDS)


class Call(NamedTuple):
    """One distribution of fits."""

    jobs: int
    cluster: object
    epochs_heard: bool
    fits: int
    results_told: bool


@pytest.fixture
def calls(monkeypatch):
    """What was distributed, while every fit is done here."""
    seen = []

    def spread_over(jobs, cluster=None):
        def spread(run, data, tasks, done=None):
            seen.append(Call(jobs, cluster, "epoch_callback" in run.keywords, len(tasks), done is not None))
            return (told(done, number, run(data, task)) for number, task in enumerate(tasks))

        return spread

    def told(done, number, result):
        if done is not None:
            done(number, result)
        return result

    monkeypatch.setattr("signalcli.training.walk_forward.spread_over", spread_over)
    return seen


@pytest.fixture
def cache(tmp_path):
    return FitCache(CacheFolder(tmp_path / "cache", 2**30))


def test_one_process_unless_asked(calls):
    walk_forward(TABLE, FIT, FOLDS)
    assert calls == [Call(1, None, epochs_heard=False, fits=FITS, results_told=False)]


@pytest.mark.parametrize(
    ("observed", "jobs", "cluster", "heard"),
    [(True, 1, None, True), (False, 1, None, False), (True, 2, None, False), (True, 1, "some", False)],
)
def test_epochs_are_heard_of_fits_in_this_process_by_an_observer(calls, observed, jobs, cluster, heard):
    reported = []
    there = SimpleNamespace(exact=True) if cluster else None
    walk_forward(TABLE, FIT, FOLDS, reported.append if observed else None, jobs, cluster=there)
    assert calls == [Call(jobs, there, epochs_heard=heard, fits=FITS, results_told=False)]
    assert len(reported) == FITS * observed


def test_the_observer_counts_the_fits_of_each_model():
    reported = []
    walk_forward(TABLE, FIT, FOLDS, reported.append)
    assert [step for step in reported if step.model == "ar"] == [
        Step("AAA", "ar", 1, 2, 1, 2),
        Step("AAA", "ar", 2, 2, 2, 2),
    ]


@pytest.mark.parametrize(("cluster", "asked"), [(None, True), ("exact", True), ("other", False)])
def test_a_cache_is_asked_unless_workers_compute_otherwise(calls, cache, cluster, asked):
    there = SimpleNamespace(exact=cluster == "exact") if cluster else None
    for known in (0, FITS * asked):
        found = walk_forward(TABLE, FIT, FOLDS, cache=cache, cluster=there)
        pd.testing.assert_frame_equal(found, PLAIN, check_exact=True)
        assert cache.taken == known
        assert calls.pop() == Call(1, there, epochs_heard=False, fits=FITS - known, results_told=asked)


def test_warnings_of_fits_are_issued_again():
    def fit(estimator, *rows):
        warnings.warn("some rows are odd", RuntimeWarning, stacklevel=1)
        return fit_with_weights(estimator, *rows)

    with pytest.warns(RuntimeWarning, match="some rows are odd"):
        walk_forward(TABLE, FIT, FOLDS, fit=fit)


def test_rows_of_several_seeds_are_numbered_through():
    config = FitConfig(("tree",), {"tree": {"n_estimators": 2, "subsample": 0.5}}, seeds=2)
    found = walk_forward(TABLE, config, FOLDS)
    assert found.index.tolist() == list(range(len(found)))
