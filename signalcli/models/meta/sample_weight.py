"""Weights of rows, for models that know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def fit_weighed(model: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
    """Fit and return the model; one that knows no weights of rows takes each for one."""
    from sklearn.utils.validation import has_fit_parameter

    weighed = weight is not None and has_fit_parameter(model, "sample_weight")
    return model.fit(X, y, **({"sample_weight": weight} if weighed else {}))
