"""Where predictions come from: the fits in the ledger that made them, trials, and opened hold-outs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.tracking.entries import library_versions
from signalcli.tracking.fingerprints import hash_bars, hash_predictions
from signalcli.tracking.ledger import Entry, read_fits, read_openings
from signalcli.tracking.recipe import Recipe, from_text, json_object
from signalcli.tracking.trials import read_trials, tested_bars


@dataclass(frozen=True)
class Provenance:
    """What the ledger knows of PREDICTIONS.

    Parameters
    ----------
    data : dict of str to str
        Hash of the tested bars, by symbol.
    trials : dict of str to Trials
        Configurations tried on the symbol's data; empty without a ledger.
    openings : dict of str to tuple of str
        When, as ISO 8601, a hold-out of the symbol's data was opened, and its first date.
    fits : tuple of Entry
        The fits that made the predictions, each model and symbol once.
    versions : dict of str to str
        Versions at the time of the fit, or of this program where that is not known.
    """

    data: dict[str, str]
    trials: dict[str, Trials]
    openings: dict[str, tuple[str, ...]]
    fits: tuple[Entry, ...]
    versions: dict[str, str]

    @property
    def recipes(self) -> list[Recipe]:
        """The different recipes of the fits, in the order of the fits."""
        return [from_text(text) for text in dict.fromkeys(str(fit.recipe) for fit in self.fits)]


def provenance(file: Path | None, predictions: pd.DataFrame) -> Provenance:
    """Return what the ledger ``file`` knows of PREDICTIONS. Raises NoInputError."""
    data = hash_bars(predictions)
    trials = {bars.symbol: read_trials(file, bars.test_hash, bars) for bars in tested_bars(predictions)}
    openings = {symbol: read_openings(file, tested) for symbol, tested in data.items()}
    fits = _fits_of(file, predictions, data)
    return Provenance(
        data,
        {symbol: count for symbol, count in trials.items() if count is not None},
        {symbol: times for symbol, times in openings.items() if times},
        fits,
        json_object(fits[0].versions) if fits else library_versions(),
    )


def _fits_of(file: Path | None, predictions: pd.DataFrame, data: dict[str, str]) -> tuple[Entry, ...]:
    """The latest fit with the same predictions, of each symbol and model."""
    known = {
        (e.symbol, e.model, json_object(e.stages).get("predictions")): e
        for tested in data.values()
        for e in read_fits(file, tested)
    }
    hashes = hash_predictions(predictions).items()
    found = (known.get((str(key[0]), str(key[1]), digest)) for key, digest in hashes)
    return tuple({(e.symbol, e.model): e for e in found if e is not None}.values())


def flat_settings(recipe: Recipe) -> dict[str, tuple[Any, Any]]:
    """Settings of a recipe by ``section.name``, each with its value and its default."""
    plain = Recipe(type(recipe.fit)(), type(recipe.folds)(), FeatureConfig(), FetchConfig())
    defaults = _flatten(asdict(plain))
    return {name: (value, defaults.get(name)) for name, value in _flatten(asdict(recipe)).items()}


def _flatten(tree: dict[str, Any]) -> dict[str, Any]:
    return {
        (name if not isinstance(value, dict) else f"{name}.{key}"): inner
        for name, value in tree.items()
        for key, inner in (value.items() if isinstance(value, dict) else [("", value)])
    }
