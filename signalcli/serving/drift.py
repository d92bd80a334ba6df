"""Compare live signals with a model's training data: features, probabilities and accuracy.

The population stability index compares the shares of the training data in each bin with those of the live
rows: the sum of (live - training) · ln(live / training). Without drift, times n·N / (n + N) for n live and N
training rows, it is approximately chi-squared, which gives its limit. Rows of a time series are correlated,
so a slow feature exceeds the limit more often than a quick one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.evaluation.headline_scores import headline_scores
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.training_distribution import P_UP, shares_in
from signalcli.serving.inputs import complete_rows, make_inputs, refuse_plugins, to_matrix
from signalcli.serving.outcomes import realized_predictions

ALARM = 0.05  # accepted probability of a false alarm, all features of a model together
COLUMNS = ["symbol", "model", "measure", "name", "rows", "value", "low", "high", "training", "drifted"]


def drift(
    bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """DRIFT of a model's past signals: one row a feature, one for p_up, one for the hit rate.

    Parameters
    ----------
    bundle : Bundle
        The model that made them.
    signals : DataFrame
        SIGNALS; those of other models and symbols are ignored.
    bars : DataFrame
        BARS from before the first signal to as late as possible.
    plugins : tuple of str
        Plug-ins that may be imported.

    Returns
    -------
    DataFrame
        ``value`` is a population stability index (``high``: its limit) or a hit rate (``low``, ``high``: its
        95 % Wilson interval; ``training``: that of the walk-forward); ``drifted`` is 1 above the limit, or
        if the interval does not contain the hit rate of the walk-forward.
    """
    refuse_plugins(bundle, plugins)
    manifest = bundle.manifest
    mine = signals[signals["model"] == manifest.model]
    rows: list[dict[str, Any]] = []
    for symbol, own_signals in mine.groupby("symbol", sort=True):
        if manifest.symbol in {None, symbol}:
            own_bars = bars[bars["symbol"] == symbol].reset_index(drop=True)
            measures = [
                *_feature_drift(bundle, own_signals, own_bars),
                *_accuracy(bundle, own_signals, own_bars),
            ]
            rows += [{"symbol": symbol, "model": manifest.model, **row} for row in measures]
    return pd.DataFrame(rows, columns=COLUMNS)


def _feature_drift(bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each feature, those with the largest index first, and one for p_up."""
    table = make_inputs(bundle.manifest, bars)
    live = to_matrix(bundle.manifest, table[table["date"].isin(signals["date"])])
    values = [*live[complete_rows(live)].T, signals["p_up"].to_numpy("float64")]
    alarm = ALARM / len(bundle.training.columns)
    rows = [
        _psi_row(name, column, int(count), bounds, shares, alarm)
        for column, name, count, bounds, shares in zip(values, *bundle.training, strict=True)
    ]
    return sorted(rows, key=lambda row: (row["name"] == P_UP, -row["value"]))


def _psi_row(
    name: str, live: np.ndarray, count: int, bounds: np.ndarray, shares: np.ndarray, alarm: float
) -> dict[str, Any]:
    from scipy.special import chdtri

    value, bins = psi(shares_in(bounds, live) * len(live), shares * count)
    limit = float(chdtri(bins - 1, alarm)) * (1 / max(len(live), 1) + 1 / count) if bins > 1 else 0.0
    row = {"measure": "psi", "name": name, "rows": len(live), "value": value, "low": np.nan, "high": limit}
    return row | {"training": np.nan, "drifted": int(value > limit)}


def psi(live: np.ndarray, training: np.ndarray) -> tuple[float, int]:
    """Population stability index of the counts in bins, and the number of bins that are not empty in both.

    Half a row is added to each of these, so that no logarithm is infinite.
    """
    used = (live > 0) | (training > 0)
    one, other = ((c[used] + 0.5) / (c[used] + 0.5).sum() for c in (live, training))
    return float(np.sum((one - other) * np.log(one / other))), int(used.sum())


def _accuracy(bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame) -> list[dict[str, Any]]:
    """The row of the hit rate; none before the first outcome."""
    live = headline_scores(realized_predictions(signals, bars, dead_zone_of(bundle)))
    if not live:
        return []
    low, high, training = live["hit_rate_low"], live["hit_rate_high"], bundle.manifest.scores.get("hit_rate")
    row = {"measure": "hit_rate", "name": "direction", "rows": live["rows"], "value": live["hit_rate"]}
    row |= {"low": low, "high": high, "training": np.nan if training is None else training}
    return [row | {"drifted": int(training is not None and not low <= training <= high)}]


def dead_zone_of(bundle: Bundle) -> float:
    """Dead zone of a model as a fraction of the price; 0 if it has another target or unit."""
    config = bundle.manifest.config
    constant = bundle.manifest.label == "direction" and config.dead_zone_unit == "return"
    return config.dead_zone if constant else 0.0
