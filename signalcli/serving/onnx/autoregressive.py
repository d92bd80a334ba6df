"""Graph of AR(p): a linear forecast, and the normal distribution's probability between the cuts.

ONNX Runtime has no error function in double precision, so the complementary one is written out:
erfc(a) = t · exp(-a² + g(t)) with t = 2 / (2 + a) and g a polynomial in 2t - 1 (after Numerical Recipes, 3rd
ed., 6.2.2). With degree 20 it is within 1e-13 of the true value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import INPUT, OUTPUT, Array, Converter, Layout, Node, Params, constant, op

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


def _get_arrays(estimator: Any) -> dict[str, np.ndarray]:
    """Coefficients of all columns, newest last; zero for the lags that are not read."""
    coefficients = np.zeros((estimator.n_features_in_, 1))
    newest_first = coefficients[::-1]
    newest_first[: estimator.p_, 0] = estimator.coefficients_[1:]
    return {
        "coefficients": coefficients,
        "intercept": np.array([[estimator.coefficients_[0]]]),
        "cuts": estimator.cuts_[np.newaxis],
        "spread": np.array([[max(estimator.spread_, np.finfo(float).tiny)]]),
    }


def _make_layout(_params: Params, features: int, classes: int) -> Layout:
    nodes = [
        op("MatMul", f"{INPUT} coefficients", "slope"),
        op("Add", "slope intercept", "forecast"),
        op("Sub", "cuts forecast", "room"),
        op("Div", "room spread", "distance"),
        *_normal_cdf("distance", "below"),
        op("MatMul", "below differences", "between"),
        op("Add", "between rest", OUTPUT),
    ]
    arrays = {
        "coefficients": Array("float64", (features, 1)),
        "intercept": Array("float64", (1, 1)),
        "cuts": Array("float64", (1, classes - 1)),
        "spread": Array("float64", (1, 1)),
        "differences": constant(-np.diff(np.eye(classes), axis=0)),
        "rest": constant(np.eye(classes)[-1:]),
    }
    numbers = {"zero": 0.0, "half": 0.5, "one": 1.0, "two": 2.0, "root_half": np.sqrt(0.5)}
    numbers |= {f"tail{k}": value for k, value in enumerate(TAIL)}
    constants = {name: constant(value) for name, value in numbers.items()}
    return Layout(nodes, arrays | constants, features, classes)


def _normal_cdf(distance: str, below: str) -> list[Node]:
    """Standard normal distribution function of ``distance``, written to ``below``."""
    degree = len(TAIL) - 1
    polynomial = [  # Horner's scheme
        node
        for k in range(degree - 1, -1, -1)
        for node in (op("Mul", f"sum{k + 1} y", f"product{k}"), op("Add", f"product{k} tail{k}", f"sum{k}"))
    ]
    return [
        op("Abs", distance, "absolute"),
        op("Mul", "absolute root_half", "a"),
        op("Add", "a two", "a_two"),
        op("Div", "two a_two", "t"),
        op("Add", "t t", "t_twice"),
        op("Sub", "t_twice one", "y"),
        op("Identity", f"tail{degree}", f"sum{degree}"),
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


AUTOREGRESSIVE = Converter(_get_arrays, _make_layout)
