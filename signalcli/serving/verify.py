"""Whether a saved model says what it should: alone, bar by bar, and beside the estimator it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.config.fit import FitConfig
from signalcli.models.registry import parameters
from signalcli.schemas import CLASS_COLUMNS
from signalcli.serving.bundle.describe import data_hash
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.predict import columns_for, inputs_of, predict
from signalcli.training.walk_forward import refit

if TYPE_CHECKING:
    import pandas as pd

LAST = 250


class Finding(NamedTuple):
    """One check: how many rows it looked at, the largest difference it found, and how large it may be."""

    check: str
    rows: int
    difference: float
    tolerance: float


def verify(
    bundle: Bundle, rows: pd.DataFrame, last: int = LAST, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Findings about a bundle, one row a check, with ``ok`` 1 or 0.

    ``selfcheck``
        The rows that the bundle brings give the probabilities that it brings.
    ``bar_by_bar``
        Each of the ``last`` newest bars, predicted when it was the newest, equals the batch; 0 takes all.
    ``training_data``
        ``rows`` (BARS or FEATURES) hold what it was fitted on, bit for bit; the difference is 1 if not.
    ``refitted``
        The model fitted anew on that gives the same probabilities for all rows; left out where the training
        data is not there.

    ``plugins`` may be imported, as in `signalcli.serving.predict.predict`.
    """
    import pandas as pd

    mine = rows if bundle.manifest.symbol is None else rows[rows["symbol"] == bundle.manifest.symbol]
    found = [_selfcheck(bundle), _bar_by_bar(bundle, mine, last, plugins), *_refitted(bundle, mine)]
    table = pd.DataFrame(found)
    table.insert(0, "symbol", bundle.manifest.symbol or "all")
    table.insert(1, "model", bundle.manifest.model)
    return table.assign(ok=(table["difference"] <= table["tolerance"]).astype("int64"))


def _selfcheck(bundle: Bundle) -> Finding:
    return Finding("selfcheck", len(bundle.check.rows), bundle.drift(), bundle.manifest.tolerance)


def _bar_by_bar(bundle: Bundle, rows: pd.DataFrame, last: int, plugins: tuple[str, ...]) -> Finding:
    batch = predict([bundle], rows, every=True, plugins=plugins)
    apart, count = 0.0, 0
    for symbol, signals in batch.groupby("symbol"):
        bars = rows[rows["symbol"] == symbol]
        for _, signal in (signals.tail(last) if last else signals).iterrows():
            alone = predict([bundle], bars[bars["date"] <= signal["date"]], plugins=plugins).iloc[0]
            apart = max(apart, *(abs(alone[c] - signal[c]) for c in CLASS_COLUMNS.values() if c in batch))
            count += 1
    return Finding("bar_by_bar", count, float(apart), bundle.manifest.tolerance)


def _refitted(bundle: Bundle, rows: pd.DataFrame) -> list[Finding]:
    import pandas as pd

    manifest = bundle.manifest
    table = pd.concat([columns_for(manifest, part) for _, part in rows.groupby("symbol")], ignore_index=True)
    inside = table["date"].between(manifest.trained_date("first"), manifest.trained_date("last"))
    settable = {p.name for p in parameters(manifest.model)}
    settings = {k: _tuples(v) for k, v in manifest.parameters.items() if k in settable}
    config = FitConfig(
        (manifest.model,),
        {manifest.model: settings},
        manifest.symbol is None,
        manifest.seed,
        manifest.calibration,
        manifest.coverage["wanted"] if manifest.coverage else None,
    )
    (fit,) = refit(table[inside], config)
    if data_hash(fit) != manifest.data_sha256:
        return [Finding("training_data", len(fit.trained_on), 1.0, 0.0)]
    X = inputs_of(manifest, table)
    X = X[np.isfinite(X).all(axis=1)]
    apart = np.abs(fit.estimator.predict_proba(X) - bundle.probabilities(X)).max()
    return [
        Finding("training_data", len(fit.trained_on), 0.0, 0.0),
        Finding("refitted", len(X), float(apart), manifest.tolerance),
    ]


def _tuples(value: object) -> object:
    """JSON has no tuples, and parameters are never lists."""
    if isinstance(value, dict):
        return {k: _tuples(v) for k, v in value.items()}
    return tuple(value) if isinstance(value, list) else value
