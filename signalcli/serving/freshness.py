"""A run that keeps a saved model: whether the one there will still do, or has to be fitted anew."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.config.run import RunConfig
from signalcli.errors import ConfigError, NoInputError
from signalcli.models.registry import gathered, parameters
from signalcli.serving.bundle.load import Bundle, load_all

if TYPE_CHECKING:
    import pandas as pd


def kept(folder: Path, bars: pd.DataFrame, config: RunConfig, span: dt.timedelta) -> list[Bundle]:
    """The saved models that a run with this config need not fit anew; none where any of them will not do.

    One will do when it is sound, was made with the same settings, is for the same symbols, and learnt from a
    label known at most ``span`` before the newest bar.
    """
    try:
        bundles = load_all(folder)
    except (ConfigError, NoInputError):
        return []
    symbols = {None} if config.fit.pooled else set(bars["symbol"])
    newest = bars["date"].max().to_pydatetime()
    same = {b.manifest.symbol for b in bundles} == symbols
    young = all(newest - b.manifest.known <= span for b in bundles)
    return bundles if same and young and all(_made_with(b, config) for b in bundles) else []


def _made_with(bundle: Bundle, config: RunConfig) -> bool:
    """Whether the settings are those that a new fit would have."""
    manifest, fit = bundle.manifest, config.fit
    (model,) = fit.models
    wanted = {"threshold": config.rule.threshold, "long_only": config.rule.long_only}
    return (
        manifest.model == model
        and manifest.config == config.features
        and manifest.seed == fit.random_state
        and manifest.calibration == fit.calibrate
        and (manifest.coverage or {}).get("wanted") == fit.coverage
        and manifest.thresholds == wanted
        and all(manifest.parameters.get(k) == v for k, v in _arguments(model, config).items())
    )


def _arguments(model: str, config: RunConfig) -> dict[str, Any]:
    """Every argument that a new fit would have, but those that the table decides; as JSON has them."""
    given = {p.name: p.default for p in parameters(model)} | gathered(config.fit.settings.get(model, {}))
    return dict(json.loads(json.dumps(given)))
