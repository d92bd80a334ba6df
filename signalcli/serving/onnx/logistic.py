"""Graph of logistic regression on scaled features."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import INPUT, OUTPUT, Array, Converter, Layout, Params, Part, op


def softmax_arrays(weights: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """Weights (n_inputs, n_classes) and bias (1, n_classes) of a softmax.

    A regression of two classes has one logit only: the first class gets the logit 0.
    """
    if weights.shape[1] == 1:
        weights, bias = np.pad(weights, ((0, 0), (1, 0))), np.pad(bias, ((0, 0), (1, 0)))
    return {"weights": weights, "bias": bias}


def softmax_layer(x: str, inputs: int, classes: int) -> Part:
    """Softmax regression of the table ``x`` (n_rows, inputs)."""
    nodes = [
        op("MatMul", f"{x} weights", "product"),
        op("Add", "product bias", "logits"),
        op("Softmax", "logits", OUTPUT, axis=1),
    ]
    return nodes, {"weights": Array("float64", (inputs, classes)), "bias": Array("float64", (1, classes))}


def _get_arrays(estimator: Any) -> dict[str, np.ndarray]:
    scaler, regression = estimator.pipeline_
    return {
        "mean": scaler.mean_[np.newaxis],
        "deviation": scaler.scale_[np.newaxis],
        **softmax_arrays(regression.coef_.T, regression.intercept_[np.newaxis]),
    }


def _make_layout(_params: Params, features: int, classes: int) -> Layout:
    nodes, arrays = softmax_layer("scaled", features, classes)
    scaling = [op("Sub", f"{INPUT} mean", "centred"), op("Div", "centred deviation", "scaled")]
    row = Array("float64", (1, features))
    return Layout([*scaling, *nodes], {"mean": row, "deviation": row} | arrays, features, classes)


LOGISTIC = Converter(_get_arrays, _make_layout)
