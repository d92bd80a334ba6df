"""Trials of a search as trials of the ledger, and the tuned predictions as one more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.research.tuning.fits import with_parameters
from signalcli.research.tuning.search import Search, name_of
from signalcli.research.tuning.trial import Trial
from signalcli.research.tuning.tune import Tuned, Tuning
from signalcli.tracking.entries import FitRecord, Tried, join_records, make_record, record_of_trials
from signalcli.tracking.luck import expected_best, join
from signalcli.tracking.recipe import Recipe
from signalcli.training.plan import EVERY_SYMBOL


def ledger_record(features: pd.DataFrame, tuned: Tuned, tuning: Tuning, run: str, made_at: str) -> FitRecord:
    """Entries of the tuned predictions, the baselines, and every configuration that was tried.

    A configuration counts once for each symbol, however many outer folds tried it; it is scored on the inner
    test rows of the latest search in which it was.
    """
    settings = {model: {d.name: str(d) for d in space} for model, space in tuning.space.items()}
    merged = {
        m: {**tuning.fit.settings.get(m, {}), **settings.get(m, {})}
        for m in {*tuning.fit.settings, *settings}
    }
    fit = replace(tuning.fit, models=tuple(tuning.space), settings=merged)
    recipe = Recipe(fit, tuning.folds, rule=tuning.rule, search=asdict(tuning.config))
    outer = make_record(features, tuned.predictions, recipe, run, made_at)
    inner = Recipe(replace(tuning.fit, models=tuple(tuning.space)), tuned.inner, rule=tuning.rule)
    return join_records(outer, record_of_trials(features, _tried(tuned, inner), inner, run, made_at))


def trials_of_record(record: FitRecord) -> dict[str, Trials]:
    """The trials of one record by symbol, counted as the ledger counts them."""
    found = {}
    for symbol in dict.fromkeys(entry.symbol for entry in record.entries):
        own = {e.config_hash: e for e in record.entries if e.symbol == symbol and not e.baseline}
        sharpes = [entry.sharpe for entry in own.values() if entry.sharpe is not None]
        variance = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0
        luck = expected_best(join([record.datasets[e.data_hash].luck for e in own.values()]))
        found[symbol] = Trials(len(own), variance, luck)
    return found


def with_every_symbol(trials: dict[str, Trials], predictions: pd.DataFrame) -> dict[str, Trials]:
    """The trials by symbol; symbols that share a model have those of the one with the highest benchmark."""
    rows = max(predictions["date"].nunique(), 2)
    return trials | {EVERY_SYMBOL: max(trials.values(), key=lambda one: one.benchmark(rows))}


def _tried(tuned: Tuned, recipe: Recipe) -> Iterator[Tried]:
    """Every configuration of each symbol, with the predictions of its latest search."""
    latest: dict[tuple[int, str, str], tuple[Search, Trial]] = {}
    for search in [*tuned.searches, *tuned.whole]:
        for trial in search.trials:
            for group, _ in search.parts if trial.p else ():
                latest[group, search.model, repr(trial.parameters)] = search, trial
    for search, trials in _by_search(latest):
        predictions = search.predictions(trials)
        for trial in trials:
            own = predictions[predictions["model"] == name_of(trial)].assign(model=search.model)
            config = with_parameters(recipe.fit, search.model, trial.parameters)
            yield Tried(config, own)


def _by_search(latest: dict[Any, tuple[Search, Trial]]) -> Iterator[tuple[Search, list[Trial]]]:
    found: dict[int, tuple[Search, dict[int, Trial]]] = {}
    for search, trial in latest.values():
        found.setdefault(id(search), (search, {}))[1][trial.number] = trial
    for search, trials in found.values():
        yield search, [trials[number] for number in sorted(trials)]
