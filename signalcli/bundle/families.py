"""Which graph a model becomes."""

from __future__ import annotations

from typing import Any

from signalcli.bundle.graph_autoregressive import AUTOREGRESSIVE
from signalcli.bundle.graph_baselines import MAJORITY, PERSISTENCE
from signalcli.bundle.graph_logistic import LOGISTIC
from signalcli.bundle.graph_recurrent import GATES, RECURRENT
from signalcli.bundle.graph_trees import TREES
from signalcli.bundle.layout import Family
from signalcli.errors import UsageError

FAMILIES: dict[str, Family] = {
    "majority": MAJORITY,
    "persistence": PERSISTENCE,
    "autoregressive": AUTOREGRESSIVE,
    "logistic": LOGISTIC,
    "trees": TREES,
    **RECURRENT,
}

_OF_CLASS = {
    "Majority": "majority",
    "Persistence": "persistence",
    "AutoRegressive": "autoregressive",
    "Logistic": "logistic",
    "Tree": "trees",
}


def family_of(estimator: Any) -> str:
    """Name of an estimator's family; UsageError where there is no graph for it."""
    kind = type(estimator).__name__
    name = str(estimator.cell) if kind == "Recurrent" else _OF_CLASS.get(kind, "")
    if name not in FAMILIES:
        what = f"cell={name}" if kind == "Recurrent" else kind
        known = ", ".join([*_OF_CLASS, *GATES])
        raise UsageError("BUNDLE-MODEL", f"{what} cannot be saved yet; --save knows {known}")
    return name
