"""A small walk-forward by hand, as users write them, on the folds of the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import DataError
from signalcli.research.audit.selftest.case import FOLDS
from signalcli.research.audit.stages.stage import Stage
from signalcli.schemas import PREDICTIONS, STATED, feature_columns
from signalcli.training.folds import Fold, split

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression


class Sample(NamedTuple):
    """Rows of one symbol and one fold of them.

    X : (n_rows, n_columns), NaN where a feature is unknown. y : (n_rows,), NaN where the label is unknown.
    dates, ends : (n_rows,). train, test : positions of the rows of the fold.
    """

    X: np.ndarray
    y: np.ndarray
    dates: np.ndarray
    ends: np.ndarray
    train: np.ndarray
    test: np.ndarray

    @property
    def both(self) -> np.ndarray:
        """Positions of training and test rows with a known label."""
        return self.labeled(np.r_[self.train, self.test])

    def labeled(self, at: np.ndarray) -> np.ndarray:
        """The positions among ``at`` whose label and features are known."""
        return at[np.isfinite(self.y[at]) & np.isfinite(self.X[at]).all(axis=1)]


Learn = Callable[[Sample], np.ndarray]
Refold = Callable[[np.ndarray, np.ndarray], list[Fold]]


def walker(learn: Learn, refold: Refold | None = None) -> Stage:
    """A stage that asks ``learn`` for the probabilities of each fold's test rows."""

    def run(features: pd.DataFrame) -> pd.DataFrame:
        columns = feature_columns(features)
        complete = np.isfinite(features[columns].to_numpy("float64")).all(axis=1)
        rows = features.iloc[int(np.argmax(complete)) :]  # after the warm-up
        X = rows[columns].to_numpy("float64")
        y = rows["direction"].to_numpy("float64", na_value=np.nan)
        dates, ends = rows["date"].to_numpy(), rows["label_end"].to_numpy()
        folds = list(split(dates, ends, FOLDS)) if refold is None else refold(dates, ends)
        samples = [Sample(X, y, dates, ends, fold.train, fold.test) for fold in folds]
        try:
            return _predictions(rows, folds, [learn(sample) for sample in samples])
        except ValueError as error:  # how scikit-learn refuses rows
            raise DataError("SELFTEST-ROWS", str(error)) from error

    return Stage("fit", "fit", run)


def _predictions(rows: pd.DataFrame, folds: list[Fold], p: list[np.ndarray]) -> pd.DataFrame:
    names = [name for name in (*PREDICTIONS.columns, *STATED) if name in rows]
    tested = rows[names].iloc[np.concatenate([fold.test for fold in folds])]
    numbers = np.repeat([fold.number for fold in folds], [len(fold.test) for fold in folds])
    table = tested.assign(model="planted", fold=numbers, p_up=np.concatenate(p))
    return table.sort_values("date", kind="stable", ignore_index=True)


def fitted(s: Sample, at: np.ndarray, X: np.ndarray | None = None, **parameters: float) -> LogisticRegression:
    """Logistic regression on the rows at some positions whose label is known."""
    from sklearn.linear_model import LogisticRegression

    inputs = s.X if X is None else X
    use = at[np.isfinite(s.y[at]) & np.isfinite(inputs[at]).all(axis=1)]
    return LogisticRegression(max_iter=200, **parameters).fit(inputs[use], s.y[use])


def probability(model: LogisticRegression, X: np.ndarray) -> np.ndarray:
    """Probability of up; NaN where a feature is unknown."""
    known = np.isfinite(X).all(axis=1)
    out = np.full(len(X), np.nan)
    if known.any():
        out[known] = model.predict_proba(X[known])[:, -1]
    return out
