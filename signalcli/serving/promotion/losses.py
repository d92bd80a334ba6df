"""Out-of-sample losses of the saved model and of the new one, on the same recent rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.errors import SignalcliError
from signalcli.evaluation.metrics.classification import SMALLEST
from signalcli.schemas import BARS, CLASS_COLUMNS
from signalcli.serving.bundle.load import Bundle
from signalcli.serving.inputs import complete_rows, make_inputs, refuse_plugins, to_matrix
from signalcli.serving.predict import name_columns

KEY = ["symbol", "date"]
NO_ROWS = pd.DataFrame(columns=[*KEY, "direction", "p_up"])
RECENT = 1000  # dates that are compared, the newest


def known_rows(predictions: pd.DataFrame) -> pd.DataFrame:
    """Key, direction, probabilities (and net returns) of the rows that have a forecast and a known label."""
    columns = [c for c in (*CLASS_COLUMNS.values(), "net_return") if c in predictions]
    rows = predictions[predictions["direction"].notna() & predictions["p_up"].notna()]
    return rows[[*KEY, "direction", *columns]].reset_index(drop=True)


def live_rows(bundle: Bundle, features: pd.DataFrame, plugins: tuple[str, ...]) -> pd.DataFrame:
    """`known_rows` of a saved model on the rows behind its last training label.

    ``features`` are FEATURES of the model's symbols. Inputs are computed from their bars, or taken from them
    where bars do not give them. Empty when they cannot be had.
    """
    manifest = bundle.manifest
    try:
        refuse_plugins(bundle, plugins)
        rows = features if manifest.own_columns else features[list(BARS.columns)]
        parts = [make_inputs(manifest, own.reset_index(drop=True)) for _, own in rows.groupby("symbol")]
    except SignalcliError:
        return NO_ROWS
    table = pd.concat(parts, ignore_index=True)
    X = to_matrix(manifest, table)
    usable = complete_rows(X) & (table["date"] >= manifest.last_label_date).to_numpy()
    if not usable.any():
        return NO_ROWS
    probabilities = name_columns(manifest, bundle.probabilities(X[usable]))
    said = table.loc[usable, KEY].assign(**probabilities)
    return known_rows(said.merge(features[[*KEY, "direction"]], on=KEY))


def log_losses(rows: pd.DataFrame) -> np.ndarray:
    """Minus the logarithm of the probability of the direction that came, (n_rows,)."""
    y, p_up = rows["direction"].to_numpy("float64"), rows["p_up"].to_numpy("float64")
    if "p_down" in rows:
        by_class: Any = {
            1: p_up,
            0: rows["p_flat"].to_numpy("float64"),
            -1: rows["p_down"].to_numpy("float64"),
        }
        p_true = np.select([y == c for c in by_class], list(by_class.values()), np.nan)
    else:
        p_true = np.where(y == 1, p_up, 1.0 - p_up)
    return -np.log(np.clip(p_true, SMALLEST, 1.0))


def predicted(rows: pd.DataFrame) -> np.ndarray:
    """Most probable direction of each row."""
    p_up = rows["p_up"].to_numpy("float64")
    if "p_down" not in rows:
        return np.where(p_up > 0.5, 1, 0)
    columns = np.column_stack([rows[c].to_numpy("float64") for c in ("p_down", "p_flat", "p_up")])
    return np.argmax(columns, axis=1) - 1


def common_rows(champion: pd.DataFrame, challenger: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of both that both have, those of the newest `RECENT` dates, in the same order."""
    keys = champion[KEY].merge(challenger[KEY], on=KEY).drop_duplicates().sort_values(["date", "symbol"])
    dates = np.unique(keys["date"].to_numpy())[-RECENT:]
    keys = keys[keys["date"].isin(dates)]
    one, other = (
        keys.merge(table.drop_duplicates(KEY), on=KEY, how="left") for table in (champion, challenger)
    )
    return one, other


def by_date(rows: pd.DataFrame, losses: np.ndarray) -> np.ndarray:
    """Mean loss of each date, in order: the rows of several symbols on one date are not independent."""
    return pd.Series(losses).groupby(rows["date"].to_numpy()).mean().to_numpy()
