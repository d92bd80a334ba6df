"""Verify the predictions of a saved model: alone, bar by bar, and against the estimator fitted again."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import ConfigError, UsageError, printable
from signalcli.io.libraries import install_command
from signalcli.models.inputs import ModelInputs
from signalcli.models.libraries import not_installed
from signalcli.schemas import CLASS_COLUMNS
from signalcli.serving.bundle.describe import data_hash
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.inputs import complete_rows, make_inputs, to_matrix
from signalcli.serving.own.trust import is_trusted
from signalcli.serving.predict import predict
from signalcli.training.refit import Refit, refit, training_data

LAST = 250


class Check(NamedTuple):
    """Result of one check: the rows compared, their largest difference, and the accepted one."""

    check: str
    rows: int
    difference: float
    tolerance: float


def verify(
    bundle: Bundle, rows: pd.DataFrame, last: int = LAST, plugins: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Checks of a bundle, one row each, with ``ok`` 1 or 0.

    ``selfcheck``
        The rows saved in the bundle give the probabilities saved with them.
    ``bar_by_bar``
        Each of the ``last`` newest bars, predicted with no later bars, equals the batch; 0 takes all bars
        that have the model's history behind them.
    ``training_data``
        ``rows`` (BARS or FEATURES) contain the training data, bit for bit; the difference is 1 if not.
    ``refitted``
        The model fitted again on the training data gives the same probabilities for all rows; left out if
        ``training_data`` failed, and where a library of the model is not installed (`not_refitted`).

    ``plugins`` may be imported, as in `signalcli.serving.predict.predict`.
    """
    mine = rows if bundle.manifest.symbol is None else rows[rows["symbol"] == bundle.manifest.symbol]
    checks = [_selfcheck(bundle), _bar_by_bar(bundle, mine, last, plugins), *_check_refit(bundle, mine)]
    table = pd.DataFrame(checks)
    table.insert(0, "symbol", bundle.manifest.symbol or "all")
    table.insert(1, "model", bundle.manifest.model)
    return table.assign(ok=(table["difference"] <= table["tolerance"]).astype("int64"))


def _selfcheck(bundle: Bundle) -> Check:
    return Check("selfcheck", len(bundle.check.rows), bundle.selfcheck_error(), bundle.manifest.tolerance)


def _bar_by_bar(bundle: Bundle, rows: pd.DataFrame, last: int, plugins: tuple[str, ...]) -> Check:
    batch = predict([bundle], rows, every=True, plugins=plugins)
    columns = [c for c in CLASS_COLUMNS.values() if c in batch]
    difference, count = 0.0, 0
    for symbol, signals in batch.groupby("symbol"):
        bars = rows[rows["symbol"] == symbol]
        first = bars["date"].iloc[min(bundle.manifest.min_history, len(bars)) - 1]
        alone_too = signals[signals["date"] >= first]
        for _, signal in (alone_too.tail(last) if last else alone_too).iterrows():
            alone = predict([bundle], bars[bars["date"] <= signal["date"]], plugins=plugins).iloc[0]
            difference = max(difference, *(abs(alone[c] - signal[c]) for c in columns))
            count += 1
    return Check("bar_by_bar", count, float(difference), bundle.manifest.tolerance)


def _check_refit(bundle: Bundle, rows: pd.DataFrame) -> list[Check]:
    manifest = bundle.manifest
    table = pd.concat([make_inputs(manifest, part) for _, part in rows.groupby("symbol")], ignore_index=True)
    inside = table["date"].between(manifest.trained_date("first"), manifest.trained_date("last"))
    if not inside.any():  # bars of another time
        return [Check("training_data", 0, 1.0, 0.0)]
    inputs = ModelInputs(manifest.columns, 1)  # as saved: asking a model of one's own would run its code
    (data,) = training_data(table[inside], manifest.fit, inputs=inputs)
    if data_hash(data.inputs, data.trained_on) != manifest.data_sha256:
        return [Check("training_data", len(data.trained_on), 1.0, 0.0)]
    same = Check("training_data", len(data.trained_on), 0.0, 0.0)
    cannot = _missing_libraries(bundle) or not is_trusted(manifest.model, bundle.trust)
    return [same] if cannot else [same, _compare_refit(bundle, table, inside)]


def _compare_refit(bundle: Bundle, table: pd.DataFrame, inside: pd.Series[bool]) -> Check:
    """The saved model beside the one fitted again on the rows ``inside`` its training period."""
    X = to_matrix(bundle.manifest, table)
    X = X[complete_rows(X)]
    estimator = _refit(bundle, table[inside]).estimator
    difference = np.abs(estimator.predict_proba(X) - bundle.probabilities(X)).max()
    return Check("refitted", len(X), float(difference), bundle.manifest.tolerance)


def _refit(bundle: Bundle, table: pd.DataFrame) -> Refit:
    """The model fitted again on a table with its own settings."""
    try:
        (fit,) = refit(table, bundle.manifest.fit)
    except UsageError as error:  # a parameter of the manifest, not one that the user typed
        raise ConfigError("BUNDLE", f"{printable(bundle.folder)}: {error.message}") from error
    return fit


def not_refitted(bundles: list[Bundle]) -> str:
    """Text that names the models that are not fitted again, and what helps; "" for none."""
    unnamed = [m for b in bundles if not is_trusted(m := b.manifest.model, b.trust)]
    if unnamed:
        name = printable(unnamed[0])
        return f"{name} not fitted again, which runs its code; if you trust that code, add --trust {name}"
    missing = {bundle.manifest.model: names for bundle in bundles if (names := _missing_libraries(bundle))}
    if not missing:
        return ""
    command = install_command(list(chain.from_iterable(missing.values())))
    return f"{', '.join(missing)} not fitted again, a library is not installed: {command}"


def _missing_libraries(bundle: Bundle) -> list[str]:
    """Libraries that are not installed and without which the model cannot be fitted again."""
    if bundle.manifest.own is not None:
        return not_installed("majority")  # what every model needs
    fit = bundle.manifest.fit
    return not_installed(fit.models[0], fit.settings.get(fit.models[0], {}))
