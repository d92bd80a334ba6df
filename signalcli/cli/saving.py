"""What ``fit --save`` and ``run --save`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.notes import NOTES
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.specs.require import require

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.bundle.describe import Origin


def refuse_save(folder: str | None, spec: FitSpec) -> None:
    """Refuse what could not be saved, before anything is fitted."""
    if folder is not None:
        from signalcli.bundle.unsaved import refuse_unsaved

        require(len(spec.models) == 1, "--save", folder, "with one --model, not more")
        refuse_unsaved(spec)


def save_fits(folder: str, features: pd.DataFrame, spec: FitSpec, folds: FoldSpec, origin: Origin) -> None:
    """Fit the one model on all resolved rows, and write it."""
    from signalcli.bundle.load import load
    from signalcli.bundle.save import save
    from signalcli.walkforward import refit

    for place in save(list(refit(features, spec, folds)), features, Path(folder), origin):
        own = load(place).manifest.own_columns
        NOTES.note(f"{place}: model written")
        if own:
            NOTES.warn(
                f"{place}: reads {own[0]} ({len(own)} such columns), which bars alone do not give; "
                "pipe FEATURES into predict, or say with --spec what made them"
            )
