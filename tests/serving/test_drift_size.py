"""Whole DRIFT reports, from bars to ``drifted``: how many are false alarms, and how many true ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from saved_models import put
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.serving.bundle.describe import Origin
from signalcli.serving.bundle.load import Bundle, load
from signalcli.serving.bundle.save import make_bundle
from signalcli.serving.drift import drift
from signalcli.serving.predict import predict
from signalcli.training.refit import refit
from signalcli.training.walk_forward import walk_forward

FIRST_LIVE = 10_000  # seed


def bars_of(process: str, rows: int, seed: int, noise: float = 1.0) -> pd.DataFrame:
    settings = {"phi": 0.3} if process == "ar1" else {}
    bars = synthetic_bars(process, rows=rows, seed=seed, **settings)
    return bars.assign(**{c: 100.0 * (bars[c] / 100.0) ** noise for c in ("open", "high", "low", "close")})


def fitted(folder: Path, process: str, rows: int, seed: int, horizon: int) -> Bundle:
    """A logistic regression on the default features, with its walk-forward, as ``fit --save`` makes it."""
    features = build(bars_of(process, rows, seed), FeatureConfig(horizon=horizon))
    config, folds = FitConfig(("logistic",)), FoldConfig(folds=3)
    predictions = walk_forward(features, config, folds)
    (fit,) = refit(features, config, folds)
    place = put(folder, make_bundle(fit, features, Origin(predictions=predictions))[1])
    return load(place)


def report(folder: Path, process: str, rows: int, live: int, seed: int, horizon: int = 1, noise: float = 1.0):
    """DRIFT of ``live`` signals on bars of the same process with another seed."""
    bundle = fitted(folder, process, rows, seed, horizon)
    bars = bars_of(process, live + 60, FIRST_LIVE + seed, noise)
    return drift([bundle], predict([bundle], bars, every=True), bars)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_process_has_not_drifted(tmp_path, seed):
    found = report(tmp_path / "m", "ar1", 800, 120, seed)
    assert not found["drifted"].any(), found[found["drifted"] == 1]
    assert len(found) > 80


def test_a_wilder_process_has_drifted(tmp_path):
    found = report(tmp_path / "m", "ar1", 800, 120, 0, noise=3.0)
    assert "ret_lag0" in set(found.loc[found["drifted"] == 1, "name"])


def test_calendar_features_have_no_limit(tmp_path):
    """120 bars know six months of twelve: nothing to report."""
    found = report(tmp_path / "m", "ar1", 800, 120, 0).set_index("name")
    for name in ("day_of_week", "month", "month_end", "hour"):
        assert np.isnan(found.loc[name, "high"])
    assert found.loc["month", "value"] > 1
    assert found.drop(index=["day_of_week", "month", "month_end", "hour"])["high"].notna().all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("process", "rows", "live"), [("ar1", 800, 120), ("walk", 1500, 250), ("ar1", 1500, 60)]
)
def test_at_most_one_report_in_twenty_is_a_false_alarm(tmp_path, process, rows, live):
    """100 models, each with a report on bars of its own process: no more than 5 % and two standard errors."""
    alarms = [report(tmp_path / f"m{s}", process, rows, live, s)["drifted"].any() for s in range(100)]
    assert np.mean(alarms) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 100)


@pytest.mark.slow
def test_overlapping_labels_raise_no_alarm(tmp_path):
    alarms = [report(tmp_path / f"m{s}", "walk", 1000, 200, s, horizon=5)["drifted"].any() for s in range(60)]
    assert np.mean(alarms) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)
