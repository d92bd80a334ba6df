"""A run of the ledger done again: which stage is the first whose bytes differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from signalcli.tracking.entries import trial_entries
from signalcli.tracking.fingerprints import STAGES, before_fitting
from signalcli.tracking.recipe import Recipe
from signalcli.training.progress import Progress
from signalcli.training.walk_forward import walk_forward

if TYPE_CHECKING:
    import pandas as pd

Fit = tuple[str, str, int]  # symbol, model, and which path


def rerun(
    kept: list[dict[str, Any]],
    features: pd.DataFrame,
    recipe: Recipe,
    progress: Progress | None = None,
    jobs: int = 1,
) -> list[dict[str, Any]]:
    """One row a stage, up to the first that differs: stage, fits, different, first (the first that differs).

    ``kept`` are the ledger's entries of the run, ``features`` what it is done again from. Nothing is fitted
    when the data or the folds are other ones already.
    """
    expected = _by_fit((entry["symbol"], entry["model"], entry["stages"]) for entry in kept)
    data = before_fitting(features, recipe)
    rows = _compared(expected, {fit: data.get(fit[0], {}) for fit in expected}, STAGES[:3])
    if rows[-1]["different"]:
        return rows
    predictions = walk_forward(features, recipe.fit, recipe.folds, progress, jobs)
    again = trial_entries(features, predictions, recipe, "", "")
    found = _by_fit((entry.symbol, entry.model, entry.stages) for entry in again)
    return rows + _compared(expected, found, STAGES[3:])


def _by_fit(kept: Iterable[tuple[str, str, str | None]]) -> dict[Fit, dict[str, str]]:
    """Hashes of the stages by fit; the paths of a model are numbered as they stand."""
    found: dict[Fit, dict[str, str]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for symbol, model, stages in kept:
        seen[symbol, model] += 1
        found[symbol, model, seen[symbol, model]] = json.loads(stages or "{}")
    return found


def _compared(
    expected: dict[Fit, dict[str, str]], found: dict[Fit, dict[str, str]], stages: tuple[str, ...]
) -> list[dict[str, Any]]:
    rows = []
    for stage in stages:
        apart = [fit for fit, kept in expected.items() if found.get(fit, {}).get(stage) != kept[stage]]
        first = " ".join(apart[0][:2]) if apart else None
        rows.append({"stage": stage, "fits": len(expected), "different": len(apart), "first": first})
        if apart:
            break
    return rows
