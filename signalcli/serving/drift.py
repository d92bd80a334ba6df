"""Compare live signals with a model's training data: features, probabilities and accuracy.

The population stability index compares the shares of the training data in each bin with those of the live
rows: the sum of (live - training) · ln(live / training). Its limit respects that rows of a time series are
dependent: it comes from the indices of stretches of training rows as long as the live rows. A stretch tells
the expected index only roughly, and there are few that do not overlap, so the ratio of the live index to it
is taken as F-distributed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from signalcli.evaluation.headline_scores import headline_scores
from signalcli.features.sets.calendar import calendar_features
from signalcli.features.sets.session import session_features
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.training_distribution import BINS, LENGTHS, P_UP, psi, shares_in
from signalcli.serving.inputs import complete_rows, make_inputs, refuse_plugins, to_matrix
from signalcli.serving.outcomes import realized_predictions

# Accepted probability of a false alarm in a report: a quarter each for the features, p_up and the hit rate;
# the last quarter is a reserve, because the limits are estimates.
ALARM = 0.05
PARTS = 4
SETTLED = 0.9  # of the largest index per row, from which on stretches are long enough
NORMAL_95 = 1.959963984540054
COLUMNS = ["symbol", "model", "measure", "name", "rows", "value", "low", "high", "training", "drifted"]


def drift(
    bundles: Sequence[Bundle], signals: pd.DataFrame, bars: pd.DataFrame, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """DRIFT of the past signals of models: one row a feature, one for p_up, one for the hit rate.

    Parameters
    ----------
    bundles : sequence of Bundle
        The models that made them.
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
        95 % interval; ``training``: that of the walk-forward). ``drifted`` is 1 above the limit, or where the
        hit rates differ by more than chance. The limits are such that a report without any drift says so
        with a probability of at least 95 %. Calendar features have no limit, because dates decide them; nor
        has p_up of fewer than two folds.
    """
    for bundle in bundles:
        refuse_plugins(bundle, plugins)
    judged = list(_by_symbol(bundles, signals))
    rows: list[dict[str, Any]] = []
    for bundle, symbol, own_signals in judged:
        own_bars = bars[bars["symbol"] == symbol].reset_index(drop=True)
        alarm = ALARM / PARTS / len(judged)
        measures = [
            *_feature_drift(bundle, own_signals, own_bars, alarm),
            *_accuracy(bundle, own_signals, own_bars, alarm),
        ]
        rows += [{"symbol": symbol, "model": bundle.manifest.model, **row} for row in measures]
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_symbol(
    bundles: Sequence[Bundle], signals: pd.DataFrame
) -> Iterator[tuple[Bundle, str, pd.DataFrame]]:
    """Signals of each model on each of its symbols."""
    for bundle in bundles:
        mine = signals[signals["model"] == bundle.manifest.model]
        for symbol, own_signals in mine.groupby("symbol", sort=True):
            if bundle.manifest.symbol in {None, symbol}:
                yield bundle, str(symbol), own_signals


def _feature_drift(
    bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame, alarm: float
) -> list[dict[str, Any]]:
    """A row for each feature, those with the largest index first, and one for p_up."""
    table = make_inputs(bundle.manifest, bars)
    live = to_matrix(bundle.manifest, table[table["date"].isin(signals["date"])])
    values = [*live[complete_rows(live)].T, signals["p_up"].to_numpy("float64")]
    limits = _limits(bundle, [len(v) for v in values], alarm)
    rows = [
        _psi_row(name, column, float(psi(shares_in(bounds, column) * len(column), shares * count)), limit)
        for column, limit, name, count, _, bounds, shares, _, _ in zip(
            values, limits, *bundle.training, strict=True
        )
    ]
    return sorted(rows, key=lambda row: (row["name"] == P_UP, -row["value"]))


def _psi_row(name: str, live: np.ndarray, value: float, limit: float) -> dict[str, Any]:
    row = {"measure": "psi", "name": name, "rows": len(live), "value": value, "low": np.nan}
    return row | {"high": limit, "training": np.nan, "drifted": int(value > limit)}


def _limits(bundle: Bundle, rows: list[int], alarm: float) -> np.ndarray:
    """Limit of each column's index; NaN for a calendar feature, and for p_up of fewer than two models."""
    training, symbols = bundle.training, bundle.manifest.trained["symbols"]
    calendar = _calendar_names()
    features = sum(name not in calendar for name in training.columns[:-1])
    limits = [
        index_limit(n, mean, sd, count, count / symbols, alarm / (1 if models else features), int(models))
        if name not in calendar and models != 1
        else np.nan
        for n, name, count, models, _, _, mean, sd in zip(rows, *training, strict=True)
    ]
    return np.array(limits)


