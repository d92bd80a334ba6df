"""Graphs of the baselines ``majority`` and ``persistence``."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.json_checks import integer, record
from signalcli.serving.onnx.graph import INPUT, OUTPUT, Array, Converter, Layout, Params, constant, op


def _majority_layout(_params: Params, features: int, classes: int) -> Layout:
    """The share of each class: ``0 · row + shares``."""
    nodes = [
        op("MatMul", f"{INPUT} nothing", "zeros"),
        op("Add", "zeros shares", OUTPUT),
    ]
    arrays = {"nothing": constant(np.zeros((features, classes))), "shares": Array("float64", (1, classes))}
    return Layout(nodes, arrays, features, classes)


MAJORITY = Converter(lambda estimator: {"shares": estimator.shares_[np.newaxis]}, _majority_layout)


def _persistence_arrays(estimator: Any) -> dict[str, np.ndarray]:
    """The predicted class has the training accuracy as its probability; each cut passed is one class up."""
    count = len(estimator.classes_)
    others = (1.0 - estimator.accuracy_) / (count - 1)
    base = np.full((1, count), others)
    base[0, 0] = estimator.accuracy_
    step = np.diff(np.eye(count), axis=0) * (estimator.accuracy_ - others)
    return {"cuts": estimator.cuts_[np.newaxis], "step": step, "base": base}


def _persistence_layout(params: Params, features: int, classes: int) -> Layout:
    """The last move repeated: ``base + (last move > cuts) · step``."""
    newest = np.zeros((features, 1))
    newest[features - min(params["horizon"], features) :] = 1.0
    nodes = [
        op("MatMul", f"{INPUT} newest", "move"),
        op("Greater", "move cuts", "passed"),
        op("Cast", "passed", "passed_numbers", to=11),
        op("MatMul", "passed_numbers step", "gained"),
        op("Add", "gained base", OUTPUT),
    ]
    arrays = {
        "newest": constant(newest),
        "cuts": Array("float64", (1, classes - 1)),
        "step": Array("float64", (classes - 1, classes)),
        "base": Array("float64", (1, classes)),
    }
    return Layout(nodes, arrays, features, classes)


PERSISTENCE = Converter(
    _persistence_arrays,
    _persistence_layout,
    lambda estimator: {"horizon": estimator.horizon},
    record({"horizon": integer(1, 10_000)}),
)
