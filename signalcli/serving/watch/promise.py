"""What the walk-forward of a saved model promises, against which its signals are held."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.serving.bundle.load import Bundle
from signalcli.serving.promotion.history import read_kept
from signalcli.serving.watch.measures import CLIP, MEASURES, observe

ERRORS = 1.0  # standard errors by which a promise is lowered, because it is an estimate
LEAST = 0.05  # smallest worsening, from -1 to 1, that a bet looks for
FEWEST = 30  # rows without which nothing is promised


@dataclass(frozen=True)
class Promise:
    """A mean of a measure over the walk-forward.

    Parameters
    ----------
    mean : float
        In the unit of the measure.
    scale : float
        What an observation is divided by, so that it lies between -1 and 1.
    low : float
        The scaled mean, lowered by its error: the signals keep the promise if their mean is at least this.
    stake : float
        Bet against it (`signalcli.evaluation.significance.anytime.capital`).
    """

    mean: float
    scale: float
    low: float
    stake: float


def promises(bundle: Bundle, symbol: str) -> dict[str, Promise]:
    """The promises of a model for a symbol, by measure.

    They come from the rows of the walk-forward that the gate keeps beside the model; a model without these
    promises the hit rate of its manifest. Empty when it has none.
    """
    rows = read_kept(bundle.folder).walk_forward
    own = rows[rows["symbol"] == symbol]
    if len(own) >= FEWEST:
        return dict(promises_of_rows(own, bundle.manifest.config.horizon))
    scores = bundle.manifest.scores
    share, number = scores.get("hit_rate"), scores.get("rows")
    if share is None or number is None or number < FEWEST:
        return {}
    variance = max(1.0 - (2.0 * share - 1.0) ** 2, 1e-6)
    independent = number / bundle.manifest.config.horizon
    return {"hit_rate": _promise(2.0 * share - 1.0, variance, 1.0, independent, target=0.0)}


def promises_of_rows(rows: pd.DataFrame, horizon: int) -> Iterator[tuple[str, Promise]]:
    """Promises by measure, of the out-of-sample rows of one symbol (`measures.observe`)."""
    for name, measure in MEASURES.items():
        if name == "net_return" and name not in rows:
            continue
        values = observe(rows, name)
        values = values[np.isfinite(values)]
        scale = CLIP * float(values.std()) if name == "net_return" else 1.0
        if len(values) < FEWEST or not scale > 0:
            continue
        scaled = np.clip(values / scale, -1.0, 1.0)
        number = len(values) / (horizon if measure.overlaps else 1)
        target = 0.0 if name in {"hit_rate", "net_return"} else None
        yield name, _promise(float(scaled.mean()), float(scaled.var()), scale, number, target=target)


def _promise(mean: float, variance: float, scale: float, number: float, target: float | None) -> Promise:
    """A promise; a dead edge has the mean ``target``, None where any worsening counts."""
    variance = max(variance, 1e-6)
    low = max(mean - ERRORS * math.sqrt(variance / number), -0.99)
    least = LEAST * math.sqrt(variance)
    worsening = least if target is None else max(low - target, least)
    return Promise(mean * scale, scale, low, worsening / variance)
