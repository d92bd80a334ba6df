"""Ensemble of models: the mean of their probabilities, or a logistic regression on them (stacking)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TimeSeriesSplit

from signalcli.models.base import WeightedClassifier
from signalcli.models.families.ensembles import EnsembleParameters
from signalcli.models.fields import check_parameters
from signalcli.models.inputs import select_inputs
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.registry import create, entry, resolve_members

_SMALLEST = 1e-6  # probability, so that a member that is certain and wrong has a finite weight


class Member(NamedTuple):
    """One model of an ensemble and the columns of a row that it reads."""

    name: str
    estimator: Any
    columns: list[int]


class Ensemble(EnsembleParameters, WeightedClassifier):
    """Ensemble whose members each read their own columns of the row. Parameters: `EnsembleParameters`.

    Attributes
    ----------
    members_ : list of Member
        Fitted models.
    stack_ : LogisticRegression
        Model on the members' log-odds, with ``method="stack"``.
    """

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        check_parameters(self)
        if len(self.classes_) == 1:
            return
        if self.method == "stack":
            self.stack_ = self._fit_stack(X, y, weight)
        self.members_ = list(self._fit_members(X, y, weight))

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        p = self._member_probabilities(self.members_, X)
        if self.method == "mean":
            return p.mean(axis=0)
        return _align(self.stack_.predict_proba(_log_odds(p)), self.stack_.classes_, self.classes_)

    def _fit_members(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Iterator[Member]:
        for name in resolve_members(self.members):
            member = self._make_member(name, X.shape[1])
            member.estimator.epoch_callback = self.epoch_callback
            fit_with_weights(member.estimator, X[:, member.columns], y, weight)
            yield member

    def _make_member(self, name: str, width: int) -> Member:
        """Unfitted model with the parameters that table and ensemble decide."""
        estimator = create(name, **(self.settings or {}).get(name, {}))
        columns, channels, names = list(range(width)), 1, self.columns
        if self.columns is not None:
            selected = select_inputs(list(self.columns), entry(name).reads)
            columns, channels = [self.columns.index(c) for c in selected.columns], selected.channels
            names = tuple(selected.columns)
        decided = {"channels": channels, "columns": names}
        decided |= {key: getattr(self, key) for key in ("horizon", "overlap", "random_state")}
        accepted = estimator.get_params(deep=False)
        estimator.set_params(**{k: v for k, v in decided.items() if k in accepted})
        return Member(name, estimator, columns)

    def _member_probabilities(self, members: list[Member], X: np.ndarray) -> np.ndarray:
        """Probabilities of every member, (n_members, n_rows, n_classes)."""
        return np.stack(
            [
                _align(m.estimator.predict_proba(X[:, m.columns]), m.estimator.classes_, self.classes_)
                for m in members
            ]
        )

    def _fit_stack(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> LogisticRegression:
        """Fit the stack to out-of-sample log-odds of the members."""
        features, rows = [], []
        for train, test in TimeSeriesSplit(self.folds, gap=self.overlap).split(X):
            members = list(self._fit_members(X[train], y[train], None if weight is None else weight[train]))
            features.append(_log_odds(self._member_probabilities(members, X[test])))
            rows.append(test)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # equal members leave the solution open
            tested = np.concatenate(rows)
            test_weight = None if weight is None else weight[tested]
            stack = LogisticRegression(C=self.C)
            return stack.fit(np.concatenate(features), y[tested], sample_weight=test_weight)


def _align(p: np.ndarray, known: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Columns for all classes; a class absent from ``known`` has probability zero."""
    out = np.zeros((len(p), len(classes)))
    out[:, np.searchsorted(classes, known)] = p
    return out


def _log_odds(p: np.ndarray) -> np.ndarray:
    """Log-odds of every class against the first one, all members side by side: (n_rows, columns)."""
    logs = np.log(np.maximum(p, _SMALLEST))
    odds = logs[..., 1:] - logs[..., :1]
    return np.concatenate(list(odds), axis=1)
