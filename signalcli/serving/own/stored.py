"""A fitted model of one's own as a file: an ONNX graph where one gives its probabilities, else skops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from signalcli.errors import SignalcliError, UsageError, printable
from signalcli.io.folders import DamagedError
from signalcli.io.libraries import is_installed, missing_libraries
from signalcli.models.meta.calibrated import Calibrated
from signalcli.serving.onnx.own import TOLERANCE
from signalcli.serving.onnx.session import Session
from signalcli.serving.own.foreign_graph import refuse_reaching_out
from signalcli.serving.own.predictors import Estimator, Predictor

LONGEST = 160  # characters of a reason


@dataclass(frozen=True)
class Stored:
    """A model of one's own in its file; a stand-in for it where graphs are made.

    Parameters
    ----------
    kind : {"onnx", "skops"}
        Format of the file.
    types : list of str
        Types in a file of skops that have to be named, as ``module:Class``.
    content : bytes
        The file.
    classes_ : ndarray
        Classes in the order of the probabilities.
    predictor : Predictor
        What gives the probabilities of rows, read from the file.
    """

    kind: str
    types: list[str]
    content: bytes
    classes_: np.ndarray
    predictor: Predictor

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities by the file, (n_rows, n_classes)."""
        return self.predictor.probabilities(X)


class Fitted(Protocol):
    """A fitted `signalcli.models.own.OwnClassifier`."""

    name: str
    estimator_: Any
    classes_: np.ndarray

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes)."""


def require_writers() -> None:
    """Raise UsageError, before anything is fitted, where no library can save a model of one's own."""
    if not any(map(is_installed, ("skl2onnx", "skops"))):
        raise missing_libraries(["skl2onnx", "skops"], "saving a model of one's own")


def with_stored(model: Any, stored: Stored) -> Any:
    """The model, or the calibrated model around it, with the file in its place."""
    if not isinstance(model, Calibrated):
        return stored
    outer = copy(model)
    outer.model = stored
    return outer


def store(model: Fitted, X: np.ndarray) -> Stored:
    """The file of a fitted model, checked on its training rows ``X`` (n_rows, n_features).

    Raises UsageError with a reason for each format where none gives the probabilities of the model.
    """
    reasons = []
    for attempt in (_as_onnx, _as_skops):
        try:
            return attempt(model, X)
        except _UnfitError as error:
            reasons.append(str(error))
    raise UsageError("BUNDLE-MODEL", f"{printable(model.name)} cannot be saved: {'; '.join(reasons)}")


class _UnfitError(Exception):
    """A format does not fit the model; the text says why."""


def _as_onnx(model: Fitted, X: np.ndarray) -> Stored:
    differences = []
    for content in _written("skl2onnx", lambda: _onnx_files(model, X.shape[1])):
        try:
            refuse_reaching_out(content)
            session = Session(content)
            differences.append(_difference(session, model, X))
        except DamagedError:
            continue  # a type that ONNX Runtime refuses
        if differences[-1] <= TOLERANCE["onnx"]:
            return Stored("onnx", [], content, model.classes_, session)
    reason = f"{min(differences):.1g} off on the training rows" if differences else "a graph that cannot run"
    raise _UnfitError(f"skl2onnx: {reason}")


def _onnx_files(model: Fitted, features: int) -> Iterator[bytes]:
    from signalcli.serving.own.to_onnx import onnx_files

    return onnx_files(model.estimator_, features)


def _as_skops(model: Fitted, X: np.ndarray) -> Stored:
    ((content, types),) = _written("skops", lambda: iter([_skops_file(model)]))
    try:
        predictor = Estimator.read(content, types, model.name, model.classes_)
        difference = _difference(predictor, model, X)
    except DamagedError as error:
        raise _UnfitError(f"skops: {error}") from error
    if difference > TOLERANCE["skops"]:
        raise _UnfitError(f"skops: {difference:.1g} off on the training rows")
    return Stored("skops", types, content, model.classes_, predictor)


def _skops_file(model: Fitted) -> tuple[bytes, list[str]]:
    from signalcli.serving.own.skops_file import write_estimator

    return write_estimator(model.estimator_)


def _written(library: str, write: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """What a library writes; whatever it raises is the reason why it writes nothing."""
    if not is_installed(library):
        raise _UnfitError(f"{library} is not installed (pip install 'signalcli[own]')")
    try:
        yield from write()
    except (SignalcliError, _UnfitError):
        raise
    except Exception as error:  # its own exceptions, and those of the user's classes
        reason = printable(str(error).partition("\n")[0])[:LONGEST] or type(error).__name__
        raise _UnfitError(f"{library}: {reason}") from error


def _difference(predictor: Predictor, model: Fitted, X: np.ndarray) -> float:
    return float(np.abs(predictor.probabilities(X) - model.predict_proba(X)).max())
