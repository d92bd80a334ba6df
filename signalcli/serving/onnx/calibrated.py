"""Graph of a model whose probabilities are rescaled: its own graph, then a curve a class.

Platt's curve is a logistic function of the log-odds. An isotonic curve is a sum of ramps, one from each knot
to the next: each adds its rise times how far p has come on it, 0 … 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.json_checks import listing, one_of, whole
from signalcli.serving.onnx.graph import PROBABILITIES, ROW, Array, Family, Layout, Node, Sizes, fixed, op
from signalcli.serving.onnx.joining import inside
from signalcli.serving.onnx.nested import Graphs

LEAST = 1e-6  # probabilities are cut off there before log-odds are taken
FARTHEST = 30.0


def calibrated(graphs: Graphs) -> Family:
    """The family, around models of any other."""

    def sizes(estimator: Any) -> Sizes:
        kind = estimator.kind if estimator.curves_ else "none"
        ramps = [_ramps(c).shape[1] for c in _curves(estimator)] if kind == "isotonic" else []
        return {"kind": kind, "ramps": ramps, "model": graphs.described(estimator.model)}

    def arrays(estimator: Any) -> dict[str, np.ndarray]:
        found = {f"model/{name}": numbers for name, numbers in graphs.arrays(estimator.model).items()}
        for k, curve in enumerate(_curves(estimator)):
            found |= {
                f"curve{k}/{name}": numbers for name, numbers in _numbers(estimator.kind, curve).items()
            }
        return found

    def layout(sizes: Sizes, features: int, classes: int) -> Layout:
        model = graphs.layout(sizes["model"], features, classes)
        nodes, brought = inside(model, "model/", ROW, "said")
        if sizes["kind"] == "none":
            return Layout([*nodes, op("Identity", "said", PROBABILITIES)], brought, features, classes)
        made, arrays = _curved(sizes, classes)
        return Layout([*nodes, *made], brought | arrays, features, classes)

    schema = {
        "kind": one_of("platt", "isotonic", "none"),
        "ramps": listing(whole(1, 100_000), 0, 3),
        "model": graphs.check,
    }
    return Family(sizes, arrays, layout, schema, lambda estimator: _tolerance(graphs, estimator))


def _curves(estimator: Any) -> list[Any]:
    """The curves that are used: of two classes the second's says it all."""
    found = [estimator.curves_[int(c)] for c in estimator.classes_] if estimator.curves_ else []
    return found[1:] if len(found) == 2 else found


def _ramps(curve: Any) -> np.ndarray:
    """Starts, widths and rises of an isotonic curve, (3, n); a constant is one ramp that does not rise."""
    x, y = curve.knots
    return np.stack([x[:-1], np.diff(x), np.diff(y)]) if len(x) > 1 else np.array([[0.0], [1.0], [0.0]])


def _numbers(kind: str, curve: Any) -> dict[str, np.ndarray]:
    if kind == "platt":
        return {"slope": np.array([[curve.slope]]), "intercept": np.array([[curve.intercept]])}
    starts, widths, rises = _ramps(curve)
    return {
        "starts": starts[np.newaxis],
        "widths": widths[np.newaxis],
        "rises": rises[:, np.newaxis],
        "lowest": np.array([[curve.knots[1][0]]]),
    }


def _tolerance(graphs: Graphs, estimator: Any) -> float:
    """A steep curve makes more of a difference than there was."""
    inner = graphs.tolerance(estimator.model)
    if estimator.kind == "platt" or not estimator.curves_:
        return inner
    steepest = max(float((rises / widths).max()) for _, widths, rises in map(_ramps, _curves(estimator)))
    return min(inner * max(1.0, 3 * steepest), 1e-2)


def _curved(sizes: Sizes, classes: int) -> tuple[list[Node], dict[str, Array]]:
    """A column of ``said`` through each curve, then side by side so that they sum to one."""
    used = [1] if classes == 2 else list(range(classes))
    if sizes["kind"] == "isotonic" and len(sizes["ramps"]) != len(used):
        raise ValueError("ramps")
    arrays: dict[str, Array] = {"one": fixed(1.0)}
    nodes: list[Node] = []
    for k, column in enumerate(used):
        arrays |= {f"curve{k}/column": fixed(np.eye(classes)[:, column : column + 1])}
        nodes.append(op("MatMul", f"said curve{k}/column", f"curve{k}/p"))
        made, brought = _platt(k) if sizes["kind"] == "platt" else _isotonic(k, sizes["ramps"][k])
        nodes, arrays = [*nodes, *made], arrays | brought
    return nodes + _side_by_side(classes), arrays


def _side_by_side(classes: int) -> list[Node]:
    if classes == 2:
        rest = op("Sub", "one curve0/out", "rest")
        return [rest, Node("Concat", ("rest", "curve0/out"), (PROBABILITIES,), {"axis": 1})]
    columns = tuple(f"curve{k}/out" for k in range(classes))
    added = [op("Add", f"total{k - 1} curve{k}/out", f"total{k}") for k in range(1, classes)]
    return [
        Node("Concat", columns, ("scaled",), {"axis": 1}),
        op("Identity", "curve0/out", "total0"),
        *added,
        op("Div", f"scaled total{classes - 1}", PROBABILITIES),
    ]


def _platt(k: int) -> tuple[list[Node], dict[str, Array]]:
    n = f"curve{k}/"
    arrays = {f"{n}slope": Array("float64", (1, 1)), f"{n}intercept": Array("float64", (1, 1))}
    arrays |= {
        "least": fixed(LEAST),
        "most": fixed(1 - LEAST),
        "near": fixed(-FARTHEST),
        "far": fixed(FARTHEST),
    }
    return [
        op("Clip", f"{n}p least most", f"{n}inside"),
        op("Sub", f"one {n}inside", f"{n}against"),
        op("Div", f"{n}inside {n}against", f"{n}odds"),
        op("Log", f"{n}odds", f"{n}log_odds"),
        op("Mul", f"{n}log_odds {n}slope", f"{n}sloped"),
        op("Add", f"{n}sloped {n}intercept", f"{n}moved"),
        op("Clip", f"{n}moved near far", f"{n}held"),
        op("Neg", f"{n}held", f"{n}negative"),
        op("Exp", f"{n}negative", f"{n}power"),
        op("Add", f"{n}power one", f"{n}under"),
        op("Div", f"one {n}under", f"{n}out"),
    ], arrays


def _isotonic(k: int, ramps: int) -> tuple[list[Node], dict[str, Array]]:
    n = f"curve{k}/"
    row = Array("float64", (1, ramps))
    arrays = {f"{n}starts": row, f"{n}widths": row, f"{n}rises": Array("float64", (ramps, 1))}
    arrays |= {f"{n}lowest": Array("float64", (1, 1)), "zero": fixed(0.0)}
    return [
        op("Sub", f"{n}p {n}starts", f"{n}past"),
        op("Div", f"{n}past {n}widths", f"{n}share"),
        op("Clip", f"{n}share zero one", f"{n}come"),
        op("MatMul", f"{n}come {n}rises", f"{n}risen"),
        op("Add", f"{n}risen {n}lowest", f"{n}out"),
    ], arrays
