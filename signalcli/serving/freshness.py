"""Decide whether a run may reuse a saved model or has to fit it again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from signalcli.config.run import RunConfig
from signalcli.errors import ConfigError, NoInputError
from signalcli.models.registry import is_own, nest_member_settings, parameters
from signalcli.serving.bundle.load import Bundle, load_all


class Reuse(NamedTuple):
    """The models that a run may reuse, or why it has to fit again."""

    bundles: list[Bundle]
    reason: str = ""


def reusable_models(
    folder: Path,
    bars: pd.DataFrame,
    config: RunConfig,
    max_age: dt.timedelta,
    trust: tuple[str, ...] = (),
) -> Reuse:
    """The models saved in a folder if all of them may be reused by a run with this config, otherwise why not.

    They must be sound, have the same settings and symbols, and have been fitted on labels that were known at
    most ``max_age`` before the newest bar. Models of one's own may run the code in ``trust``.
    """
    try:
        bundles = load_all(folder, trust)
    except (ConfigError, NoInputError) as error:
        return Reuse([], error.message)
    reason = _obstacle(bundles, bars, config, max_age)
    return Reuse([] if reason else bundles, reason)


def _obstacle(bundles: list[Bundle], bars: pd.DataFrame, config: RunConfig, max_age: dt.timedelta) -> str:
    """Why models cannot be reused; empty if they can."""
    newest = bars["date"].max().to_pydatetime()
    if {b.manifest.symbol for b in bundles} != ({None} if config.fit.pooled else set(bars["symbol"])):
        return "other symbols"
    if not all(_has_settings(b, config) for b in bundles):
        return "other settings"
    age = max(newest - b.manifest.last_label_date for b in bundles)
    return f"labels {age.days} days before the newest bar" if age > max_age else ""


def _has_settings(bundle: Bundle, config: RunConfig) -> bool:
    """Whether the model was fitted with the settings of the config."""
    manifest, fit = bundle.manifest, config.fit
    thresholds = {"threshold": config.rule.threshold, "long_only": config.rule.long_only}
    return (
        fit.models == (manifest.model,)
        and manifest.config == config.features
        and manifest.seed == fit.random_state
        and manifest.calibration == fit.calibrate
        and (manifest.coverage or {}).get("wanted") == fit.coverage
        and manifest.thresholds == thresholds
        and all(manifest.parameters.get(k) == v for k, v in _arguments(manifest.model, config).items())
    )


def _arguments(model: str, config: RunConfig) -> dict[str, Any]:
    """Arguments of a new fit as JSON has them, without those that depend on the table."""
    if is_own(model):
        return {"settings": json.loads(json.dumps(config.fit.settings.get(model) or None))}
    defaults = {p.name: p.default for p in parameters(model)}
    arguments = defaults | nest_member_settings(config.fit.settings.get(model, {}))
    return dict(json.loads(json.dumps(arguments)))
