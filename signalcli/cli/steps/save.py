"""Saving the fitted model: what ``fit --save`` and ``run --save`` share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.saving import Promote, SaveConfig
from signalcli.errors import CheckFailedError, count

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
    _tell_saved([outcome for outcome in outcomes if outcome.taken])
    if not saving.require_promotion and (text := _stays(outcomes)):
        console.warn(f"{saving.save}: {text}")
    return outcomes


def _tell_saved(outcomes: list[Outcome]) -> None:
    """Print which models were saved; one warning is about columns that bars do not give."""
    for saved in outcomes:
        reason = f" ({saved.decision.reason})" if saved.decision else ""
        console.note(f"{saved.place}: model saved{reason}")
    own = {saved.place: columns for saved in outcomes if (columns := _own_columns(saved))}
    if own:
        place, columns = next(iter(own.items()))
        more = f", and {count(len(own) - 1, 'other model')} too" if len(own) > 1 else ""
        console.warn(
            f"{place}: reads {columns[0]} ({count(len(columns), 'such column')}), which cannot be computed "
            f"from the bars of one symbol{more}; pipe FEATURES into predict, or name the feature config with "
            "--spec"
        )


def _own_columns(saved: Outcome) -> list[str]:
    """Columns that a model reads and that neither its recipe nor its bars give."""
    return [name for name in saved.manifest.own_columns if not saved.manifest.config.takes(name)]


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
