"""Which graph a model becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from signalcli.errors import UsageError
from signalcli.io.json_checks import record
from signalcli.serving.onnx.autoregressive import AUTOREGRESSIVE
from signalcli.serving.onnx.baselines import MAJORITY, PERSISTENCE
from signalcli.serving.onnx.calibrated import calibrated
from signalcli.serving.onnx.ensemble import ensemble
from signalcli.serving.onnx.graph import Family, Layout, Sizes
from signalcli.serving.onnx.logistic import LOGISTIC
from signalcli.serving.onnx.nested import Graphs
from signalcli.serving.onnx.network.network import NETWORK
from signalcli.serving.onnx.trees import TREES

if TYPE_CHECKING:
    import numpy as np

FAMILIES: dict[str, Family] = {
    "majority": MAJORITY,
    "persistence": PERSISTENCE,
    "autoregressive": AUTOREGRESSIVE,
    "logistic": LOGISTIC,
    "trees": TREES,
    "network": NETWORK,
}

_OF_CLASS = {
    "Majority": "majority",
    "Persistence": "persistence",
    "ARClassifier": "autoregressive",
    "LogisticClassifier": "logistic",
    "TreeClassifier": "trees",
    "NetworkClassifier": "network",
    "Ensemble": "ensemble",
    "Calibrated": "calibrated",
}
DEEPEST = 3  # graphs inside graphs


def family_of(estimator: Any) -> str:
    """Name of an estimator's family; UsageError where there is no graph for it."""
    name = _OF_CLASS.get(type(estimator).__name__, "")
    if not name:
        raise UsageError(
            "BUNDLE-MODEL", f"{type(estimator).__name__} cannot be saved: there is no graph for it"
        )
    return name


def described(estimator: Any) -> Sizes:
    """What the manifest says of the graph: its family, and what decides its layout."""
    name = family_of(estimator)
    return {"family": name, **FAMILIES[name].sizes(estimator)}


def arrays(estimator: Any) -> dict[str, np.ndarray]:
    """The numbers of the graph."""
    return FAMILIES[family_of(estimator)].arrays(estimator)


def layout(graph: Sizes, features: int, classes: int) -> Layout:
    """The graph without its numbers, of a description that `check` has nothing against."""
    sizes = {name: value for name, value in graph.items() if name != "family"}
    return FAMILIES[graph["family"]].layout(sizes, features, classes)


def tolerance(estimator: Any) -> float:
    """How far the graph may be from the estimator."""
    return FAMILIES[family_of(estimator)].tolerance(estimator)


def check(graph: Any, depth: int = 0) -> str | None:
    """What is wrong with a description of a graph, or None."""
    family = graph.get("family") if type(graph) is dict else None
    if type(family) is not str or family not in FAMILIES or depth >= DEEPEST:
        return "is of no known family"
    sizes = {name: value for name, value in graph.items() if name != "family"}
    if next(iter(graph)) != "family":
        return "must begin with its family"
    return record(_schemas(depth)[family])(sizes)


def _schemas(depth: int) -> dict[str, Any]:
    """Schemas of all families; those of composed ones look one level deeper."""
    deeper = Graphs(described, arrays, layout, tolerance, lambda graph: check(graph, depth + 1))
    return {name: FAMILIES[name].schema for name in FAMILIES} | {
        "ensemble": ensemble(deeper).schema,
        "calibrated": calibrated(deeper).schema,
    }


GRAPHS = Graphs(described, arrays, layout, tolerance, check)
FAMILIES["ensemble"] = ensemble(GRAPHS)
FAMILIES["calibrated"] = calibrated(GRAPHS)
