"""Graph of a calibrated model: its own graph, then one calibration curve a class.

Platt's curve is a logistic function of the log-odds. An isotonic curve is a sum of ramps, one from each knot
to the next: each adds its rise times the share of it that p has passed, 0 … 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.json_checks import integer, list_of, one_of, record
from signalcli.serving.onnx.graph import (
    INPUT,
    OUTPUT,
    Array,
    Converter,
    Layout,
    Node,
    Params,
    Part,
    add_up,
    constant,
    op,
)
from signalcli.serving.onnx.nested import embed

LEAST = 1e-6  # probabilities are clipped there before log-odds are taken
FARTHEST = 30.0  # and log-odds here, before the exponential
NUMBER = Array("float64", (1, 1))


def calibrated_converter(inner: Converter) -> Converter:
    """Converter of calibrated models whose own model is converted by ``inner``."""

    def get_params(estimator: Any) -> Params:
        kind = estimator.kind if estimator.curves_ else "none"
        ramps = [_ramps(c).shape[1] for c in _curves(estimator)] if kind == "isotonic" else []
        return {"kind": kind, "ramps": ramps, "model": inner.get_params(estimator.model)}

    def get_arrays(estimator: Any) -> dict[str, np.ndarray]:
        curves = {
            f"curve{k}/{name}": values
            for k, curve in enumerate(_curves(estimator))
            for name, values in _curve_arrays(estimator.kind, curve).items()
        }
        model = inner.get_arrays(estimator.model)
        return {f"model/{name}": values for name, values in model.items()} | curves

    def make_layout(params: Params, features: int, classes: int) -> Layout:
        layout = inner.make_layout(params["model"], features, classes)
        nodes, arrays = embed(layout, "model/", INPUT, "said")
        last = _calibrate(params, classes)
        return Layout([*nodes, *last[0]], arrays | last[1], features, classes)

    ramps = list_of(integer(1, 100_000), 0, 3)
    check = record({"kind": one_of("platt", "isotonic", "none"), "ramps": ramps, "model": inner.check})
    return Converter(get_arrays, make_layout, get_params, check, lambda e: _tolerance(inner, e))


def _curves(estimator: Any) -> list[Any]:
    """The curves that are used; of two classes the second one's is enough."""
    curves = [estimator.curves_[int(c)] for c in estimator.classes_] if estimator.curves_ else []
    return curves[1:] if len(curves) == 2 else curves


def _ramps(curve: Any) -> np.ndarray:
    """Starts, widths and rises of an isotonic curve, (3, n); a constant is one ramp that does not rise."""
    x, y = curve.knots
    return np.stack([x[:-1], np.diff(x), np.diff(y)]) if len(x) > 1 else np.array([[0.0], [1.0], [0.0]])


def _curve_arrays(kind: str, curve: Any) -> dict[str, np.ndarray]:
    if kind == "platt":
        return {"slope": np.array([[curve.slope]]), "intercept": np.array([[curve.intercept]])}
    starts, widths, rises = _ramps(curve)
    return {
        "starts": starts[np.newaxis],
        "widths": widths[np.newaxis],
        "rises": rises[:, np.newaxis],
        "lowest": np.array([[curve.knots[1][0]]]),
    }


def _tolerance(inner: Converter, estimator: Any) -> float:
    """The model's tolerance, larger where a steep isotonic curve magnifies differences."""
    tolerance = inner.tolerance(estimator.model)
    if estimator.kind == "platt" or not estimator.curves_:
        return tolerance
    steepest = max(float((rises / widths).max()) for _, widths, rises in map(_ramps, _curves(estimator)))
    return min(tolerance * max(1.0, 3 * steepest), 1e-2)


def _calibrate(params: Params, classes: int) -> Part:
    """Each column of ``said`` through its curve, then scaled so that they sum to one."""
    if params["kind"] == "none":
        return [op("Identity", "said", OUTPUT)], {}
    columns = [1] if classes == 2 else list(range(classes))
    if params["kind"] == "isotonic" and len(params["ramps"]) != len(columns):
        raise ValueError("ramps")
    arrays: dict[str, Array] = {"one": constant(1.0)}
    nodes: list[Node] = []
    for k, column in enumerate(columns):
        arrays |= {f"curve{k}/column": constant(np.eye(classes)[:, column : column + 1])}
        nodes.append(op("MatMul", f"said curve{k}/column", f"curve{k}/p"))
        curve = _platt(k) if params["kind"] == "platt" else _isotonic(k, params["ramps"][k])
        nodes, arrays = [*nodes, *curve[0]], arrays | curve[1]
    return nodes + _normalize(classes), arrays


def _normalize(classes: int) -> list[Node]:
    """Probabilities of all classes from the outputs of the curves."""
    if classes == 2:
        rest = op("Sub", "one curve0/out", "rest")
        return [rest, Node("Concat", ("rest", "curve0/out"), (OUTPUT,), {"axis": 1})]
    columns = tuple(f"curve{k}/out" for k in range(classes))
    scaled = Node("Concat", columns, ("scaled",), {"axis": 1})
    return [scaled, *add_up(columns, "total"), op("Div", f"scaled total{classes - 1}", OUTPUT)]


def _platt(k: int) -> Part:
    n = f"curve{k}/"
    arrays = {f"{n}slope": NUMBER, f"{n}intercept": NUMBER}
    bounds = {"least": LEAST, "most": 1 - LEAST, "near": -FARTHEST, "far": FARTHEST}
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
    ], arrays | {name: constant(value) for name, value in bounds.items()}


def _isotonic(k: int, ramps: int) -> Part:
    n = f"curve{k}/"
    row, column = Array("float64", (1, ramps)), Array("float64", (ramps, 1))
    arrays = {f"{n}starts": row, f"{n}widths": row, f"{n}rises": column, f"{n}lowest": NUMBER}
    return [
        op("Sub", f"{n}p {n}starts", f"{n}past"),
        op("Div", f"{n}past {n}widths", f"{n}share"),
        op("Clip", f"{n}share zero one", f"{n}come"),
        op("MatMul", f"{n}come {n}rises", f"{n}risen"),
        op("Add", f"{n}risen {n}lowest", f"{n}out"),
    ], arrays | {"zero": constant(0.0)}
