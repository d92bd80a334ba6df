"""One fit: a pure function of the shared arrays and of which group, fold and model it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.models.inputs import ModelInputs
from signalcli.models.meta.conformal import Conformal
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.training.arrays import known_rows
from signalcli.training.estimators import invalid_parameters, make_estimator
from signalcli.training.fits.data import FitData, GroupData
from signalcli.training.fits.warned import Warned, recorded
from signalcli.training.parallel import one_blas_thread
from signalcli.training.plan import FitTask

if TYPE_CHECKING:
    from signalcli.models.base import EpochCallback

Fit = Callable[[Any, np.ndarray, np.ndarray, np.ndarray | None], Any]
"""From an unfitted estimator, X, y and sample weights to the fitted estimator."""


class FitResult(NamedTuple):
    """What one fit says of its test rows, in their order.

    Parameters
    ----------
    p : ndarray
        Probability of each class of `FitData.shown`, (n_test, n_shown); NaN where an input is unknown.
    band : ndarray or None
        Band of each row, (n_test,); None without prediction sets.
    warned : tuple of Warned
        Python's warnings while it was fitted.
    """

    p: np.ndarray
    band: np.ndarray | None = None
    warned: tuple[Warned, ...] = ()


def run_fit(
    data: FitData, task: FitTask, epoch_callback: EpochCallback | None = None, fit: Fit = fit_with_weights
) -> FitResult:
    """Fit one model on the training part of one fold, and predict its test part."""
    group, inputs = data.groups[task.group], data.inputs(task.model)
    fold = group.folds[task.fold]
    train, X = known_rows(group.columns, inputs, fold.train)
    estimator = make_estimator(task.model, data.config, inputs, group.reach, epoch_callback)
    with one_blas_thread(task.model), recorded() as warned:
        weight = None if group.weight is None else group.weight[train]
        with invalid_parameters(task.model):
            estimator = fit(estimator, X, group.direction[train].astype("int64"), weight)
        result = _predict(estimator, group, fold.test, inputs, data.shown)
    return result._replace(warned=tuple(warned))


def _predict(
    estimator: Any, group: GroupData, test: np.ndarray, inputs: ModelInputs, shown: tuple[int, ...]
) -> FitResult:
    """Probability of each class on the test rows; NaN where an input is unknown, and for no member."""
    known, X = known_rows(group.columns, inputs, test[group.member[test]])
    forecast = np.isin(test, known)
    p = np.where(forecast, 0.0, np.nan)[:, np.newaxis].repeat(len(shown), axis=1)
    said = estimator.predict_proba(X).astype("float64") if len(known) else np.empty((0, 0))
    if len(known):
        p_of_class = dict(zip(estimator.classes_, said.T, strict=True))
        p[forecast] = np.column_stack([p_of_class.get(c, np.zeros(len(known))) for c in shown])
    if not isinstance(estimator, Conformal):
        return FitResult(p)
    band = np.full(len(test), estimator.band_)
    band[forecast] = _bands(estimator, said, group, known)
    return FitResult(p, band)


def _bands(estimator: Conformal, p: np.ndarray, group: GroupData, known: np.ndarray) -> np.ndarray:
    """Band of each row; one that adapts depends on the outcomes known at its date."""
    if estimator.aci is None or not len(known):
        return np.full(len(known), estimator.band_)
    moments = group.known
    return estimator.bands(p, group.direction[known], moments.rows[known], moments.labels[known])
