"""Reproduction of a run from the ledger: the first stage whose bytes differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from signalcli.tracking.entries import make_entries
from signalcli.tracking.fingerprints import STAGES, hash_inputs
from signalcli.tracking.recipe import Recipe, json_object
from signalcli.training.progress import Progress
from signalcli.training.select import select_features
from signalcli.training.walk_forward import walk_forward

Fit = tuple[str, str, int]  # symbol, model, number of the path
Hashes = dict[Fit, dict[str, str]]


def rerun(
    entries: list[dict[str, Any]],
    features: pd.DataFrame,
    recipe: Recipe,
    progress: Progress | None = None,
    jobs: int = 1,
) -> list[dict[str, Any]]:
    """One row a stage, up to the first that differs: stage, fits, different, first (the first such fit).

    ``entries`` are the ledger's entries of the run, ``features`` the input of the reproduction. Nothing is
    fitted when bars, features or folds differ.
    """
    expected = _by_fit((entry["symbol"], entry["model"], entry["stages"]) for entry in entries)
    inputs = hash_inputs(features, recipe)
    rows = _compare(expected, {fit: inputs.get(fit[0], {}) for fit in expected}, STAGES[:3])
    if rows[-1]["different"]:
        return rows
    features, _ = select_features(features, recipe.fit)
    predictions = walk_forward(features, recipe.fit, recipe.folds, progress, jobs)
    reproduced = make_entries(features, predictions, recipe, "", "")
    actual = _by_fit((entry.symbol, entry.model, entry.stages) for entry in reproduced)
    return rows + _compare(expected, actual, STAGES[3:])


def _by_fit(entries: Iterable[tuple[str, str, str | None]]) -> Hashes:
    """Hashes of the stages by fit; the paths of a model are numbered in their order."""
    hashes: Hashes = {}
    paths: Counter[tuple[str, str]] = Counter()
    for symbol, model, stages in entries:
        paths[symbol, model] += 1
        hashes[symbol, model, paths[symbol, model]] = json_object(stages)
    return hashes


def _compare(expected: Hashes, actual: Hashes, stages: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = []
    for stage in stages:
        different = [
            fit
            for fit, hashes in expected.items()
            if stage not in hashes or actual.get(fit, {}).get(stage) != hashes[stage]
        ]
        first = " ".join(different[0][:2]) if different else None
        rows.append({"stage": stage, "fits": len(expected), "different": len(different), "first": first})
        if different:
            break
    return rows
