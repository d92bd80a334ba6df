"""Whoever leaks shows here: processes whose best possible accuracy is known, end to end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.training.walk_forward import walk_forward

SMALL = {"epochs": 6}
NETWORKS = ("rnn", "lstm", "gru")
EVERY = ("majority", "persistence", "ar", "ar1", "logistic", "tree", *NETWORKS)


def accuracies(
    bars: pd.DataFrame,
    models: tuple[str, ...],
    settings: dict | None = None,
    folds: int = 3,
    **features,
) -> tuple[dict[str, float], int]:
    """Out-of-sample accuracy of each model, and the number of rows it was judged on."""
    table = build(bars, FeatureConfig(**features))
    config = FitConfig(models, {n: SMALL for n in NETWORKS if n in models} | (settings or {}))
    rows = walk_forward(table, config, FoldConfig(folds)).dropna(subset=["direction"])
    right = (rows["p_up"] > 0.5) == (rows["direction"] == 1)
    by_model = right.groupby(rows["model"])
    return by_model.mean().to_dict(), int(by_model.size().min())


def test_nobody_forecasts_a_fair_coin() -> None:
    found, rows = accuracies(synthetic_bars("walk", rows=2900, seed=3), EVERY, window=10)
    assert rows >= 2000
    for model, accuracy in found.items():
        assert abs(accuracy - 0.5) < 4 * 0.5 / np.sqrt(rows), model


def test_an_ar1_process_is_forecast_as_well_as_theory_allows_and_no_better() -> None:
    best = 0.5 + np.arcsin(0.3) / np.pi
    bars = synthetic_bars("ar1", rows=9000, seed=2, phi=0.3)
    found, _ = accuracies(bars, ("ar", "ar1", "logistic", "tree", *NETWORKS), window=6)
    for model in ("ar", "ar1", "logistic", "tree", *NETWORKS):
        assert abs(found[model] - best) < 0.02, (model, found[model])
    assert abs(found["persistence"] - best) < 0.02, "with positive phi the last direction is the best guess"


def test_a_sine_is_forecast_without_fault() -> None:
    longer = {n: {"epochs": 25, "patience": 0} for n in NETWORKS}
    found, _ = accuracies(
        synthetic_bars("sine", rows=2500), ("ar", "logistic", "tree", *NETWORKS), longer, window=10
    )
    for model in ("ar", "logistic", "tree", *NETWORKS):
        assert found[model] > 0.98, (model, found[model])


def test_the_product_of_two_returns_is_seen_by_trees_and_networks_and_not_by_lines() -> None:
    bars = synthetic_bars("xor", rows=6000, seed=5)
    settings = {n: {"epochs": 40, "patience": 0, "learning_rate": 0.005} for n in ("lstm", "gru")}
    settings["tree"] = {"num_leaves": 31, "n_estimators": 200, "colsample_bytree": 1.0}
    found, rows = accuracies(bars, ("ar", "tree", "lstm", "gru"), settings, window=6, sets=("lags",))
    assert abs(found["ar"] - 0.5) < 4 * 0.5 / np.sqrt(rows)
    for model in ("tree", "lstm", "gru"):
        assert found[model] > 0.85, (model, found[model])


@pytest.mark.parametrize(("shift", "known"), [(0, True), (1, False)], ids=["volume of t", "volume of t+1"])
def test_what_the_volume_tells_counts_from_its_own_close_on(shift: int, known: bool) -> None:
    """A direction hidden in the volume of t is found; hidden in the volume of t+1 it must stay hidden."""
    bars = synthetic_bars("walk", rows=2900, seed=4)
    up = (bars["close"].shift(-1) > bars["close"]).to_numpy()
    bars["volume"] = np.where(np.roll(up, shift), 2_000_000.0, 500_000.0)
    models = ("logistic", "tree", *NETWORKS)
    found, rows = accuracies(bars, models, window=10)
    for model in models:
        if known:
            assert found[model] > 0.95, (model, found[model])
        else:
            assert abs(found[model] - 0.5) < 4 * 0.5 / np.sqrt(rows), (model, found[model])
