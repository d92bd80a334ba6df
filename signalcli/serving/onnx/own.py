"""Graph of a model of one's own: probabilities that another file of a bundle computes pass through.

So calibration, the manifest and the loader treat such a model like any other. Its inputs are the
probabilities of the classes, not the features.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.json_checks import list_of, one_of, record, text
from signalcli.serving.onnx.graph import INPUT, OUTPUT, Converter, Layout, Params, op

FAMILY = "own"
FILES = {"onnx": "estimator.onnx", "skops": "estimator.skops"}
TOLERANCE = {"onnx": 1e-5, "skops": 1e-7}  # graphs of skl2onnx compute in single precision in parts


def _get_params(estimator: Any) -> Params:
    return {"kind": estimator.kind, "types": estimator.types}


def _make_layout(_: Params, features: int, classes: int) -> Layout:
    if features != classes:
        raise ValueError("inputs are not the probabilities of the classes")
    return Layout([op("Identity", INPUT, OUTPUT)], {}, features, classes)


def _get_arrays(_: Any) -> dict[str, np.ndarray]:
    return {}


OWN = Converter(
    _get_arrays,
    _make_layout,
    _get_params,
    record(
        {"kind": one_of(*FILES), "types": list_of(text(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*"), 0, 100, unique=True)}
    ),
    lambda estimator: TOLERANCE[estimator.kind],
)


def own_params(graph: Params) -> Params | None:
    """Parameters of the model of one's own in a graph, calibrated or not; None without one."""
    inner = graph["model"] if graph["family"] == "calibrated" else graph
    return inner if inner["family"] == FAMILY else None
