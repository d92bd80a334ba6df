"""The gate in many worlds: a broken feed never replaces a model, an honest better one does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.saving import Promote
from signalcli.data.bars import to_bars
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.serving.bundle.describe import Origin
from signalcli.serving.promotion.promote import Gate, Outcome, save_through_gate
from signalcli.training.refit import refit
from signalcli.training.walk_forward import walk_forward

PRICES = ["open", "high", "low", "close"]
NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
MONTH = 21
FEATURES = FeatureConfig(window=2, sets=("lags",), channels=("ret",))
GOOD = FitConfig(models=("logistic",))
BLIND = FitConfig(models=("logistic",), settings={"logistic": {"C": 1e-7}})  # learns next to nothing


def world(seed: int, rows: int = 1300) -> pd.DataFrame:
    """Bars whose next direction is known with 59.7 % (AR(1) with a coefficient of .3)."""
    return synthetic_bars("ar1", rows=rows, seed=seed, phi=0.3)


def constant(bars: pd.DataFrame) -> pd.DataFrame:
    broken = bars.copy()
    broken.loc[broken.index[-MONTH:], PRICES] = bars["close"].iloc[-MONTH - 1]
    return broken


def negated(bars: pd.DataFrame) -> pd.DataFrame:
    broken = bars.copy()
    broken.loc[broken.index[-MONTH:], PRICES] *= -1
    return broken


def scaled(bars: pd.DataFrame) -> pd.DataFrame:
    broken = bars.copy()
    broken.loc[broken.index[-MONTH:], PRICES] *= 100
    return broken


def closes_mirrored(bars: pd.DataFrame) -> pd.DataFrame:
    """The returns of the closes of the last month have the other sign; the other prices stay."""
    broken, before = bars.copy(), bars["close"].iloc[-MONTH - 1]
    broken.loc[broken.index[-MONTH:], "close"] = before**2 / bars["close"].iloc[-MONTH:]
    return broken


BROKEN = (constant, negated, scaled, closes_mirrored)


def save(raw: pd.DataFrame, folder: Path, mode: Promote, fit: FitConfig = GOOD) -> Outcome:
    """Fit and save a model of these raw bars through the gate, as ``run --save`` does."""
    cleaned = to_bars(raw, where="world")
    table = build(cleaned.bars, FEATURES)
    predictions = walk_forward(table, fit, FoldConfig())
    origin = Origin(0, FEATURES, None, predictions=predictions)
    gate = Gate(mode, NOW, cleaned.dropped)
    (outcome,) = save_through_gate(list(refit(table, fit)), table, folder, origin, gate)
    return outcome


@pytest.mark.parametrize("broken", BROKEN, ids=lambda edit: edit.__name__)
def test_a_broken_month_does_not_replace_a_model(
    broken: Callable[[pd.DataFrame], pd.DataFrame], tmp_path: Path
) -> None:
    bars = world(1)
    save(bars[:-MONTH], tmp_path / "model", "always")
    before = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    outcome = save(broken(bars), tmp_path / "model", "if-not-worse")
    assert not outcome.taken
    assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == before
    assert save(bars, tmp_path / "model", "if-not-worse").taken


def test_a_better_model_replaces_one_without_an_edge(tmp_path: Path) -> None:
    save(world(3)[:1000], tmp_path / "model", "always", BLIND)
    outcome = save(world(3), tmp_path / "model", "if-better", GOOD)
    assert outcome.taken
    assert outcome.decision is not None
    assert outcome.decision.reason == "better"
    assert (outcome.decision.challenger_loss or 1) < (outcome.decision.champion_loss or 0)
    assert not save(world(3), tmp_path / "model", "if-better", GOOD).taken


@pytest.mark.slow
def test_a_broken_feed_never_replaces_a_model(tmp_path: Path) -> None:
    """Two hundred worlds, each broken in turn by one of the four ways, by either rule."""
    for seed in range(200):
        bars, mode = world(100 + seed), ("if-not-worse", "if-better")[seed % 2]
        save(bars[:-MONTH], tmp_path / "model", "always")
        assert not save(BROKEN[seed // 2 % 4](bars), tmp_path / "model", mode).taken, seed  # type: ignore[arg-type]


@pytest.mark.slow
def test_an_honest_better_model_replaces_one_in_most_worlds(tmp_path: Path) -> None:
    taken = {"if-not-worse": 0, "if-better": 0}
    for seed in range(60):
        for mode in taken:
            save(world(400 + seed)[:1000], tmp_path / "model", "always", BLIND)
            taken[mode] += save(world(400 + seed), tmp_path / "model", mode, GOOD).taken  # type: ignore[arg-type]
    assert taken["if-not-worse"] >= 0.95 * 60
    assert taken["if-better"] >= 0.8 * 60


@pytest.mark.slow
def test_the_same_recipe_on_more_bars_is_mostly_taken(tmp_path: Path) -> None:
    taken = 0
    for seed in range(60):
        save(world(700 + seed)[:-MONTH], tmp_path / "model", "always")
        taken += save(world(700 + seed), tmp_path / "model", "if-not-worse").taken
    assert taken >= 0.85 * 60


def test_numbers_of_rows_are_those_of_both(tmp_path: Path) -> None:
    """Walk-forward rows of both, and behind the last label of the saved model its own predictions."""
    save(world(5)[:1000], tmp_path / "model", "always")
    outcome = save(world(5), tmp_path / "model", "if-not-worse")
    assert outcome.decision is not None
    tested = 1300 - 1300 // 6 - 10  # about five blocks of a sixth of the dates
    assert outcome.decision.dates == pytest.approx(min(1000, tested), abs=5)
    assert np.isfinite(outcome.decision.p_value or np.nan)
