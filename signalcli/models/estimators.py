"""The scikit-learn estimator of each learner: its parameters and methods, on a class of `base`.

`from signalcli.models.estimators import TreeClassifier` works, and so does a pickle of one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from signalcli.models.base import DirectionClassifier, ValueRegressor, WeightedClassifier
from signalcli.models.learner import ClassLearner, Learner, ValueLearner, WeightedLearner
from signalcli.models.registry import FORECASTERS, MODELS

_BASES: tuple[tuple[type[Learner], type], ...] = (
    (WeightedLearner, WeightedClassifier),
    (ClassLearner, DirectionClassifier),
    (ValueLearner, ValueRegressor),
)


@cache
def estimator_class(learner: type[Learner]) -> type:
    """Class with the name and parameters of a learner and the interface of scikit-learn."""
    base = next(base for kind, base in _BASES if issubclass(learner, kind))
    return type(learner.__name__, (learner, base), {"__module__": __name__, "__doc__": learner.__doc__})


def __getattr__(name: str) -> Any:
    for entry in (*MODELS.values(), *FORECASTERS.values()):
        if entry.target is None and entry.class_name == name:
            return estimator_class(entry.parameters)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
