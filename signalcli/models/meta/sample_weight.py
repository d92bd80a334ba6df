"""Sample weights, for models that accept them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def reads_weights(model: Any) -> bool:
    """Whether ``fit`` of a model has ``sample_weight``."""
    from sklearn.utils.validation import has_fit_parameter

    return bool(has_fit_parameter(model, "sample_weight"))


def fit_with_weights(model: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
    """Fit and return the model; weights are dropped for one that does not read them."""
    weighted = weight is not None and reads_weights(model)
    return model.fit(X, y, **({"sample_weight": weight} if weighted else {}))
