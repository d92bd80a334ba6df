"""The inputs of a saved model: computed from BARS, or taken from FEATURES."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.data.interval import infer_interval
from signalcli.errors import DataError, printable
from signalcli.features.build import build
from signalcli.features.plugins import PLUGINS
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.bundle.manifest import Manifest

FEW = 10  # with fewer dates the interval of the bars is not checked


def refuse_plugins(bundle: Bundle, plugins: tuple[str, ...]) -> None:
    """Raise ConfigError for a model with plug-ins that the user did not name."""
    PLUGINS.refuse_unnamed(printable(bundle.folder), bundle.manifest.config.plugins, plugins)


def make_inputs(manifest: Manifest, rows: pd.DataFrame) -> pd.DataFrame:
    """Table with the columns that a model reads, from BARS or FEATURES of one symbol.

    Raises DataError for bars of another interval, too few bars, and columns that are missing or no numbers.
    """
    _refuse_interval(manifest, rows)
    if has_targets(rows):
        return _convert_features(manifest, rows)
    symbol = printable(rows["symbol"].iloc[0])
    missing = [c for c in manifest.own_columns if c not in rows or not manifest.config.takes(c)]
    if missing:
        raise DataError(
            "PREDICT-COLUMNS",
            f"{symbol}: the model reads {printable(missing[0])}, which these bars do not give; pipe "
            "FEATURES with that column in",
        )
    if len(rows) < manifest.min_history:
        raise DataError(
            "DATA-FEW",
            f"{symbol}: {len(rows)} bars; this model needs at least {manifest.min_history}; add older bars",
        )
    return build(rows, replace(manifest.config, extra=tuple(manifest.own_columns)))


def _refuse_interval(manifest: Manifest, rows: pd.DataFrame) -> None:
    interval = infer_interval([rows["date"].to_numpy()])
    if len(rows) >= FEW and interval != manifest.interval:
        raise DataError(
            "PREDICT-INTERVAL",
            f"{printable(rows['symbol'].iloc[0])}: bars of {interval}; the model was fitted on bars of "
            f"{manifest.interval}; use these",
        )


def _convert_features(manifest: Manifest, features: pd.DataFrame) -> pd.DataFrame:
    """FEATURES with numbers and dates in the place of text; a column of codes is read as text."""
    missing = [c for c in manifest.columns if c not in features]
    if missing:
        raise DataError(
            "PREDICT-COLUMNS",
            f"no column {printable(missing[0])}, and {len(missing) - 1} more that the model reads; "
            "make FEATURES with the options of the fit, or give it bars",
        )
    try:
        table = features.assign(**{c: _to_numbers(features[c]) for c in manifest.columns})
    except (TypeError, ValueError) as error:
        raise DataError("PREDICT-COLUMNS", f"a feature is not a number: {printable(error)}") from error
    targets = target_columns(features)
    return table.assign(**{c: targets[c] for c in targets})


def has_targets(rows: pd.DataFrame) -> bool:
    """Whether rows are FEATURES, not BARS."""
    return {"forward_return", "direction", "label_end"} <= set(rows.columns)


def target_columns(features: pd.DataFrame) -> pd.DataFrame:
    """``forward_return``, ``direction`` and ``label_end`` of FEATURES that were read as BARS, with types."""
    try:
        columns = {c: _to_numbers(features[c]) for c in ("forward_return", "direction")}
        return pd.DataFrame(columns | {"label_end": _to_dates(features["label_end"])})
    except (TypeError, ValueError) as error:
        raise DataError("PREDICT-COLUMNS", f"a target is not a number or date: {printable(error)}") from error


def _to_numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    """Exact numbers of a column of text; NaN for an empty cell."""
    if column.dtype.kind not in "fiu":
        column = column.mask(column == "")
    return column.astype("float64")


def _to_dates(column: pd.Series[Any]) -> pd.Series[Any]:
    """Naive UTC dates of ISO 8601 text; NaT for an empty cell."""
    return pd.to_datetime(column, utc=True, format="ISO8601").dt.tz_localize(None).astype("datetime64[us]")


def to_matrix(manifest: Manifest, table: pd.DataFrame) -> np.ndarray:
    """Inputs of the model in its order, (n_rows, n_columns)."""
    return np.ascontiguousarray(table[manifest.columns].to_numpy("float64"))


def complete_rows(X: np.ndarray) -> np.ndarray:
    """Which rows have every input, boolean (n_rows,)."""
    return np.isfinite(X).all(axis=1)
