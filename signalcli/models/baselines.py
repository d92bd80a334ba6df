"""The forecasts that any model has to beat."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.models.base import DirectionClassifier


class Majority(DirectionClassifier):
    """Says the share of each class in the training part, whatever the row."""

    def __init__(self) -> None:
        pass

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:  # noqa: ARG002 (reads no row)
        self.shares_ = np.array([np.mean(y == c) for c in self.classes_])

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        return np.tile(self.shares_, (len(X), 1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # it looks at no feature
        return tags


class Persistence(DirectionClassifier):
    """Says the direction of the last ``horizon`` bars again, as sure as it was right in training.

    Parameters
    ----------
    horizon : int
        Bars ahead that the target looks; so many past bars are taken as the last move.

    Notes
    -----
    ``X`` holds log returns, oldest first. Two classes part at a return of 0; more than two at the
    quantiles of the training moves that give each class its share, which is the dead zone. It is never
    less sure than just above 1 / n_classes: persistence does not turn into its opposite because that
    would have been right.
    """

    def __init__(self, *, horizon: int = 1) -> None:
        self.horizon = horizon

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:
        moves = self._last_move(X)
        self.cuts_ = np.zeros(1) if len(self.classes_) == 2 else self._shares_cut(y, moves)
        hits = np.mean(self.classes_[self._code(moves)] == y)
        self.hit_rate_ = max(float(hits), 1.0 / len(self.classes_) + 1e-6)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        others = (1.0 - self.hit_rate_) / (len(self.classes_) - 1)
        out = np.full((len(X), len(self.classes_)), others)
        out[np.arange(len(X)), self._code(self._last_move(X))] = self.hit_rate_
        return out

    def _shares_cut(self, y: np.ndarray, moves: np.ndarray) -> np.ndarray:
        """Moves at which the classes part: as many training moves below each cut as labels."""
        shares = np.cumsum([np.mean(y == c) for c in self.classes_])[:-1]
        return np.array([_beside_ties(moves, share) for share in shares])

    def _last_move(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(X[:, -self.horizon :].sum(axis=1))

    def _code(self, moves: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.cuts_, moves, side="left")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # it looks at the last column only
        return tags


def _beside_ties(moves: np.ndarray, share: float) -> float:
    """Quantile of the moves; among equal ones, as bars without any move, the side with the nearer share."""
    cut = float(np.quantile(moves, share))
    below, equal = np.mean(moves < cut), np.mean(moves == cut)
    tied = equal * len(moves) > 1.5
    return float(np.nextafter(cut, -np.inf)) if tied and share - below < equal / 2 else cut
