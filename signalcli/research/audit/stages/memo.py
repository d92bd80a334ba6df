"""Fits that are remembered: equal bytes to learn from give the same model, which is not trained again."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from signalcli.models.meta.sample_weight import fit_with_weights


class Memo:
    """A fitter for `signalcli.training.walk_forward.walk_forward` that fits each set of training rows once.

    An audit changes what comes after a fold's training part. As long as nothing leaks, every byte that the
    fold's model is trained on stays the same, so it costs one walk-forward.
    """

    def __init__(self) -> None:
        self.fitted: dict[bytes, Any] = {}

    def __call__(self, estimator: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
        """The estimator, or the one fitted earlier on the same bytes with the same parameters."""
        key = _key(estimator, X, y, weight)
        if key not in self.fitted:
            self.fitted[key] = fit_with_weights(estimator, X, y, weight)
        return self.fitted[key]


def _parameters(estimator: Any) -> list[Any]:
    """Class and parameters of an estimator; of a wrapper such as `Calibrated`, with those of its model."""
    own = estimator.get_params() if hasattr(estimator, "get_params") else vars(estimator)
    described = ((name, _parameters(v) if name == "model" else v) for name, v in own.items())
    return [type(estimator).__qualname__, sorted(described, key=str)]


def _key(estimator: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> bytes:
    digest = hashlib.blake2b(repr(_parameters(estimator)).encode())
    for array in (X, y, weight):
        digest.update(b"" if array is None else repr((array.shape, array.dtype)).encode())
        digest.update(b"" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.digest()
