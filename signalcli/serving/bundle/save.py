"""Fitted estimators as bundles: the contents of their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signalcli.data.store.names import file_name
from signalcli.errors import UsageError, printable
from signalcli.io.folders import DamagedError
from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal
from signalcli.serving.bundle import manifest as manifests
from signalcli.serving.bundle import selfcheck, training_distribution
from signalcli.serving.bundle.describe import (
    GraphOfFit,
    Origin,
    make_manifest,
    unwrap,
    walk_forward_predictions,
)
from signalcli.serving.bundle.manifest import Manifest
from signalcli.serving.bundle.manifest_schema import DISTRIBUTION, GRAPH, MANIFEST, SELFCHECK
from signalcli.serving.bundle.selfcheck import SelfCheck
from signalcli.serving.bundle.training_distribution import Sample
from signalcli.serving.onnx.converters import family_of, get_arrays, get_params, make_layout, tolerance
from signalcli.serving.onnx.model_file import write_arrays
from signalcli.serving.onnx.own import FAMILY, FILES
from signalcli.serving.onnx.session import Session
from signalcli.serving.own.predictors import InnerAndOuter, Predictor
from signalcli.serving.own.stored import Stored, store, with_stored
from signalcli.training.arrays import matrix
from signalcli.training.refit import Refit


def places_of(fits: list[Refit], folder: Path) -> list[Path]:
    """The folder of each fit: the folder itself for one, subfolders named after their symbols for several."""
    return [folder if len(fits) == 1 else folder / file_name(str(fit.symbol)) for fit in fits]


def make_bundle(fit: Refit, features: pd.DataFrame, origin: Origin) -> tuple[Manifest, dict[str, bytes]]:
    """Manifest of a bundle and the contents of all its files."""
    X, columns = matrix(fit.trained_on, fit.inputs), fit.inputs.columns
    model, rows = unwrap(fit.estimator, Conformal), selfcheck.select_rows(X)
    stored = _store_own(unwrap(model, Calibrated), X)
    convertible = model if stored is None else with_stored(model, stored)
    params, graph = _convert(convertible, len(columns) if stored is None else len(model.classes_))
    session = Session(graph) if stored is None else InnerAndOuter(stored.predictor, Session(graph))
    accepted = tolerance(convertible)
    check = SelfCheck(rows, _compare_with_estimator(session, model, rows, accepted))
    predictions = walk_forward_predictions(fit, origin)
    inputs = Sample(X, fit.trained_on["symbol"].to_numpy())
    p_up = Sample(session.probabilities(X)[:, -1:], inputs.groups, models=1)
    if predictions is not None:
        p_up = _said(predictions)
    distribution = training_distribution.measure_distribution(columns, inputs, p_up)
    files = {
        GRAPH: graph,
        SELFCHECK: selfcheck.to_bytes(check, columns, [int(c) for c in model.classes_]),
        DISTRIBUTION: training_distribution.to_bytes(distribution),
    }
    files |= {} if stored is None else {FILES[stored.kind]: stored.content}
    manifest = make_manifest(fit, features, origin, GraphOfFit(params, accepted), files)
    content = manifests.to_bytes(manifest)
    _refuse_unreadable(content)
    return manifest, {MANIFEST: content, **files}


def _store_own(model: Any, X: np.ndarray) -> Stored | None:
    """The file of a model of one's own; None for one of ours."""
    return store(model, X) if family_of(model) == FAMILY else None


def _said(predictions: pd.DataFrame) -> Sample:
    """p_up of the rows that have a forecast, by symbol and fold."""
    rows = predictions[predictions["p_up"].notna()]
    groups = rows.groupby(["symbol", "fold"]).ngroup().to_numpy()
    return Sample(rows[["p_up"]].to_numpy("float64"), groups, models=rows["fold"].nunique())


def _convert(estimator: Any, features: int) -> tuple[dict[str, Any], bytes]:
    """Parameters of the graph for the manifest, and the ONNX file."""
    try:
        params = get_params(estimator)
        layout = make_layout(params, features, len(estimator.classes_))
        return params, write_arrays(layout, get_arrays(estimator))
    except ValueError as error:
        raise UsageError(
            "BUNDLE-MODEL", f"{type(estimator).__name__} cannot be saved: {printable(error)}"
        ) from error


def _compare_with_estimator(
    session: Predictor, estimator: Any, rows: np.ndarray, accepted: float
) -> np.ndarray:
    """Probabilities of the graph; UsageError if the estimator gives others, as with an unsupported option."""
    probabilities = session.probabilities(rows)
    difference = float(np.abs(probabilities - estimator.predict_proba(rows)).max())
    if not difference <= accepted:
        raise UsageError(
            "BUNDLE-MODEL",
            f"{type(estimator).__name__} cannot be saved: its graph would be {difference:.1g} off",
        )
    return probabilities


def _refuse_unreadable(content: bytes) -> None:
    """Raise UsageError for a manifest that `load` would refuse, such as one of too large a model."""
    try:
        manifests.from_bytes(content).layout()
    except DamagedError as error:
        raise UsageError("BUNDLE-MODEL", f"this model cannot be saved: {error}") from error
