"""A small walk-forward by hand, as users write them, on the folds of the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from signalcli.config.fit import FitConfig
from signalcli.errors import DataError
from signalcli.research.audit.selftest.case import FOLDS
from signalcli.research.audit.stage import Stage
from signalcli.schemas import PREDICTIONS, feature_columns
from signalcli.training.folds import Fold, split
from signalcli.training.plan import group_rows


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
        ((_, rows),) = group_rows(features, FitConfig(models=("logistic",)), FOLDS)
        columns = feature_columns(rows)
        X = rows[columns].to_numpy("float64")
        y = rows["direction"].to_numpy("float64", na_value=np.nan)
        dates, ends = rows["date"].to_numpy(), rows["label_end"].to_numpy()
        folds = list(split(dates, ends, FOLDS)) if refold is None else refold(dates, ends)
        samples = [Sample(X, y, dates, ends, fold.train, fold.test) for fold in folds]
        try:
            parts = [_predictions(rows, fold, learn(s)) for fold, s in zip(folds, samples, strict=True)]
        except ValueError as error:  # how scikit-learn refuses rows
            raise DataError("SELFTEST-ROWS", str(error)) from error
        return pd.concat(parts).sort_values(["symbol", "date"], ignore_index=True)

    return Stage("fit", "fit", run)


def _predictions(rows: pd.DataFrame, fold: Fold, p: np.ndarray) -> pd.DataFrame:
    tested = rows.iloc[fold.test]
    names = [name for name in (*PREDICTIONS.columns, *PREDICTIONS.optional) if name in tested]
    return tested[names].assign(model="planted", fold=fold.number, p_up=p)


def fitted(s: Sample, at: np.ndarray, X: np.ndarray | None = None, **parameters: float) -> LogisticRegression:
    """Logistic regression on the rows at some positions whose label is known."""
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
