"""Save new fits through the gate, and put a model back that was replaced."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.saving import Promote
from signalcli.errors import ConfigError, NoInputError, SignalcliError, printable
from signalcli.io.folders import DamagedError, replace_folder
from signalcli.io.user_code import UNNAMED
from signalcli.serving.bundle.describe import Origin, walk_forward_predictions
from signalcli.serving.bundle.load import Bundle, load, load_all, verify_files
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.bundle.manifest_schema import (
    ESTIMATORS,
    HISTORY,
    LIMITS,
    MANIFEST,
    PREVIOUS,
    WALK_FORWARD,
)
from signalcli.serving.bundle.save import make_bundle, places_of
from signalcli.serving.promotion.gate import Contestant, Decision, decide
from signalcli.serving.promotion.history import Kept, pack, read_kept, to_csv, to_lines, unpack
from signalcli.serving.promotion.losses import NO_ROWS, known_rows, live_rows
from signalcli.serving.promotion.newest_bars import fault_of_newest
from signalcli.training.arrays import matrix
from signalcli.training.refit import Refit

NEWEST = 250  # training rows on which a new fit must not say one direction only


class Outcome(NamedTuple):
    """A folder, the manifest of the new model, and the decision; None without a model there before."""

    place: Path
    manifest: Manifest
    decision: Decision | None

    @property
    def taken(self) -> bool:
        """Whether the folder holds the new model now."""
        return self.decision is None or self.decision.promoted


class Gate(NamedTuple):
    """When a new model is taken, the time, rows that the reader left out, trusted plug-ins and own models."""

    mode: Promote
    now: dt.datetime
    dropped: pd.DataFrame | None = None
    plugins: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()


def save_through_gate(
    fits: list[Refit], features: pd.DataFrame, folder: Path, origin: Origin, gate: Gate
) -> list[Outcome]:
    """Write each fit as a bundle, where the gate takes it.

    A folder without a sound model takes every fit. All decisions are made before the first folder is
    replaced, each atomically. Raises UsageError for a model that cannot be saved, before anything is written.
    """
    outcomes, contents = [], []
    for place, fit in zip(places_of(fits, folder), fits, strict=True):
        manifest, files = make_bundle(fit, features, origin)
        run_already = (manifest.own or {}).get("types", [])
        kept, champion = read_kept(place), _load(place, (*gate.trust, *run_already))
        challenger = Contestant(manifest, _walk_forward(fit, origin))
        decision = None if champion is None else _decide(champion, kept, challenger, fit, features, gate)
        outcomes.append(Outcome(place, manifest, decision))
        contents.append(files | _beside(champion, kept, challenger, decision, gate))
    for outcome, files in zip(outcomes, contents, strict=True):
        if outcome.taken:
            replace_folder(outcome.place, files, MANIFEST)
    return outcomes


def _walk_forward(fit: Refit, origin: Origin) -> pd.DataFrame:
    """Out-of-sample rows of a new model, with its net returns; empty without a walk-forward."""
    predictions = walk_forward_predictions(fit, origin)
    if predictions is None:
        return NO_ROWS
    returns = backtest(predictions, origin.rule)
    return known_rows(returns[returns["model"].isin(predictions["model"].unique())])


def _load(place: Path, trust: tuple[str, ...]) -> Bundle | None:
    """The sound model in a folder, None where it is missing or damaged.

    Raises ConfigError for one of one's own whose code was not named, and NoInputError for one that is there
    and cannot be read.
    """
    try:
        return load(place, trust)
    except (ConfigError, NoInputError) as error:
        unread = isinstance(error, NoInputError) and os.path.lexists(place)
        if error.code == UNNAMED or unread:
            raise
        return None


def _decide(
    bundle: Bundle, kept: Kept, challenger: Contestant, fit: Refit, features: pd.DataFrame, gate: Gate
) -> Decision:
    rows = features if fit.symbol is None else features[features["symbol"] == fit.symbol]
    live = live_rows(bundle, rows, gate.plugins)
    parts = [part for part in (kept.walk_forward, live) if len(part)]
    champion = Contestant(bundle.manifest, pd.concat(parts, ignore_index=True) if parts else live)
    newest = matrix(fit.trained_on, fit.inputs)[-NEWEST:]
    fitted = fit.estimator.classes_[np.argmax(fit.estimator.predict_proba(newest), axis=1)]
    return decide(champion, challenger, gate.mode, fault_of_newest(rows, gate.dropped), fitted)


def _beside(
    champion: Bundle | None, kept: Kept, challenger: Contestant, decision: Decision | None, gate: Gate
) -> dict[str, bytes]:
    """What is kept beside a new model: its walk-forward, the model before it, and the history."""
    manifest = challenger.manifest
    line = _line("saved" if champion is None else "promoted", manifest, gate.now)
    line |= {} if decision is None else {"mode": gate.mode, **asdict(decision)}
    files = {WALK_FORWARD: to_csv(challenger.rows), HISTORY: to_lines([*kept.promotions, line])}
    return files if champion is None else files | {PREVIOUS: pack(kept)}


def _line(action: str, manifest: Manifest, now: dt.datetime) -> dict[str, Any]:
    return {
        "at": now.isoformat(timespec="seconds"),
        "action": action,
        "model": manifest.model,
        "data_sha256": manifest.data_sha256,
        "known": manifest.trained["known"],
    }


def rollback(folder: Path, now: dt.datetime, trust: tuple[str, ...] = ()) -> list[tuple[Path, Manifest]]:
    """Put back the model before, in a folder or each of its subfolders; returns folders and manifests.

    The model that is taken out is kept as the model before, so that a second rollback undoes the first.
    Raises NoInputError when no model is kept, and ConfigError when it is damaged, before anything is written.
    """
    places = [bundle.folder for bundle in load_all(folder, trust)]
    restored = [_restore(place, now) for place in places]
    found = [(place, files) for place, files in zip(places, restored, strict=True) if files]
    if not found:
        raise NoInputError("ROLLBACK-NONE", f"{printable(folder)}: no model before this one is kept there")
    for place, files in found:
        replace_folder(place, files, MANIFEST)
    return [(place, load(place, trust).manifest) for place, _ in found]


def _restore(place: Path, now: dt.datetime) -> dict[str, bytes]:
    """The contents of a folder after a rollback; nothing where no model is kept."""
    kept = read_kept(place)
    if PREVIOUS not in kept.files:
        return {}
    try:
        before = unpack(kept.files[PREVIOUS])
        of_model = {name: content for name, content in before.files.items() if name in {*LIMITS, *ESTIMATORS}}
        manifest, *_ = verify_files(of_model)
    except (DamagedError, SignalcliError) as error:
        raise ConfigError(
            "ROLLBACK", f"{printable(place)}: the model before cannot be restored: {error}"
        ) from error
    history = to_lines([*kept.promotions, _line("rolled back", manifest, now)])
    return before.files | {HISTORY: history, PREVIOUS: pack(kept)}
