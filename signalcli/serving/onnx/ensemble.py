"""Graph of an ensemble: the members' graphs over their columns, then a mean or a logistic regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.errors import UsageError
from signalcli.io.json_checks import listing, one_of, record, whole
from signalcli.serving.onnx.graph import PROBABILITIES, ROW, Array, Family, Layout, Node, Sizes, fixed, op
from signalcli.serving.onnx.joining import inside
from signalcli.serving.onnx.nested import Graphs

LEAST = 1e-6  # as `signalcli.models.meta.ensemble` has it: no member weighs infinitely much


def ensemble(graphs: Graphs) -> Family:
    """The family, of members of any other."""

    def sizes(estimator: Any) -> Sizes:
        _refuse_holes(estimator)
        members = [
            {"columns": list(map(int, m.columns)), "graph": graphs.described(m.estimator)}
            for m in estimator.members_
        ]
        return {"method": estimator.method, "members": members}

    def arrays(estimator: Any) -> dict[str, np.ndarray]:
        found = {
            f"member{k}/{name}": numbers
            for k, member in enumerate(estimator.members_)
            for name, numbers in graphs.arrays(member.estimator).items()
        }
        return found | (_stack(estimator) if estimator.method == "stack" else {})

    def layout(sizes: Sizes, features: int, classes: int) -> Layout:
        nodes: list[Node] = []
        arrays: dict[str, Array] = {"count": fixed(float(len(sizes["members"])))}
        for k, member in enumerate(sizes["members"]):
            if max(member["columns"]) >= features:
                raise ValueError("columns")
            inner = graphs.layout(member["graph"], len(member["columns"]), classes)
            made, brought = inside(inner, f"member{k}/", f"row{k}", f"said{k}")
            nodes += [op("Gather", f"{ROW} columns{k}", f"row{k}", axis=1), *made]
            arrays |= brought | {f"columns{k}": fixed(member["columns"], "int64")}
        together = _stacked if sizes["method"] == "stack" else _mean
        made, brought = together(len(sizes["members"]), classes)
        return Layout([*nodes, *made], arrays | brought, features, classes)

    member = record({"columns": listing(whole(0, 20_000), 1, 20_000), "graph": graphs.check})
    schema = {"method": one_of("mean", "stack"), "members": listing(member, 1, 32)}
    return Family(sizes, arrays, layout, schema, lambda e: _tolerance(graphs, e))


def _tolerance(graphs: Graphs, estimator: Any) -> float:
    """Stacking may make more of a difference than there was, but saved models are held to the same bound."""
    return max(graphs.tolerance(m.estimator) for m in estimator.members_)


def _refuse_holes(estimator: Any) -> None:
    known = [m.estimator.classes_ for m in estimator.members_]
    known += [estimator.stack_.classes_] if estimator.method == "stack" else []
    if any(list(k) != list(estimator.classes_) for k in known):
        raise UsageError("BUNDLE-MODEL", "an ensemble whose members know fewer directions cannot be saved")


def _mean(count: int, classes: int) -> tuple[list[Node], dict[str, Array]]:  # noqa: ARG001
    added = [op("Add", f"sum{k - 1} said{k}", f"sum{k}") for k in range(1, count)]
    first = op("Identity", "said0", "sum0")
    return [first, *added, op("Div", f"sum{count - 1} count", PROBABILITIES)], {}


def _stack(estimator: Any) -> dict[str, np.ndarray]:
    """Weights of the log-probabilities of all members: odds are logs less the log of the first class."""
    count, classes = len(estimator.members_), len(estimator.classes_)
    regression = estimator.stack_
    of_odds = regression.coef_.T.reshape(count, classes - 1, -1)
    of_logs = np.concatenate([-of_odds.sum(axis=1, keepdims=True), of_odds], axis=1)
    weights, bias = of_logs.reshape(count * classes, -1), regression.intercept_[np.newaxis]
    if classes == 2:  # the first of two classes has the logit 0
        weights, bias = np.pad(weights, ((0, 0), (1, 0))), np.pad(bias, ((0, 0), (1, 0)))
    return {"weights": weights, "bias": bias}


def _stacked(count: int, classes: int) -> tuple[list[Node], dict[str, Array]]:
    arrays = {
        "least": fixed(LEAST),
        "weights": Array("float64", (count * classes, classes)),
        "bias": Array("float64", (1, classes)),
    }
    return [
        Node("Concat", tuple(f"said{k}" for k in range(count)), ("each",), {"axis": 1}),
        op("Max", "each least", "held"),
        op("Log", "held", "logs"),
        op("MatMul", "logs weights", "product"),
        op("Add", "product bias", "logits"),
        op("Softmax", "logits", PROBABILITIES, axis=1),
    ], arrays
