"""Saving the fitted model: what ``fit --save`` and ``run --save`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.conflicts import refuse_conflicts
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.saving import SaveConfig

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.describe import Origin


def check_can_save(folder: str | None, config: FitConfig) -> None:
    """Raise UsageError, before anything is fitted, for what cannot be saved."""
    if folder is not None:
        from signalcli.serving.onnx.supported import refuse_unsupported

        refuse_conflicts(SaveConfig(save=folder), config)
        refuse_unsupported(config)


def save_refit(
    folder: str, features: pd.DataFrame, config: FitConfig, folds: FoldConfig, origin: Origin
) -> None:
    """Fit the one model on all rows with a known label, and save it."""
    from signalcli.serving.bundle.save import save
    from signalcli.training.refit import refit

    for place, manifest in save(list(refit(features, config, folds)), features, Path(folder), origin):
        own = [name for name in manifest.own_columns if not manifest.config.takes(name)]
        console.note(f"{place}: model saved")
        if own:
            console.warn(
                f"{place}: reads {own[0]} ({len(own)} such columns), which cannot be computed from bars; "
                "pipe FEATURES into predict, or name the feature config with --spec"
            )
