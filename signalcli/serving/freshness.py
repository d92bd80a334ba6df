"""Decide whether a run may reuse a saved model or has to fit it again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.config.run import RunConfig
from signalcli.errors import ConfigError, NoInputError
from signalcli.models.registry import nest_member_settings, parameters
from signalcli.serving.bundle.load import Bundle, load_all


def reusable_models(
    folder: Path, bars: pd.DataFrame, config: RunConfig, max_age: dt.timedelta
) -> list[Bundle]:
    """The models saved in a folder if all of them may be reused by a run with this config, otherwise none.

    They must be sound, have the same settings and symbols, and have been fitted on labels that were known at
    most ``max_age`` before the newest bar.
    """
    try:
        bundles = load_all(folder)
    except (ConfigError, NoInputError):
        return []
    symbols = {None} if config.fit.pooled else set(bars["symbol"])
    newest = bars["date"].max().to_pydatetime()
    same = {b.manifest.symbol for b in bundles} == symbols
    fresh = all(newest - b.manifest.last_label_date <= max_age for b in bundles)
    return bundles if same and fresh and all(_has_settings(b, config) for b in bundles) else []


def _has_settings(bundle: Bundle, config: RunConfig) -> bool:
    """Whether the model was fitted with the settings of the config."""
    manifest, fit = bundle.manifest, config.fit
    (model,) = fit.models
    thresholds = {"threshold": config.rule.threshold, "long_only": config.rule.long_only}
    return (
        manifest.model == model
        and manifest.config == config.features
        and manifest.seed == fit.random_state
        and manifest.calibration == fit.calibrate
        and (manifest.coverage or {}).get("wanted") == fit.coverage
        and manifest.thresholds == thresholds
        and all(manifest.parameters.get(k) == v for k, v in _arguments(model, config).items())
    )


def _arguments(model: str, config: RunConfig) -> dict[str, Any]:
    """Arguments of a new fit as JSON has them, without those that depend on the table."""
    defaults = {p.name: p.default for p in parameters(model)}
    arguments = defaults | nest_member_settings(config.fit.settings.get(model, {}))
    return dict(json.loads(json.dumps(arguments)))
