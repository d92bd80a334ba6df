"""Whether a new fit may replace the saved model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.config.saving import Promote
from signalcli.evaluation.significance.normal import cdf
from signalcli.evaluation.significance.paired import diebold_mariano
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.promotion.losses import by_date, common_rows, log_losses, predicted

ALPHA = 0.05  # probability of a wrong "better" or "worse"
CONTRADICTION = 0.01  # of a wrong "the newest rows contradict the older ones"
ONE_CLASS = 0.95  # share of rows with the same prediction, from which on a model has collapsed
FEWEST = 30  # dates without which no model is better
TARGET = ("label", "dead_zone", "dead_zone_unit", "barriers", "horizon", "label_from")


@dataclass(frozen=True)
class Contestant:
    """A model at the gate: its manifest, and its out-of-sample rows (`losses.known_rows`)."""

    manifest: Manifest
    rows: pd.DataFrame


@dataclass(frozen=True)
class Decision:
    """Whether the new model is taken, and why; the losses of both and the p-value of the test, if any.

    ``p_value`` is one-sided: that the new model is better with `if-better`, else that it is worse.
    """

    promoted: bool
    reason: str
    dates: int = 0
    champion_loss: float | None = None
    challenger_loss: float | None = None
    p_value: float | None = None


def decide(
    champion: Contestant, challenger: Contestant, mode: Promote, fault: str, fitted: np.ndarray
) -> Decision:
    """Compare a new fit with the saved model.

    Parameters
    ----------
    champion, challenger : Contestant
        The saved model and the new one.
    mode : str
        ``always`` takes every new model, ``if-not-worse`` one whose loss is not significantly larger,
        ``if-better`` one whose loss is significantly smaller.
    fault : str
        Of the newest bars (`newest_bars.fault_of_newest`).
    fitted : ndarray
        Directions that the new model, fitted on all rows, predicts for the newest of them.

    Notes
    -----
    Losses are log losses, averaged by date; the test is that of Diebold and Mariano. A model that predicts
    one direction on more than 95 % of the rows is not taken in the place of one that does not, and neither is
    one whose newest rows contradict the older ones, unless it is better.
    """
    if mode == "always":
        return Decision(True, "--promote always")
    obstacle = fault or _other_target(champion.manifest, challenger.manifest)
    obstacle = obstacle or _older(champion.manifest, challenger.manifest)
    if obstacle:
        return Decision(False, obstacle)
    return _compare(champion, challenger, mode, fitted)


def _compare(champion: Contestant, challenger: Contestant, mode: Promote, fitted: np.ndarray) -> Decision:
    one, other = common_rows(champion.rows, challenger.rows)
    horizon = challenger.manifest.config.horizon
    losses = by_date(one, log_losses(one)), by_date(other, log_losses(other))
    worse, better = (_p_smaller(*pair, horizon) for pair in (losses, losses[::-1]))
    before, after = (float(loss.mean()) if len(loss) else None for loss in losses)
    wanted = better if mode == "if-better" else worse
    p_value = None if math.isnan(wanted) else wanted
    reason = _collapse(one, other, fitted)
    if not reason and not better < ALPHA:
        reason = _contradiction(champion.manifest, challenger, horizon)
    if not reason:
        reason = _verdict(mode, better, worse, len(losses[0]))
    return Decision(not reason, reason or _taken(mode), len(losses[0]), before, after, p_value)


def _p_smaller(loss: np.ndarray, other: np.ndarray, horizon: int) -> float:
    """p-value of the first loss being smaller; NaN of fewer than two dates."""
    return diebold_mariano(loss, other, horizon).p_value if len(loss) > 1 else math.nan


def _verdict(mode: Promote, better: float, worse: float, dates: int) -> str:
    """Why the test speaks against the new model; empty if it does not."""
    if mode == "if-better":
        if dates < FEWEST:
            return f"only {dates} dates are out of sample for both"
        return "" if better < ALPHA else f"not better on {dates} dates (p = {better:.2g})"
    return f"worse on {dates} dates (p = {worse:.2g})" if worse < ALPHA else ""


def _taken(mode: Promote) -> str:
    return "better" if mode == "if-better" else "not worse"


def _other_target(champion: Manifest, challenger: Manifest) -> str:
    """Models of different targets cannot be compared."""
    if champion.classes != challenger.classes or champion.label != challenger.label:
        return "it predicts another target"
    names = [n for n in TARGET if champion.features.get(n) != challenger.features.get(n)]
    return f"it predicts another target ({names[0]})" if names and champion.label is not None else ""


def _older(champion: Manifest, challenger: Manifest) -> str:
    if challenger.last_label_date >= champion.last_label_date:
        return ""
    own, saved = challenger.last_label_date, champion.last_label_date
    return f"its labels end at {own:%Y-%m-%d}, those of the saved model at {saved:%Y-%m-%d}"


def _collapse(one: pd.DataFrame, other: pd.DataFrame, fitted: np.ndarray) -> str:
    """A new model that says one direction only, where the saved one does not."""
    if len(one) and _one_class(predicted(one)):
        return ""
    share = ONE_CLASS * 100
    if len(other) >= FEWEST and _one_class(predicted(other)):
        return f"it predicts one direction on more than {share:.0f} % of {len(other)} rows"
    if len(one) and len(fitted) >= FEWEST and _one_class(fitted):
        newest = f"{share:.0f} % of the newest {len(fitted)} rows"
        return f"fitted on all rows, it predicts one direction on more than {newest}"
    return ""


def _one_class(directions: np.ndarray) -> bool:
    _, counts = np.unique(directions, return_counts=True)
    return bool(counts.max(initial=0) > ONE_CLASS * len(directions))


def _contradiction(champion: Manifest, challenger: Contestant, horizon: int) -> str:
    """Rows that are new since the saved model and worse predicted than the older ones, beyond chance.

    The data may be broken, or the market has changed; in neither case a fit on these rows is trusted unseen.
    """
    new = (challenger.rows["date"] >= champion.last_label_date).to_numpy()
    losses = log_losses(challenger.rows)
    fresh, old = (by_date(challenger.rows[part], losses[part]) for part in (new, ~new))
    if min(len(fresh), len(old)) < 5:
        return ""
    variance = horizon * (fresh.var(ddof=1) / len(fresh) + old.var(ddof=1) / len(old))
    if not variance > 0:
        return ""
    p_value = 1.0 - cdf(float((fresh.mean() - old.mean()) / np.sqrt(variance)))
    if p_value >= CONTRADICTION:
        return ""
    return f"the newest {len(fresh)} dates are predicted worse than the {len(old)} before (p = {p_value:.2g})"