def _calendar_names() -> set[str]:
    return {feature.name for feature in (*calendar_features(), *session_features())}


def index_limit(
    rows: int,
    means: np.ndarray,
    sds: np.ndarray,
    count: float,
    dates: float,
    alarm: float,
    models: int = 0,
) -> float:
    """Index that ``rows`` live rows exceed with the probability ``alarm`` when nothing has changed.

    Parameters
    ----------
    rows : int
        Live rows.
    means, sds : ndarray
        Mean and standard deviation of the index of stretches of `LENGTHS` rows.
    count, dates : float
        Training rows, and those of one symbol: as many stretches as fit into these are independent.
    alarm : float
        Probability of a false alarm.
    models : int
        How many models made the values. The live ones come from a further model, so there are no more
        independent stretches than models; 0 for a feature, which no model made.

    Notes
    -----
    Per row, the index of a stretch grows with its length until the stretch is long beside the memory of the
    feature. From there on longer ones are no different, and the shortest of these, of which there are most,
    serves all. The index is approximately a multiple of chi-squared, with degrees of freedom from its mean
    and deviation.
    """
    from scipy.stats import f

    longest = max(min(dates / 2, 2 * rows), 1)
    usable = np.array([length for length in LENGTHS if length <= longest])
    means, sds = means[: len(usable)], sds[: len(usable)]
    per_row = means / (1 / usable + 1 / (count - usable))
    if per_row.max() == 0.0:
        return 0.0  # one value only
    at = int(np.argmax(per_row >= SETTLED * per_row.max()))
    settled = at < len(usable) - 1
    mean = per_row.max() * (1 / max(rows, 1) + 1 / count) if settled else np.interp(rows, usable, means)
    freedom = np.min(2.0 * (means[at:] / np.maximum(sds[at:], means[at:] / BINS)) ** 2)
    freedom = min(float(freedom), BINS - 1.0)
    stretches = max(min(dates / usable[at], models or np.inf) - 1.0, 1.0)
    return float(mean * f.isf(alarm, freedom, freedom * stretches))


def _accuracy(
    bundle: Bundle, signals: pd.DataFrame, bars: pd.DataFrame, alarm: float
) -> list[dict[str, Any]]:
    """The row of the hit rate; none before the first outcome."""
    live, training = headline_scores(realized_predictions(signals, bars, [bundle])), bundle.manifest.scores
    if not live:
        return []
    row = {"measure": "hit_rate", "name": "direction", "rows": live["rows"], "value": live["hit_rate"]}
    row |= {"low": live["hit_rate_low"], "high": live["hit_rate_high"]}
    row |= {
        "training": np.nan if training.get("hit_rate") is None else training["hit_rate"],
        "drifted": int(_differ(live, training, bundle.manifest.config.horizon, alarm)),
    }
    return [row]


def _differ(live: dict[str, Any], training: dict[str, Any], horizon: int, alarm: float) -> bool:
    """Whether two hit rates differ by more than chance; both are estimates, of labels that may overlap."""
    from scipy.stats import t

    if any(training.get(name) is None for name in ("rows", "hit_rate", "hit_rate_low", "hit_rate_high")):
        return False
    distance = abs(live["hit_rate"] - training["hit_rate"])
    freedom = max(min(live["rows"], training["rows"]) / horizon - 1.0, 1.0)
    return bool(distance > t.isf(alarm / 2, freedom) * np.hypot(_error(live), _error(training)))


def _error(scores: dict[str, Any]) -> float:
    """Standard error of a hit rate: that of its interval, and at least that of independent rows."""
    of_interval = (scores["hit_rate_high"] - scores["hit_rate_low"]) / (2 * NORMAL_95)
    return float(max(of_interval, 0.5 / np.sqrt(scores["rows"])))
