"""Neural networks as a scikit-learn regressor of flat rows: many-to-one and many-to-many."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from signalcli.models.neural.checks import check_network
from signalcli.models.neural.estimator import NetworkEstimator, drop_weightless
from signalcli.models.neural.scaling import Scale, to_windows
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.program import Rows


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """Network that predicts values from the window that lies flat in each row, oldest bar first.

    A row of ``timesteps * channels`` features is read time-major (all channels of the oldest bar first). With
    ``sequence`` the network predicts one value after every bar (many-to-many), else as many as a row of y has
    after the last one (many-to-one). Inputs and values are scaled by the training rows. Rows must be in time
    order, because early stopping uses the last ones. Parameters:
    `signalcli.models.neural.parameters.NetworkParameters`.

    Attributes
    ----------
    members_ : list of TrainedNetwork
        Weights, in Keras' order, and history of each network.
    scale_ : Scale
        Offset and unit of each channel.
    target_scale_ : Scale
        The same of each predicted value; one for all bars with ``sequence``.
    n_iter_ : int
        Epochs of the longest training.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkRegressor:
        """Fit to rows in time order.

        X : (n_rows, timesteps·channels) float; y : (n_rows,) or (n_rows, n_values) float, (n_rows, timesteps)
        with ``sequence``; sample_weight : (n_rows,) >= 0, where a row of weight 0 counts as absent.
        """
        X, y = validate_data(
            self, X, y, dtype=("float64", "float32"), order="C", multi_output=True, y_numeric=True
        )
        self.check_parameters()
        weight = _check_sample_weight(sample_weight, X, dtype=np.float32, ensure_non_negative=True)
        windows = to_windows(X, self.channels)
        self.values_ = None if y.ndim == 1 else y.shape[1]
        targets = self._targets(np.asarray(y, "float64"), windows.shape[1])
        training, validation = self._split(drop_weightless(Rows(windows, targets, weight)))
        self.target_scale_ = Scale.fit(training.targets, self.scale)
        self._train(self._scale_targets(training), self._scale_targets(validation), targets.shape[2])
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Values shaped like y: (n_rows,), (n_rows, n_values), or (n_rows, timesteps) with ``sequence``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=("float64", "float32"), order="C", reset=False)
        windows = self.scale_.apply(to_windows(X, self.channels))
        program = self._program(windows.shape[1], len(self.target_scale_.mean))
        outputs = [program.logits(member.weights, windows) for member in self.members_]
        values = np.mean(outputs, axis=0, dtype="float64")
        values = values * self.target_scale_.deviation + self.target_scale_.mean
        return values.reshape(len(X)) if self.values_ is None else values.reshape(len(X), -1)

    def check_parameters(self) -> None:
        """Raise ValueError for an invalid parameter."""
        check_network(self, tuple(losses.OF_VALUES))
        if self.class_weight is not None:
            raise ValueError(f"class_weight={self.class_weight!r}: values have no classes; use None")

    def _targets(self, y: np.ndarray, timesteps: int) -> np.ndarray:
        """Targets as (n, 1, n_values), or (n, timesteps, 1) with ``sequence``."""
        if not self.sequence:
            return y.reshape(len(y), 1, -1)
        if y.shape != (len(y), timesteps):
            raise ValueError(f"sequence=True: y must be (n_rows, {timesteps}), one value after every bar")
        return y[:, :, np.newaxis]

    def _scale_targets(self, rows: Rows) -> Rows:
        targets = self.target_scale_.apply(rows.targets)
        return rows._replace(targets=targets if self.sequence else targets[:, 0])

    def _loss(self) -> str:
        return self.loss or "squared"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
