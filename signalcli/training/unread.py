"""Settings of a fit that some of its models do not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.errors import shortened
from signalcli.models.meta.sample_weight import reads_weights
from signalcli.models.registry import create, resolve_members
from signalcli.schemas import FITTED_BASELINES, WEIGHT
from signalcli.training.seeds import seeded_models


def unread(features: pd.DataFrame, config: FitConfig) -> list[str]:
    """One line for several seeds, and one for sample weights, that models of a fit do not read."""
    models = [m for m in config.models if m not in FITTED_BASELINES]
    seeded = models if config.seeds == 1 else seeded_models(config)
    lines = []
    if once := [m for m in models if m not in seeded]:
        lines.append(f"--seeds {config.seeds}: fitted once, as no random number is drawn: {shortened(once)}")
    if WEIGHT in features and (without := _without_weights(models, config.settings)):
        lines.append(f"column {WEIGHT}: fitted without weights, which they do not read: {shortened(without)}")
    return lines


def _without_weights(models: list[str], settings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names of the models, or of members of ensembles, whose ``fit`` has no sample weights."""
    return [name for model in models for name in _weightless(model, settings.get(model, {}))]


def _weightless(model: str, settings: Mapping[str, Any]) -> list[str]:
    estimator = create(model, **settings)
    members = getattr(estimator, "members", None)
    if members is None:
        return [] if reads_weights(getattr(estimator, "unfitted", estimator)) else [model]
    own = estimator.settings or {}
    return [f"{model}.{name}" for m in resolve_members(members) for name in _weightless(m, own.get(m, {}))]
