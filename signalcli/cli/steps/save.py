"""What ``fit --save`` and ``run --save`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import NOTES
from signalcli.config.checks import require
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.describe import Origin


def refuse_save(folder: str | None, config: FitConfig) -> None:
    """Refuse what could not be saved, before anything is fitted."""
    if folder is not None:
        from signalcli.serving.onnx.supported import refuse_unsaved

        require(len(config.models) == 1, "--save", folder, "with one --model, not more")
        refuse_unsaved(config)


def save_fits(
    folder: str, features: pd.DataFrame, config: FitConfig, folds: FoldConfig, origin: Origin
) -> None:
    """Fit the one model on all resolved rows, and write it."""
    from signalcli.serving.bundle.load import load
    from signalcli.serving.bundle.save import save
    from signalcli.training.walk_forward import refit

    for place in save(list(refit(features, config, folds)), features, Path(folder), origin):
        own = load(place).manifest.own_columns
        NOTES.note(f"{place}: model written")
        if own:
            NOTES.warn(
                f"{place}: reads {own[0]} ({len(own)} such columns), which bars alone do not give; "
                "pipe FEATURES into predict, or say with --spec what made them"
            )
