"""Graph of AR(p): a linear forecast, and the Gaussian's share between the cuts.

ONNX Runtime has no error function for doubles, so the Gaussian's tail is written out:
erfc(a) = t · exp(-a² + g(t)) with t = 2 / (2 + a), and g a polynomial in 2t - 1 (after Numerical Recipes, 3rd
ed., 6.2.2). Of degree 20 it is within 1e-13 of the true value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import (
    PROBABILITIES,
    ROW,
    Array,
    Family,
    Layout,
    Node,
    Sizes,
    fixed,
    op,
    within,
)

# fmt: off
TAIL = (
    -0.6717940840566915, 0.6726432239803338, 0.04734330684153343, -0.046895610428044375,
    -0.00987268934415514, 0.008824942839600008, 0.001758933098368652, -0.002345855422309722,
    -0.00014624220213914878, 0.000673916652695008, -9.376235018490398e-05, -0.00017510148489694946,
    7.150191167066415e-05, 3.344421116471526e-05, -3.0434128887811035e-05, -2.183917065304112e-06,
    8.968494465898285e-06, -9.471076371898027e-07, -1.724425196405002e-06, 2.3241857933129785e-07,
    1.6441889741647025e-07,
)
# fmt: on


def _sizes(estimator: Any) -> Sizes:  # noqa: ARG001
    return {}


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    """Coefficients with zeros for the lags that are not read, newest column last."""
    coefficients = np.zeros((estimator.n_features_in_, 1))
    newest_first = coefficients[::-1]
    newest_first[: estimator.p_, 0] = estimator.coefficients_[1:]
    return {
        "coefficients": coefficients,
        "intercept": np.array([[estimator.coefficients_[0]]]),
        "cuts": estimator.cuts_[np.newaxis],
        "spread": np.array([[max(estimator.spread_, np.finfo(float).tiny)]]),
    }


def _layout(sizes: Sizes, features: int, classes: int) -> Layout:  # noqa: ARG001
    nodes = [
        op("MatMul", f"{ROW} coefficients", "slope"),
        op("Add", "slope intercept", "forecast"),
        op("Sub", "cuts forecast", "room"),
        op("Div", "room spread", "distance"),
        *_share_below("distance", "below"),
        op("MatMul", "below differences", "between"),
        op("Add", "between rest", PROBABILITIES),
    ]
    arrays = {
        "coefficients": Array("float64", (features, 1)),
        "intercept": Array("float64", (1, 1)),
        "cuts": Array("float64", (1, classes - 1)),
        "spread": Array("float64", (1, 1)),
        "differences": fixed(-np.diff(np.eye(classes), axis=0)),
        "rest": fixed(np.eye(classes)[-1:]),
    }
    return Layout(nodes, arrays | _constants(), features, classes)


def _constants() -> dict[str, Array]:
    numbers = {"zero": 0.0, "half": 0.5, "one": 1.0, "two": 2.0, "root_half": np.sqrt(0.5)}
    numbers |= {f"tail{k}": value for k, value in enumerate(TAIL)}
    return {name: fixed(value) for name, value in numbers.items()}


def _share_below(distance: str, below: str) -> list[Node]:
    """Standard Gaussian distribution function."""
    horner = [op("Mul", f"sum{k + 1} y", f"product{k}") for k in range(len(TAIL) - 2, -1, -1)]
    added = [op("Add", f"product{k} tail{k}", f"sum{k}") for k in range(len(TAIL) - 2, -1, -1)]
    polynomial = [node for pair in zip(horner, added, strict=True) for node in pair]
    return [
        op("Abs", distance, "absolute"),
        op("Mul", "absolute root_half", "a"),
        op("Add", "a two", "a_two"),
        op("Div", "two a_two", "t"),
        op("Add", "t t", "t_twice"),
        op("Sub", "t_twice one", "y"),
        op("Identity", f"tail{len(TAIL) - 1}", f"sum{len(TAIL) - 1}"),
        *polynomial,
        op("Mul", "a a", "a_square"),
        op("Sub", "sum0 a_square", "exponent"),
        op("Exp", "exponent", "power"),
        op("Mul", "power t", "erfc"),
        op("Mul", "erfc half", "tail"),
        op("Sub", "one tail", "bulk"),
        op("Less", f"{distance} zero", "negative"),
        op("Where", "negative tail bulk", below),
    ]


AUTOREGRESSIVE = Family(_sizes, _arrays, _layout, {}, within(1e-7))
