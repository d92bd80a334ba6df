"""Baseline classifiers that every model has to beat."""

from __future__ import annotations

from dataclasses import dataclass

from signalcli.models.entry import ModelEntry
from signalcli.models.fields import parameter
from signalcli.models.lazy import np
from signalcli.models.learner import ClassLearner


@dataclass(kw_only=True, eq=False, repr=False)
class Majority(ClassLearner):
    """Predicts the frequency of each class in the training rows, for every row."""

    reads_few = True

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:  # noqa: ARG002 (reads no row)
        self.shares_ = np.array([np.mean(y == c) for c in self.classes_])

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.tile(self.shares_, (len(X), 1))


@dataclass(kw_only=True, eq=False, repr=False)
class Persistence(ClassLearner):
    """Predicts the direction of the last ``horizon`` bars, with its accuracy in training as probability.

    Notes
    -----
    ``X`` holds log returns, oldest first. Two classes are separated at a return of 0; more classes at the
    quantiles of the training moves that give each class its share, which is the dead zone. The probability
    stays above 1 / n_classes: persistence never predicts the opposite direction, even if that was right in
    training.
    """

    reads_few = True
    horizon: int = parameter(1, "Bars ahead of the target; as many past bars make the last move.")

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        moves = self._last_move(X)
        self.cuts_ = np.zeros(1) if len(self.classes_) == 2 else self._quantile_cuts(y, moves)
        accuracy = np.mean(self.classes_[self._class_numbers(moves)] == y)
        self.accuracy_ = max(float(accuracy), 1.0 / len(self.classes_) + 1e-6)

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        others = (1.0 - self.accuracy_) / (len(self.classes_) - 1)
        out = np.full((len(X), len(self.classes_)), others)
        out[np.arange(len(X)), self._class_numbers(self._last_move(X))] = self.accuracy_
        return out

    def _quantile_cuts(self, y: np.ndarray, moves: np.ndarray) -> np.ndarray:
        """Moves that separate the classes, with the same share of training moves and labels below each."""
        shares = np.cumsum([np.mean(y == c) for c in self.classes_])[:-1]
        return np.array([_quantile_beside_ties(moves, share) for share in shares])

    def _last_move(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(X[:, -self.horizon :].sum(axis=1))

    def _class_numbers(self, moves: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.cuts_, moves, side="left")


def _quantile_beside_ties(moves: np.ndarray, share: float) -> float:
    """Quantile of the moves; within equal moves, such as bars without any, the side with the nearer share."""
    cut = float(np.quantile(moves, share))
    below, equal = np.mean(moves < cut), np.mean(moves == cut)
    tied = equal * len(moves) > 1.5
    return float(np.nextafter(cut, -np.inf)) if tied and share - below < equal / 2 else cut


MODELS = {
    "majority": ModelEntry(Majority, "baseline", "returns", "class frequencies of the training rows"),
    "persistence": ModelEntry(Persistence, "baseline", "returns", "the last direction again"),
}
