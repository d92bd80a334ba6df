"""One fit a seed: what several seeds are fitted with, and how they are told apart in PREDICTIONS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from signalcli.config.fit import FitConfig
from signalcli.models.registry import create
from signalcli.schemas import FITTED_BASELINES, SEED_SIGN

if TYPE_CHECKING:
    import pandas as pd


def seeded(config: FitConfig) -> tuple[str, ...]:
    """The models asked for that a seed may change."""
    asked = [m for m in config.models if m not in FITTED_BASELINES]
    return tuple(m for m in asked if "random_state" in create(m, **config.settings.get(m, {})).get_params())


def repeats(config: FitConfig) -> Iterator[FitConfig]:
    """The config with one seed, then what another seed changes once for each of them."""
    yield replace(config, seeds=1)
    changed = seeded(config)
    settings = {m: s for m, s in config.settings.items() if m in (*changed, *FITTED_BASELINES)}
    for k in range(1, config.seeds if changed else 1):
        yield replace(
            config, models=changed, settings=settings, seeds=1, random_state=config.random_state + k
        )


def named(predictions: pd.DataFrame, config: FitConfig) -> pd.DataFrame:
    """Each model that draws random numbers under its name and seed."""
    names = {m: f"{m}{SEED_SIGN}{config.random_state}" for m in seeded(config)}
    return predictions.assign(model=predictions["model"].replace(names))
