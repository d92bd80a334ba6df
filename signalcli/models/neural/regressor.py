"""Recurrent networks as a scikit-learn regressor of flat rows: many-to-one and many-to-many."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from signalcli.models.neural import checks as refusals
from signalcli.models.neural.estimator import NetworkEstimator, present
from signalcli.models.neural.scaling import Scale, windows
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.program import Rows


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """Network that says values after the window which lies flat in each row, oldest bar first.

    A row of ``timesteps * channels`` features is read time-major (all channels of the oldest bar first). With
    ``sequence`` the network says one value after every bar (many-to-many), else as many as a row of y has
    after the last one (many-to-one). Inputs and values are scaled as ``scale`` says, each by what the rows
    show that are trained on. Rows must be in time order: early stopping looks at the last ones. Parameters:
    `signalcli.models.neural.parameters.NetworkParameters`.

    Attributes
    ----------
    members_ : list of Learned
        Weights, in Keras' order, and history of each network.
    scale_ : Scale
        Where each channel's zero lies, and its unit.
    target_scale_ : Scale
        The same of each value that is said; one for all bars with ``sequence``.
    n_iter_ : int
        Epochs that were run, of the longest training.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkRegressor:
        """Learn from rows in time order.

        X : (n_rows, timesteps·channels) float; y : (n_rows,) or (n_rows, n_values) float, (n_rows, timesteps)
        with ``sequence``; sample_weight : (n_rows,) >= 0, where a row of weight 0 counts as absent.
        """
        X, y = validate_data(
            self, X, y, dtype=("float64", "float32"), order="C", multi_output=True, y_numeric=True
        )
        self.check_arguments()
        weight = _check_sample_weight(sample_weight, X, dtype=np.float32, ensure_non_negative=True)
        seen = windows(X, self.channels)
        self.values_ = None if y.ndim == 1 else y.shape[1]
        targets = self._by_bar(np.asarray(y, "float64"), seen.shape[1])
        train, validation = self._split(present(Rows(seen, targets, weight)))
        self.target_scale_ = Scale.of(train.targets, self.scale)
        self._learn_rows(self._scaled(train), self._scaled(validation), targets.shape[2])
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Values as y had them: (n_rows,), (n_rows, n_values), or (n_rows, timesteps) with ``sequence``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=("float64", "float32"), order="C", reset=False)
        seen = self.scale_.apply(windows(X, self.channels))
        made = self._program(seen.shape[1], len(self.target_scale_.mean))
        said = np.mean([made.logits(m.weights, seen) for m in self.members_], axis=0, dtype="float64")
        said = said * self.target_scale_.deviation + self.target_scale_.mean
        return said.reshape(len(X)) if self.values_ is None else said.reshape(len(X), -1)

    def check_arguments(self) -> None:
        """Raise ValueError for an argument that cannot be meant; a wrong name brings the nearest known."""
        refusals.check_arguments(self, tuple(losses.OF_VALUES))
        if self.class_weight is not None:
            raise ValueError(f"class_weight={self.class_weight!r}: values have no classes")

    def _by_bar(self, y: np.ndarray, timesteps: int) -> np.ndarray:
        """Targets as (n, 1, n_values), or (n, timesteps, 1) with ``sequence``."""
        if not self.sequence:
            return y.reshape(len(y), 1, -1)
        if y.shape != (len(y), timesteps):
            raise ValueError(f"sequence=True: y must be (n_rows, {timesteps}), a value after every bar")
        return y[:, :, np.newaxis]

    def _scaled(self, rows: Rows) -> Rows:
        targets = self.target_scale_.apply(rows.targets)
        return rows._replace(targets=targets if self.sequence else targets[:, 0])

    def _loss(self) -> str:
        return self.loss or "squared"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
