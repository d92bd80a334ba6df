"""SIGNALS with their outcomes, held against the promises of their models night by night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.evaluation.significance.anytime import capital
from signalcli.io.formatting import format_dates
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.watch.measures import MEASURES, in_unit, observe, thin
from signalcli.serving.watch.promise import Promise, promises
from signalcli.serving.watch.state import STATES, State, Term, Watch

COLUMNS = ["symbol", "model", "state", "measure", "nights", "value", "promised", "evidence", "alarm_at"]
WATCH = 5.0  # the state is watch from this part of the evidence of an alarm on


class Watched(NamedTuple):
    """A row for each symbol, model and measure in the columns `COLUMNS`, and what is remembered."""

    table: pd.DataFrame
    watches: dict[str, Watch]


def watch(bundles: Sequence[Bundle], returns: pd.DataFrame, known: Mapping[str, Watch]) -> Watched:
    """Judge all signals behind the training of their models.

    Parameters
    ----------
    bundles : sequence of Bundle
        The models that gave the signals.
    returns : DataFrame
        RETURNS of the signals, with their outcomes.
    known : mapping
        What was remembered, by ``symbol model``.

    Notes
    -----
    ``evidence`` is the capital of a gambler who bets against the promise (`capital`). An alarm is a capital
    that ever reached ``alarm_at``, which happens with a probability of at most 5 % for all symbols and models
    together if they keep their promises, however often it is looked at. Signals that an earlier model gave
    are judged by the promise of that model. Another model after an alarm begins anew.
    """
    judged = list(_by_symbol(bundles, returns))
    rows: list[dict[str, Any]] = []
    watches = dict(known)
    for bundle, symbol, own in judged:
        key = f"{symbol} {bundle.manifest.model}"
        before = _with_term(watches.get(key, Watch()), bundle, symbol)
        measured = list(_measure(before, own, bundle.manifest.config.horizon, len(judged)))
        watches[key] = after = _judge(key, watches.get(key, Watch()), before, own, measured)
        name = {"symbol": symbol, "model": bundle.manifest.model, "state": after.state}
        rows += [name | row for row in measured]
    return Watched(pd.DataFrame(rows, columns=COLUMNS).astype({"nights": "int64"}), watches)


def _by_symbol(
    bundles: Sequence[Bundle], returns: pd.DataFrame
) -> Iterator[tuple[Bundle, str, pd.DataFrame]]:
    """RETURNS of each model on each of its symbols, without the rows that are not judged."""
    for bundle in bundles:
        mine = returns[returns["model"] == bundle.manifest.model]
        for symbol, rows in mine.groupby("symbol", sort=True):
            if bundle.manifest.symbol in {None, symbol}:
                numbered = rows.assign(bar=np.arange(len(rows)), day=format_dates(rows["date"]))
                yield bundle, str(symbol), numbered[rows["direction"].notna() & rows["p_up"].notna()]


def _with_term(before: Watch, bundle: Bundle, symbol: str) -> Watch:
    """The watch with the promises of the model in use now, from the end of its training on."""
    manifest = bundle.manifest
    if before.terms and before.terms[-1].data_sha256 == manifest.data_sha256:
        return before
    since = max(manifest.trained["known"], before.last)
    term = Term(since, manifest.data_sha256, promises(bundle, symbol))
    if before.state == "alarm":
        return Watch(last=before.last, terms=[term], pending=before.pending)
    return replace(before, terms=[*before.terms, term])


def _measure(watch: Watch, rows: pd.DataFrame, horizon: int, models: int) -> Iterator[dict[str, Any]]:
    """A row for each measure that a model in use has promised."""
    for name, measure in MEASURES.items():
        parts = [
            (_observations(own, name, horizon if measure.overlaps else 1, promise), promise)
            for promise, own in _terms(watch, rows, name)
        ]
        if not parts:
            continue
        x = np.concatenate([observed for observed, _ in parts])
        low, stake = (
            np.concatenate([np.full(len(o), getattr(p, f)) for o, p in parts]) for f in ("low", "stake")
        )
        grown = capital(x, low, stake)
        last = parts[-1][1]
        yield {
            "measure": name,
            "nights": len(x),
            "value": in_unit(name, float(x.mean()) * last.scale) if len(x) else np.nan,
            "promised": in_unit(name, last.mean),
            "evidence": max(float(grown.max(initial=1.0)), watch.peaks.get(name, 1.0)),
            "alarm_at": models / measure.alpha,
        }


def _terms(watch: Watch, rows: pd.DataFrame, measure: str) -> Iterator[tuple[Promise, pd.DataFrame]]:
    """Promise and rows of each model in the course of time; a date belongs to the last term before it."""
    starts = [term.since for term in watch.terms]
    of_row = np.searchsorted(np.array(starts, dtype="str"), rows["day"].to_numpy("str"), side="right") - 1
    for place, term in enumerate(watch.terms):
        if measure in term.promises:
            yield term.promises[measure], rows[of_row == place]


def _observations(rows: pd.DataFrame, measure: str, horizon: int, promise: Promise) -> np.ndarray:
    values = observe(thin(rows, horizon), measure) / promise.scale
    return np.clip(values[np.isfinite(values)], -1.0, 1.0)


def _judge(
    key: str, known: Watch, before: Watch, rows: pd.DataFrame, measured: list[dict[str, Any]]
) -> Watch:
    """The watch after tonight; a change of state is a message to send."""
    worst = max(measured, key=lambda row: row["evidence"] / row["alarm_at"], default=None)
    state = _worse(before.state, "ok" if worst is None else _state(worst))
    cause = before.cause if worst is None or state == before.state else _cause(worst)
    last = max(before.last, str(rows["day"].max()) if len(rows) else "")
    pending = before.pending
    if state != known.state:
        reason = cause if state != "ok" else "another model was saved"
        pending = [*pending, f"{key}: {state} (was {known.state}): {reason}"]
    peaks = {row["measure"]: row["evidence"] for row in measured}
    return Watch(state, last, cause, before.terms, before.peaks | peaks, pending)


def _state(row: dict[str, Any]) -> State:
    share = row["evidence"] / row["alarm_at"]
    return "alarm" if share >= 1.0 else "watch" if share >= 1.0 / WATCH else "ok"


def _worse(one: State, other: State) -> State:
    return max(one, other, key=STATES.index)


def _cause(row: dict[str, Any]) -> str:
    live = f"{row['measure']} {row['value']:.3g} in {row['nights']} nights"
    evidence = f"evidence {row['evidence']:.3g} of {row['alarm_at']:.3g}"
    return f"{live}; promised {row['promised']:.3g}; {evidence}"
