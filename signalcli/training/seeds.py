"""Several seeds: which models are fitted again for each, and their names in PREDICTIONS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.models.registry import create
from signalcli.schemas import FITTED_BASELINES, SEED_SIGN


def seeded_models(config: FitConfig) -> tuple[str, ...]:
    """Models of the config that draw random numbers, baselines excepted."""
    models = [m for m in config.models if m not in FITTED_BASELINES]
    return tuple(m for m in models if "random_state" in create(m, **config.settings.get(m, {})).get_params())


def seed_repeats(config: FitConfig) -> Iterator[FitConfig]:
    """The config with its first seed, then one config with the seeded models for each further seed."""
    yield replace(config, seeds=1)
    models = seeded_models(config)
    settings = {m: s for m, s in config.settings.items() if m in (*models, *FITTED_BASELINES)}
    for k in range(1, config.seeds if models else 1):
        seed = config.random_state + k
        yield replace(config, models=models, settings=settings, seeds=1, random_state=seed)


def with_seed_names(predictions: pd.DataFrame, config: FitConfig) -> pd.DataFrame:
    """PREDICTIONS in which each seeded model is named with its seed, such as ``lstm@0``."""
    names = {m: f"{m}{SEED_SIGN}{config.random_state}" for m in seeded_models(config)}
    return predictions.assign(model=predictions["model"].replace(names))
