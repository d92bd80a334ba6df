"""Sample weights, for models that accept them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def fit_with_weights(model: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
    """Fit and return the model; weights are dropped for one whose ``fit`` has no ``sample_weight``."""
    from sklearn.utils.validation import has_fit_parameter

    weighted = weight is not None and has_fit_parameter(model, "sample_weight")
    return model.fit(X, y, **({"sample_weight": weight} if weighted else {}))
