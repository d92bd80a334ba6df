"""A fitted estimator to a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.data.store.names import file_name
from signalcli.errors import UsageError, printable
from signalcli.io.folders import DamagedError, replace
from signalcli.models.meta.conformal import Conformal
from signalcli.serving.bundle import selfcheck
from signalcli.serving.bundle import training_distribution as reference
from signalcli.serving.bundle.describe import Origin, inner, manifest_of, tested
from signalcli.serving.bundle.manifest import from_bytes, to_bytes
from signalcli.serving.bundle.manifest_schema import GRAPH, MANIFEST, REFERENCE, SELFCHECK
from signalcli.serving.bundle.training_distribution import Reference
from signalcli.serving.onnx import converters as families
from signalcli.serving.onnx.graph import fill
from signalcli.serving.onnx.session import Session
from signalcli.training.walk_forward import Refit, matrix

if TYPE_CHECKING:
    import pandas as pd


def save(fits: list[Refit], features: pd.DataFrame, folder: Path, origin: Origin) -> list[Path]:
    """Write each fit as a bundle: one into the folder itself, several into folders named after their symbols.

    Every bundle is made before the first is written; a folder is replaced atomically. Raises UsageError for a
    model that cannot be saved, before anything is written.
    """
    made = [(_place(folder, fit, len(fits)), files(fit, features, origin)) for fit in fits]
    for place, content in made:
        replace(place, content, MANIFEST)
    return [place for place, _ in made]


def _place(folder: Path, fit: Refit, count: int) -> Path:
    return folder if count == 1 else folder / file_name(str(fit.symbol))


def files(fit: Refit, features: pd.DataFrame, origin: Origin) -> dict[str, bytes]:
    """Contents of the files of a bundle."""
    X = matrix(fit.trained_on, fit.inputs)
    model, rows = inner(fit.estimator, Conformal), selfcheck.evenly(X)
    described, graph = _graph(model, len(fit.inputs.columns))
    expected = _checked(model, graph, rows)
    classes = [int(c) for c in model.classes_]
    judged = tested(fit, origin)
    found = {
        GRAPH: graph,
        SELFCHECK: selfcheck.to_bytes(selfcheck.SelfCheck(rows, expected), fit.inputs.columns, classes),
        REFERENCE: reference.to_bytes(_spread(fit, X, graph, judged)),
    }
    manifest = to_bytes(manifest_of(fit, features, origin, described, found))
    _refuse_unreadable(manifest)
    return {MANIFEST: manifest, **found}


def _graph(estimator: Any, features: int) -> tuple[dict[str, Any], bytes]:
    """What the manifest says of the graph, and the graph."""
    try:
        described = families.described(estimator)
        layout = families.layout(described, features, len(estimator.classes_))
        return described, fill(layout, families.arrays(estimator))
    except ValueError as error:
        raise UsageError(
            "BUNDLE-MODEL", f"{type(estimator).__name__} cannot be saved: {printable(error)}"
        ) from error


def _checked(estimator: Any, graph: bytes, rows: np.ndarray) -> np.ndarray:
    """Probabilities of the graph, which must be those of the estimator: the last guard of every option."""
    found = Session(graph).probabilities(rows)
    apart = float(np.abs(found - estimator.predict_proba(rows)).max())
    if not apart <= families.tolerance(estimator):
        raise UsageError(
            "BUNDLE-MODEL",
            f"{type(estimator).__name__} cannot be saved: its graph would be {apart:.1g} off",
        )
    return found


def _spread(fit: Refit, X: np.ndarray, graph: bytes, judged: pd.DataFrame | None) -> Reference:
    said = Session(graph).probabilities(X)[:, -1] if judged is None else judged["p_up"].to_numpy("float64")
    return reference.reference_of(fit.inputs.columns, X, said)


def _refuse_unreadable(manifest: bytes) -> None:
    """A model that is too large, or named strangely, is refused now and not when it is needed."""
    try:
        from_bytes(manifest).layout()
    except DamagedError as error:
        raise UsageError("BUNDLE-MODEL", f"this model cannot be saved: {error}") from error
