"""One fit a seed: what several seeds are fitted with, and how they are told apart in PREDICTIONS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from signalcli.config.fit import FitSpec
from signalcli.models.registry import create
from signalcli.schemas import FITTED_BASELINES, SEED_SIGN

if TYPE_CHECKING:
    import pandas as pd


def seeded(spec: FitSpec) -> tuple[str, ...]:
    """The models asked for that a seed may change."""
    asked = [m for m in spec.models if m not in FITTED_BASELINES]
    return tuple(m for m in asked if "random_state" in create(m, **spec.settings.get(m, {})).get_params())


def repeats(spec: FitSpec) -> Iterator[FitSpec]:
    """The spec with one seed, then what another seed changes once for each of them."""
    yield replace(spec, seeds=1)
    changed = seeded(spec)
    settings = {m: s for m, s in spec.settings.items() if m in (*changed, *FITTED_BASELINES)}
    for k in range(1, spec.seeds if changed else 1):
        yield replace(spec, models=changed, settings=settings, seeds=1, random_state=spec.random_state + k)


def named(predictions: pd.DataFrame, spec: FitSpec) -> pd.DataFrame:
    """Each model that draws random numbers under its name and seed."""
    names = {m: f"{m}{SEED_SIGN}{spec.random_state}" for m in seeded(spec)}
    return predictions.assign(model=predictions["model"].replace(names))
