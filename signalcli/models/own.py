"""Classifiers of the user's own: a function, a class or an estimator, named as module:name or installed.

The interface is that of scikit-learn: ``fit(X, y)`` and ``predict_proba(X)``, with ``classes_`` where these
are not the sorted labels. ``set_params`` and ``get_params`` are needed for parameters only.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

import numpy as np
from sklearn.base import clone

from signalcli.errors import ConfigError, UsageError, printable
from signalcli.models.base import WeightedClassifier
from signalcli.models.entry import Reads
from signalcli.models.fields import Parameter
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.registry import FROM_TABLE, OWN

SEED = "random_state"
DECIDED = tuple(name for name in FROM_TABLE if name != SEED)
ROUNDING = 1e-6  # by which probabilities of a row may miss 1


class OwnClassifier(WeightedClassifier):
    """Estimator of the user's own, with its errors and its answers checked.

    Parameters
    ----------
    name : str
        ``module:name`` or an installed entry point.
    settings : dict or None
        Arguments of the function or class; parameters of the estimator where it takes no such argument.
    random_state : int
        For every ``random_state`` of the estimator and its parts that ``settings`` leave out.
    channels, columns, horizon, overlap
        What follows from the table, for an estimator with a parameter of that name.

    Attributes
    ----------
    estimator_ : object
        The fitted estimator.
    """

    def __init__(
        self,
        name: str,
        settings: dict[str, Any] | None = None,
        random_state: int = 0,
        channels: int = 1,
        columns: tuple[str, ...] | None = None,
        horizon: int = 1,
        overlap: int = 0,
    ) -> None:
        self.name, self.settings, self.random_state = name, settings, random_state
        self.channels, self.columns, self.horizon, self.overlap = channels, columns, horizon, overlap

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 (as in scikit-learn)
        """Parameters; of the seed and of what follows from the table, those that the estimator has."""
        params: dict[str, Any] = super().get_params(deep=False)
        return {k: v for k, v in params.items() if k in {"name", "settings", *self._decided()}}

    @property
    def unfitted(self) -> Any:
        """The estimator before it is fitted."""
        decided = {own: getattr(self, name) for name, owns in self._decided().items() for own in owns}
        return _make(self.name, {**decided, **(self.settings or {})})

    def _decided(self) -> dict[str, list[str]]:
        """Parameters of the estimator by the one of this wrapper that decides them."""
        free = [name for name in _defaults(self.name) if name not in (self.settings or {})]
        seeds = [name for name in free if name == SEED or name.endswith(f"__{SEED}")]
        found = {name: [name] for name in DECIDED if name in free}
        return found | ({SEED: seeds} if seeds else {})

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        if len(self.classes_) == 1:
            return
        with OWN.faults(self.name):
            self.estimator_ = self.unfitted
            fit_with_weights(self.estimator_, X, y, weight)

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        return probabilities_of(self.name, self.estimator_, X, self.classes_)


def probabilities_of(name: str, estimator: Any, X: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Probabilities that a fitted estimator gives, with a column for each of ``classes``.

    Raises ConfigError for values that are no probabilities, and for whatever the estimator raises.
    """
    with OWN.faults(name):
        said = np.asarray(estimator.predict_proba(X), dtype="float64")
        known = np.asarray(getattr(estimator, "classes_", classes))
    return _checked(name, said, len(X), known, classes)


def own_reads(name: str) -> Reads:
    """What a model of one's own reads: its attribute ``reads``, every feature by default."""
    reads: Reads = getattr(_target(name), "reads", "features")
    if reads not in get_args(Reads)[:3]:
        raise _refused(name, f"reads = {reads!r}: must be one of {', '.join(get_args(Reads)[:3])}")
    return reads


def own_parameters(name: str) -> list[Parameter]:
    """Parameters of the function or class, then those of the estimator and its parts, with their defaults."""
    return [Parameter(key, default, "") for key, default in _defaults(name).items() if key not in DECIDED]


def create_own(name: str, settings: Mapping[str, Any]) -> OwnClassifier:
    """Unfitted estimator. Raises UsageError for a parameter that it does not have."""
    known = list(_defaults(name))
    for parameter in settings:
        if parameter not in known:
            near = get_close_matches(parameter, known, n=2) or known
            raise UsageError(
                "MODEL-PARAM",
                f"model {printable(name)} has no parameter {printable(parameter)}; it has "
                f"{printable(', '.join(near[:10])) or 'none'}",
            )
    return OwnClassifier(name, dict(settings) or None)


@cache
def _target(name: str) -> Any:
    """The function, class or estimator."""
    with OWN.faults(name):
        return OWN.load(name)


@cache
def _defaults(name: str) -> dict[str, Any]:
    """Defaults of the arguments and of the estimator's parameters by name."""
    estimator = _make(name, {})
    if not all(hasattr(estimator, method) for method in ("fit", "predict_proba")):
        raise _refused(name, f"{type(estimator).__name__} must have fit(X, y) and predict_proba(X)")
    with OWN.faults(name):
        own = estimator.get_params() if hasattr(estimator, "get_params") else {}
    return {**_arguments(_target(name)), **own}


def _arguments(target: Any) -> dict[str, Any]:
    """Defaults of the arguments that can be given by name."""
    if not callable(target):
        return {}
    named = inspect.signature(target).parameters.values()
    return {p.name: p.default for p in named if p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}}


def _make(name: str, settings: Mapping[str, Any]) -> Any:
    """New estimator: settings are arguments where there is one of that name, else parameters."""
    target = _target(name)
    with OWN.faults(name):
        arguments = {key: settings[key] for key in _arguments(target) if key in settings}
        estimator = target(**arguments) if callable(target) else clone(target)
        others = {key: value for key, value in settings.items() if key not in arguments}
        return estimator.set_params(**others) if others else estimator


def _checked(name: str, p: np.ndarray, rows: int, known: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Probabilities with a column for each of ``classes``. Raises ConfigError for what is none."""
    if p.shape != (rows, len(known)) or not np.isin(known, classes).all():
        raise _refused(name, f"predict_proba gave {p.shape}, not one column for each of {known.tolist()}")
    if not (np.isfinite(p).all() and (p >= 0).all() and (np.abs(p.sum(axis=1) - 1) < ROUNDING).all()):
        raise _refused(name, "predict_proba gave rows that are no probabilities")
    aligned = np.zeros((rows, len(classes)))
    aligned[:, np.searchsorted(classes, known)] = p
    return aligned


def _refused(name: str, reason: str) -> ConfigError:
    return ConfigError("MODEL-OWN", f"--model {printable(name)}: {reason}")
