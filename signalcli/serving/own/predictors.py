"""What gives the probabilities of a saved model of one's own."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from signalcli.errors import SignalcliError
from signalcli.io.folders import DamagedError
from signalcli.serving.onnx.session import Session
from signalcli.serving.own.foreign_graph import refuse_reaching_out


class Predictor(Protocol):
    """Probabilities of feature rows, as `signalcli.serving.onnx.session.Session` gives them."""

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes)."""


class Estimator:
    """An estimator out of a file of skops."""

    def __init__(self, estimator: Any, name: str, classes: np.ndarray) -> None:
        self._estimator, self._name, self._classes = estimator, name, classes

    @classmethod
    def read(cls, content: bytes, types: list[str], name: str, classes: np.ndarray) -> Estimator:
        """The estimator of a file with these types. Raises DamagedError."""
        from signalcli.serving.own.skops_file import read_estimator

        return cls(read_estimator(content, types), name, classes)

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes). Raises DamagedError for what is none."""
        from signalcli.models.own import probabilities_of

        try:
            return probabilities_of(self._name, self._estimator, X, self._classes)
        except SignalcliError as error:
            raise DamagedError(error.message) from error


class InnerAndOuter:
    """The graph of a bundle on the probabilities of the model of one's own."""

    def __init__(self, inner: Predictor, outer: Session) -> None:
        self._inner, self._outer = inner, outer

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class, (n_rows, n_classes). Raises DamagedError for what is none."""
        return self._outer.probabilities(self._inner.probabilities(X))


def read_predictor(kind: str, types: list[str], content: bytes, name: str, classes: list[int]) -> Predictor:
    """The predictor in a file of a bundle; its types are trusted. Raises DamagedError."""
    if kind == "skops":
        return Estimator.read(content, types, name, np.array(classes))
    refuse_reaching_out(content)
    return Session(content)
