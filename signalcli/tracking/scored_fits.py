"""The fits in RETURNS: what the ledger says of each one's results."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.classification import log_loss
from signalcli.evaluation.metrics.confusion import accuracy
from signalcli.evaluation.metrics.record import Record, records_of_returns
from signalcli.tracking.fingerprints import hash_json, hash_predictions
from signalcli.tracking.luck import draw


class ScoredFit(NamedTuple):
    """One model on one symbol (and one path).

    Parameters
    ----------
    symbol, model : str
        Of the fit; a model of several seeds has the seed in its name.
    scores : dict
        Number of rows, accuracy, log loss and Sharpe ratio per bar; None where one is undefined.
    predictions_hash : str
        Of all that was predicted.
    dates, net : ndarray
        Date and net return of each bar, (n_bars,).
    """

    symbol: str
    model: str
    scores: dict[str, Any]
    predictions_hash: str
    dates: np.ndarray
    net: np.ndarray

    @property
    def stages(self) -> dict[str, str]:
        """Hashes of the stages that follow the fit."""
        return {"predictions": self.predictions_hash, "scores": hash_json(self.scores)}

    @property
    def luck(self) -> np.ndarray:
        """Sharpe ratios that luck alone would give this fit; see `draw`."""
        return draw(self.dates, self.net)


def scored_fits(returns: pd.DataFrame) -> Iterator[ScoredFit]:
    """Every fit in RETURNS, by symbol and model (and path)."""
    hashes = hash_predictions(returns)
    for names, record in records_of_returns(returns):
        key = tuple(names.values())
        yield ScoredFit(str(key[0]), str(key[1]), _scores(record), hashes[key], record.dates, record.net)


def _scores(record: Record) -> dict[str, Any]:
    return {
        "rows": len(record.net),
        "accuracy": _none_for_nan(accuracy(record.confusion)),
        "log_loss": _none_for_nan(log_loss(record.y, record.p, record.classes)),
        "sharpe": _none_for_nan(record.moments[0]),
    }


def _none_for_nan(value: float) -> float | None:
    return None if math.isnan(value) else value
