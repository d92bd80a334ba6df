"""Saving the fitted model: what ``fit --save`` and ``run --save`` share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.conflicts import refuse_conflicts
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.saving import Promote, SaveConfig
from signalcli.errors import CheckFailedError

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.describe import Origin
    from signalcli.serving.promotion.promote import Outcome


def check_can_save(folder: str | None, config: FitConfig) -> None:
    """Raise UsageError, before anything is fitted, for what cannot be saved."""
    if folder is not None:
        from signalcli.serving.bundle.supported import refuse_unsupported

        refuse_conflicts(SaveConfig(save=folder), config)
        refuse_unsupported(config)


def trusted(saving: SaveConfig, config: FitConfig) -> tuple[str, ...]:
    """Code that a saved model may run: that of the models to fit, and what ``--trust`` names."""
    return (*config.models, *saving.trust)


def save_refit(
    saving: SaveConfig,
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    origin: Origin,
    mode: Promote,
    dropped: pd.DataFrame | None = None,
    plugins: tuple[str, ...] = (),
) -> list[Outcome]:
    """Fit the one model on all rows with a known label, and save it where it may replace the model there."""
    from signalcli.serving.promotion.promote import Gate, save_through_gate
    from signalcli.training.refit import refit

    fits = list(refit(features, config, folds))
    gate = Gate(mode, dt.datetime.now(dt.UTC), dropped, plugins, trusted(saving, config))
    outcomes = save_through_gate(fits, features, Path(str(saving.save)), origin, gate)
    for outcome in outcomes:
        if outcome.taken:
            _tell_saved(outcome)
    if not saving.require_promotion and (text := _stays(outcomes)):
        console.warn(f"{saving.save}: {text}")
    return outcomes


def _tell_saved(outcome: Outcome) -> None:
    """Print that a model was saved, and warn of columns that bars do not give."""
    place, manifest = outcome.place, outcome.manifest
    own = [name for name in manifest.own_columns if not manifest.config.takes(name)]
    console.note(f"{place}: model saved" + (f" ({outcome.decision.reason})" if outcome.decision else ""))
    if own:
        console.warn(
            f"{place}: reads {own[0]} ({len(own)} such columns), which cannot be computed from bars; "
            "pipe FEATURES into predict, or name the feature config with --spec"
        )


def _stays(outcomes: list[Outcome]) -> str:
    """Return why saved models stay, in one line; empty if none does."""
    stay = [o for o in outcomes if not o.taken and o.decision is not None]
    if not stay:
        return ""
    reason = stay[0].decision.reason if stay[0].decision else ""
    if len(outcomes) == 1:
        return f"the saved model stays: {reason}; --promote always replaces it"
    return f"{len(stay)} of {len(outcomes)} saved models stay, such as {stay[0].place.name}: {reason}"


def check_promoted(saving: SaveConfig, outcomes: list[Outcome]) -> None:
    """Raise CheckFailedError with ``--require-promotion`` if a saved model stays."""
    if saving.require_promotion and (text := _stays(outcomes)):
        raise CheckFailedError("NOT-PROMOTED", f"{saving.save}: {text}")


def roll_back(saving: SaveConfig) -> None:
    """Put the model back that the saved one replaced."""
    from signalcli.serving.promotion.promote import rollback

    for place, manifest in rollback(Path(str(saving.save)), dt.datetime.now(dt.UTC), saving.trust):
        console.note(f"{place}: {manifest.model} with labels until {manifest.trained['known']} is back")
