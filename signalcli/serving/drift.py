"""Whether live signals still come from what a model learnt from: its features, its probabilities, its hits.

The population stability index compares the shares of the bins of the training part with those of the live
rows: the sum of (live - training) · ln(live / training). Where nothing has changed, it times n·N / (n + N),
of n live and N training rows, is about chi-squared, which gives the limit that it stays below. Rows that
follow each other resemble each other, so a slow feature passes the limit sooner than a quick one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.evaluation.headline_scores import scores
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.training_distribution import P_UP, shares_in
from signalcli.serving.outcomes import outcomes
from signalcli.serving.predict import columns_for, inputs_of, refuse_plugins

if TYPE_CHECKING:
    import pandas as pd

ALARM = 0.05  # accepted share of false alarms over all features of a model together
COLUMNS = ["symbol", "model", "measure", "name", "rows", "value", "low", "high", "training", "drifted"]


def drift(
    bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """DRIFT of the signals that a model gave: one row a feature, one for p_up, one for the hit rate.

    Parameters
    ----------
    bundle : Bundle
        The model that gave them.
    signals : DataFrame
        SIGNALS; those of other models and symbols are left out.
    bars : DataFrame
        BARS that reach from before the first signal to as late as possible.
    plugins : tuple of str
        Plug-ins that may be imported.

    Returns
    -------
    DataFrame
        ``value`` is a population stability index (``high``: its limit) or a hit rate (``low``, ``high``: its
        95 % Wilson interval; ``training``: that of the walk-forward); ``drifted`` is 1 beyond the limit, or
        where the interval does not hold the training's.
    """
    import pandas as pd

    refuse_plugins(bundle, plugins)
    manifest = bundle.manifest
    mine = signals[signals["model"] == manifest.model]
    rows: list[dict[str, Any]] = []
    for symbol, given in mine.groupby("symbol", sort=True):
        if manifest.symbol in {None, symbol}:
            own = bars[bars["symbol"] == symbol].reset_index(drop=True)
            found = [*_spread(bundle, given, own), *_hits(bundle, given, own)]
            rows += [{"symbol": symbol, "model": manifest.model, **row} for row in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _spread(bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each feature, the most changed first, and one for p_up."""
    table = columns_for(bundle.manifest, bars)
    live = inputs_of(bundle.manifest, table[table["date"].isin(signals["date"])])
    live = live[np.isfinite(live).all(axis=1)]
    training = bundle.training
    values = [*live.T, signals["p_up"].to_numpy("float64")]
    alarm = ALARM / len(training.columns)
    found = [
        _index(name, seen, int(count), bounds, shares, alarm)
        for seen, name, count, bounds, shares in zip(values, *training, strict=True)
    ]
    return sorted(found, key=lambda row: (row["name"] == P_UP, -row["value"]))


def _index(
    name: str, seen: np.ndarray, count: int, bounds: np.ndarray, shares: np.ndarray, alarm: float
) -> dict[str, Any]:
    from scipy.special import chdtri

    value, bins = psi(shares_in(bounds, seen) * len(seen), shares * count)
    limit = float(chdtri(bins - 1, alarm)) * (1 / max(len(seen), 1) + 1 / count) if bins > 1 else 0.0
    found = {"measure": "psi", "name": name, "rows": len(seen), "value": value, "low": np.nan, "high": limit}
    return found | {"training": np.nan, "drifted": int(value > limit)}


def psi(live: np.ndarray, training: np.ndarray) -> tuple[float, int]:
    """Population stability index of the counts in bins, and how many of the bins are used.

    Half a row is added to each, so that an empty bin has a logarithm.
    """
    used = (live > 0) | (training > 0)
    one, other = ((c[used] + 0.5) / (c[used] + 0.5).sum() for c in (live, training))
    return float(np.sum((one - other) * np.log(one / other))), int(used.sum())


def _hits(bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame) -> list[dict[str, Any]]:
    """The row of the hit rate; none before the first outcome."""
    known = scores(outcomes(signals, bars, dead_zone_of(bundle)))
    if not known:
        return []
    low, high, trained = (
        known["hit_rate_low"],
        known["hit_rate_high"],
        bundle.manifest.scores.get("hit_rate"),
    )
    found = {"measure": "hit_rate", "name": "direction", "rows": known["rows"], "value": known["hit_rate"]}
    drifted = int(trained is not None and not low <= trained <= high)
    return [
        found
        | {"low": low, "high": high, "training": np.nan if trained is None else trained, "drifted": drifted}
    ]


def dead_zone_of(bundle: Bundle) -> float:
    """The fraction within which a model's direction is flat; 0 where that is not a fixed one."""
    config: FeatureConfig = bundle.manifest.config
    fixed = bundle.manifest.label == "direction" and config.dead_zone_unit == "return"
    return config.dead_zone if fixed else 0.0
