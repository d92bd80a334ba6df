"""Fit a model on every row with a known label, to save it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, printable
from signalcli.features.labels.overlap import label_reach
from signalcli.models.inputs import ModelInputs, select_inputs
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.registry import entry
from signalcli.schemas import feature_columns
from signalcli.training.arrays import known_rows, matrix, weights
from signalcli.training.estimators import check_settings, invalid_parameters, make_estimator
from signalcli.training.plan import group_rows


class TrainingData(NamedTuple):
    """Rows that a model is fitted on (``trained_on``), among the rows that were cut by symbol (``rows``)."""

    symbol: str | None
    inputs: ModelInputs
    rows: pd.DataFrame
    trained_on: pd.DataFrame


class Refit(NamedTuple):
    """A fitted model with its inputs and training rows; ``symbol`` is None for a pooled model."""

    symbol: str | None
    model: str
    estimator: Any
    inputs: ModelInputs
    trained_on: pd.DataFrame


def refit(features: pd.DataFrame, config: FitConfig, folds: FoldConfig | None = None) -> Iterator[Refit]:
    """Fit the first model of ``config`` on all labeled rows, one per symbol or one over all when pooled.

    The rows are those of `training_data`; raises its errors, and UsageError for an invalid setting.
    """
    check_settings(config.every_model, config.settings)
    model = config.models[0]
    for data in training_data(features, config, folds):
        estimator = make_estimator(model, config, data.inputs, label_reach(data.rows))
        labeled = data.trained_on
        X, y = matrix(labeled, data.inputs), labeled["direction"].to_numpy("int64")
        with invalid_parameters(model):
            fit_with_weights(estimator, X, y, weights(labeled))
        yield Refit(data.symbol, model, estimator, data.inputs, labeled)


def training_data(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig | None = None,
    inputs: ModelInputs | None = None,
) -> Iterator[TrainingData]:
    """Labeled rows of each symbol, or of all when pooled, for the first model of ``config``.

    Rows with an unknown input are left out, and a sealed hold-out of ``folds`` stays sealed. A symbol whose
    rows have one direction only is left out too. Raises DataError when no symbol remains, and for such a
    symbol with ``require_all``. Imports no model library. ``inputs`` are those that the model reads, if they
    are known.
    """
    inputs = inputs or select_inputs(feature_columns(features), entry(config.models[0]).reads)
    groups = list(group_rows(features, config, folds or FoldConfig()))
    fitted = 0
    for number, (label, rows) in enumerate(groups, start=1):
        has_label = rows["direction"].notna() & rows["label_end"].notna()
        train, _ = known_rows(rows, inputs, np.flatnonzero(has_label))
        labeled = rows.iloc[train].reset_index(drop=True)
        if labeled["direction"].nunique() < 2:
            if config.require_all or (number == len(groups) and not fitted):
                raise DataError("DATA-ONECLASS", f"{printable(label)}: one direction only; use more bars")
            continue
        fitted += 1
        yield TrainingData(None if config.pooled else label, inputs, rows, labeled)
