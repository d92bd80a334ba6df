"""Graph of an ensemble: the members' graphs over their columns, then a mean or a logistic regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.errors import UsageError
from signalcli.io.json_checks import integer, list_of, one_of, record
from signalcli.serving.onnx.graph import INPUT, Converter, Layout, Node, Params, Part, constant, mean, op
from signalcli.serving.onnx.logistic import softmax_arrays, softmax_layer
from signalcli.serving.onnx.nested import embed

LEAST = 1e-6  # lower bound of probabilities before the logarithm, as in `signalcli.models.meta.ensemble`


def ensemble_converter(inner: Converter) -> Converter:
    """Converter of ensembles whose members are converted by ``inner``."""

    def get_params(estimator: Any) -> Params:
        _refuse_missing_classes(estimator)
        members = [
            {"columns": list(map(int, m.columns)), "graph": inner.get_params(m.estimator)}
            for m in estimator.members_
        ]
        return {"method": estimator.method, "members": members}

    def get_arrays(estimator: Any) -> dict[str, np.ndarray]:
        arrays = {
            f"member{k}/{name}": values
            for k, member in enumerate(estimator.members_)
            for name, values in inner.get_arrays(member.estimator).items()
        }
        return arrays | (_stack_arrays(estimator) if estimator.method == "stack" else {})

    def make_layout(params: Params, features: int, classes: int) -> Layout:
        members = params["members"]
        nodes: list[Node] = []
        arrays = {"count": constant(float(len(members)))}
        for k, member in enumerate(members):
            if max(member["columns"]) >= features:
                raise ValueError("columns")
            layout = inner.make_layout(member["graph"], len(member["columns"]), classes)
            member_nodes, member_arrays = embed(layout, f"member{k}/", f"row{k}", f"said{k}")
            nodes += [op("Gather", f"{INPUT} columns{k}", f"row{k}", axis=1), *member_nodes]
            arrays |= member_arrays | {f"columns{k}": constant(member["columns"], "int64")}
        outputs = [f"said{k}" for k in range(len(members))]
        last = _stack(outputs, classes) if params["method"] == "stack" else (mean(outputs), {})
        return Layout([*nodes, *last[0]], arrays | last[1], features, classes)

    member = record({"columns": list_of(integer(0, 20_000), 1, 20_000), "graph": inner.check})
    check = record({"method": one_of("mean", "stack"), "members": list_of(member, 1, 32)})
    return Converter(get_arrays, make_layout, get_params, check, lambda e: _tolerance(inner, e))


def _tolerance(inner: Converter, estimator: Any) -> float:
    """The largest of the members'; stacking may magnify a difference, but must stay within it as well."""
    return max(inner.tolerance(m.estimator) for m in estimator.members_)


def _refuse_missing_classes(estimator: Any) -> None:
    classes = [m.estimator.classes_ for m in estimator.members_]
    classes += [estimator.stack_.classes_] if estimator.method == "stack" else []
    if any(list(c) != list(estimator.classes_) for c in classes):
        raise UsageError(
            "BUNDLE-MODEL", "an ensemble whose members were fitted on fewer directions cannot be saved"
        )


def _stack_arrays(estimator: Any) -> dict[str, np.ndarray]:
    """Weights of the members' log-probabilities.

    The regression was fitted on log-odds, the logarithms of the other classes less that of the first.
    """
    count, classes = len(estimator.members_), len(estimator.classes_)
    regression = estimator.stack_
    of_odds = regression.coef_.T.reshape(count, classes - 1, -1)
    of_logs = np.concatenate([-of_odds.sum(axis=1, keepdims=True), of_odds], axis=1)
    return softmax_arrays(of_logs.reshape(count * classes, -1), regression.intercept_[np.newaxis])


def _stack(outputs: list[str], classes: int) -> Part:
    """Logistic regression of the logarithms of all members' probabilities."""
    logs = [
        Node("Concat", tuple(outputs), ("each",), {"axis": 1}),
        op("Max", "each least", "held"),
        op("Log", "held", "logs"),
    ]
    nodes, arrays = softmax_layer("logs", len(outputs) * classes, classes)
    return [*logs, *nodes], {"least": constant(LEAST)} | arrays
