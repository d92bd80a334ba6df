"""Graph of logistic regression on scaled features."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import PROBABILITIES, ROW, Array, Family, Layout, Sizes, op, within


def _sizes(estimator: Any) -> Sizes:  # noqa: ARG001
    return {}


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    """The first of two classes has the logit 0."""
    scaler, regression = estimator.pipeline_
    weights, bias = regression.coef_.T, regression.intercept_[np.newaxis]
    if len(estimator.classes_) == 2:
        weights, bias = np.pad(weights, ((0, 0), (1, 0))), np.pad(bias, ((0, 0), (1, 0)))
    return {
        "mean": scaler.mean_[np.newaxis],
        "deviation": scaler.scale_[np.newaxis],
        "weights": weights,
        "bias": bias,
    }


def _layout(sizes: Sizes, features: int, classes: int) -> Layout:  # noqa: ARG001
    nodes = [
        op("Sub", f"{ROW} mean", "centred"),
        op("Div", "centred deviation", "scaled"),
        op("MatMul", "scaled weights", "product"),
        op("Add", "product bias", "logits"),
        op("Softmax", "logits", PROBABILITIES, axis=1),
    ]
    arrays = {
        "mean": Array("float64", (1, features)),
        "deviation": Array("float64", (1, features)),
        "weights": Array("float64", (features, classes)),
        "bias": Array("float64", (1, classes)),
    }
    return Layout(nodes, arrays, features, classes)


LOGISTIC = Family(_sizes, _arrays, _layout, {}, within(1e-7))
