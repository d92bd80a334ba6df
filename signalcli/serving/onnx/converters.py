"""The converter of each model family, and the conversion of any estimator by its family."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.errors import UsageError
from signalcli.serving.onnx.autoregressive import AUTOREGRESSIVE
from signalcli.serving.onnx.baselines import MAJORITY, PERSISTENCE
from signalcli.serving.onnx.calibrated import calibrated_converter
from signalcli.serving.onnx.ensemble import ensemble_converter
from signalcli.serving.onnx.graph import Converter, Layout, Params
from signalcli.serving.onnx.logistic import LOGISTIC
from signalcli.serving.onnx.network.network import NETWORK
from signalcli.serving.onnx.own import FAMILY, OWN
from signalcli.serving.onnx.trees import TREES

CONVERTERS: dict[str, Converter] = {
    "majority": MAJORITY,
    "persistence": PERSISTENCE,
    "autoregressive": AUTOREGRESSIVE,
    "logistic": LOGISTIC,
    "trees": TREES,
    "network": NETWORK,
    FAMILY: OWN,
}

# By class name, because importing the estimators would load scikit-learn.
FAMILIES = {
    "Majority": "majority",
    "Persistence": "persistence",
    "ARClassifier": "autoregressive",
    "LogisticClassifier": "logistic",
    "TreeClassifier": "trees",
    "NetworkClassifier": "network",
    "Ensemble": "ensemble",
    "Calibrated": "calibrated",
    "OwnClassifier": FAMILY,
    "Stored": FAMILY,
}
DEEPEST = 3  # levels of graphs inside graphs


def family_of(estimator: Any) -> str:
    """Name of an estimator's family; UsageError when it cannot be converted."""
    name = type(estimator).__name__
    if name not in FAMILIES:
        raise UsageError("BUNDLE-MODEL", f"{name} cannot be saved: it has no ONNX converter")
    return FAMILIES[name]


def get_params(estimator: Any) -> Params:
    """Description of the graph in the manifest: its family, and what decides its layout."""
    family = family_of(estimator)
    return {"family": family, **CONVERTERS[family].get_params(estimator)}


def get_arrays(estimator: Any) -> dict[str, np.ndarray]:
    """Learned arrays of the graph, by name."""
    return CONVERTERS[family_of(estimator)].get_arrays(estimator)


def make_layout(params: Params, features: int, classes: int) -> Layout:
    """Layout of a graph from parameters that `check` accepts."""
    return CONVERTERS[params["family"]].make_layout(_without_family(params), features, classes)


def tolerance(estimator: Any) -> float:
    """Largest accepted difference of a probability between graph and estimator."""
    return CONVERTERS[family_of(estimator)].tolerance(estimator)


def check(params: Any, depth: int = 0) -> str | None:
    """What is wrong with the parameters of a graph, or None."""
    family = params.get("family") if type(params) is dict else None
    if type(family) is not str or family not in CONVERTERS or depth >= DEEPEST:
        return "is of no known family"
    if next(iter(params)) != "family":
        return "must begin with its family"
    converter = CONVERTERS[family]
    if family in COMPOSED:  # graphs inside are checked one level deeper
        converter = COMPOSED[family](ANY._replace(check=lambda inner: check(inner, depth + 1)))
    return converter.check(_without_family(params))


def _without_family(params: Params) -> Params:
    return {name: value for name, value in params.items() if name != "family"}


ANY = Converter(get_arrays, make_layout, get_params, check, tolerance)  # of any family, by its name
COMPOSED = {"ensemble": ensemble_converter, "calibrated": calibrated_converter}
CONVERTERS |= {family: make(ANY) for family, make in COMPOSED.items()}
