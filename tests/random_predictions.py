"""PREDICTIONS for tests of reports: random walks with models of known skill and the baselines of a fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from random_bars import random_bars

FITTED = ("majority", "persistence", "ar1")


def random_predictions(
    rows: int = 300,
    models: Sequence[str] = ("ar", "tree"),
    symbols: Sequence[str] = ("AAA",),
    skill: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Two folds of each symbol; ``skill`` pulls the probabilities of the first model to the truth."""
    parts = [
        _one(random_bars(rows, seed, symbol), model, skill if model == models[0] else 0.0, seed + k)
        for symbol in symbols
        for k, model in enumerate((*models, *FITTED))
    ]
    return pd.concat(parts, ignore_index=True).sort_values(["symbol", "date", "model"], ignore_index=True)


def _one(bars: pd.DataFrame, model: str, skill: float, seed: int) -> pd.DataFrame:
    forward = bars["close"].shift(-1) / bars["close"] - 1
    direction = (forward > 0).astype("Int8").mask(forward.isna())
    noise = np.random.default_rng(seed).uniform(0.3, 0.7, len(bars))
    p_up = noise + skill * (direction.astype("float64").fillna(0.5) - noise)
    label_end = bars["date"].shift(-1)
    fold = 1 + np.arange(len(bars)) * 2 // len(bars)
    return bars.assign(
        forward_return=forward, direction=direction, label_end=label_end, model=model, fold=fold, p_up=p_up
    )
