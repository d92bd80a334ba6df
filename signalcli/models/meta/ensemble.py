"""Several models as one: the mean of their probabilities, or a logistic regression on them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TimeSeriesSplit

from signalcli.models.base import Range, WeighedClassifier, check_ranges
from signalcli.models.inputs import inputs
from signalcli.models.meta.sample_weight import fit_weighed
from signalcli.models.registry import create, entry

RANGES = {"folds": Range(2, whole=True), "C": Range(1e-12)}
METHODS = ("mean", "stack")
_SMALLEST = 1e-6  # a member that is certain and wrong must not weigh infinitely much


class Member(NamedTuple):
    """One model of an ensemble and the columns of a row that it reads."""

    name: str
    estimator: Any
    columns: list[int]


class Ensemble(WeighedClassifier):
    """Models that are asked together; each reads its own columns of the row and scales them itself.

    Parameters
    ----------
    members : str or tuple of str
        Names of models, as ``lstm,gru``.
    method : {"mean", "stack"}
        Mean of the members' probabilities, or a logistic regression on their log-odds, learnt from rows that
        the members were not trained on.
    folds : int
        Inner walk-forward folds of the training part from which stacking learns.
    C : float
        Inverse strength of the L2 penalty of stacking.
    settings : dict or None
        Arguments of the members by name; on the command line ``ensemble.lstm__units=16``.
    columns : sequence of str or None
        Names of a row's features; None = every member reads all of them, one channel.
    horizon : int
        Bars ahead that the target looks, handed on to members.
    overlap : int
        Rows whose labels reach into the rows after them: left out between an inner fold's two parts.
    random_state : int
        Decides every random number of the members; same seed, same bytes.

    Attributes
    ----------
    members_ : list of Member
        Fitted models.
    stack_ : LogisticRegression
        What weighs the members, with ``method="stack"``.
    """

    def __init__(
        self,
        *,
        members: str | tuple[str, ...] = ("logistic", "tree"),
        method: str = "mean",
        folds: int = 3,
        C: float = 1.0,
        settings: dict[str, dict[str, Any]] | None = None,
        columns: tuple[str, ...] | None = None,
        horizon: int = 1,
        overlap: int = 0,
        random_state: int = 0,
    ) -> None:
        self.members = members
        self.method = method
        self.folds = folds
        self.C = C
        self.settings = settings
        self.columns = columns
        self.horizon = horizon
        self.overlap = overlap
        self.random_state = random_state

    def _learn(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        check_ranges(self, RANGES)
        if self.method not in METHODS:
            raise ValueError(f"method={self.method!r}: must be {' or '.join(METHODS)}")
        if len(self.classes_) == 1:
            return
        if self.method == "stack":
            self.stack_ = self._stacked(X, y, weight)
        self.members_ = list(self._fitted(X, y, weight))

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        each = self._each(self.members_, X)
        if self.method == "mean":
            return each.mean(axis=0)
        found = self.stack_.predict_proba(_log_odds(each))
        return _aligned(found, self.stack_.classes_, self.classes_)

    def _fitted(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Iterator[Member]:
        for name in names_of(self.members):
            member = self._member(name, X.shape[1])
            member.estimator.watch = self.watch
            fit_weighed(member.estimator, X[:, member.columns], y, weight)
            yield member

    def _member(self, name: str, width: int) -> Member:
        """An unfitted model with what the table and the ensemble decide filled in."""
        estimator = create(name, **(self.settings or {}).get(name, {}))
        columns, channels, names = list(range(width)), 1, self.columns
        if self.columns is not None:
            chosen = inputs(list(self.columns), entry(name).reads)
            columns, channels = [self.columns.index(c) for c in chosen.columns], chosen.channels
            names = tuple(chosen.columns)
        decided = {"channels": channels, "columns": names}
        decided |= {key: getattr(self, key) for key in ("horizon", "overlap", "random_state")}
        wanted = estimator.get_params(deep=False)
        return Member(
            name,
            estimator.set_params(**{k: v for k, v in decided.items() if k in wanted}),
            columns,
        )

    def _each(self, members: list[Member], X: np.ndarray) -> np.ndarray:
        """Probabilities of every member, (n_members, n_rows, n_classes)."""
        return np.stack(
            [
                _aligned(m.estimator.predict_proba(X[:, m.columns]), m.estimator.classes_, self.classes_)
                for m in members
            ]
        )

    def _stacked(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> LogisticRegression:
        """Learn the members' weights where their words are forecasts: behind what they were trained on."""
        said, rows = [], []
        for train, test in TimeSeriesSplit(self.folds, gap=self.overlap).split(X):
            members = list(self._fitted(X[train], y[train], None if weight is None else weight[train]))
            said.append(_log_odds(self._each(members, X[test])))
            rows.append(test)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # members that agree leave the weights open
            judged = np.concatenate(rows)
            chosen = None if weight is None else weight[judged]
            return LogisticRegression(C=self.C).fit(np.concatenate(said), y[judged], sample_weight=chosen)


def names_of(members: Any) -> tuple[str, ...]:
    """Names of the members, each once; ValueError for what is no name, or none at all."""
    names = (members,) if isinstance(members, str) else members
    if not isinstance(names, tuple | list) or not names or not all(isinstance(n, str) for n in names):
        raise ValueError(f"members={members!r}: must be names of models, as lstm,gru")
    return tuple(dict.fromkeys(names))


def _aligned(found: np.ndarray, known: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Columns for all classes; a class that was never seen in training has probability zero."""
    out = np.zeros((len(found), len(classes)))
    out[:, np.searchsorted(classes, known)] = found
    return out


def _log_odds(each: np.ndarray) -> np.ndarray:
    """Log-odds of every class against the first one, all members side by side: (n_rows, columns)."""
    logs = np.log(np.maximum(each, _SMALLEST))
    odds = logs[..., 1:] - logs[..., :1]
    return np.concatenate(list(odds), axis=1)
