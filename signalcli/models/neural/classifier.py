"""Neural networks as a scikit-learn classifier of flat rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from signalcli.models.base import DirectionClassifier
from signalcli.models.neural.checks import check_network
from signalcli.models.neural.estimator import NetworkEstimator, drop_weightless
from signalcli.models.neural.scaling import to_windows
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.loop import class_logits
from signalcli.models.neural.trainer.program import DEFAULT_LOSS, Rows


class NetworkClassifier(DirectionClassifier, NetworkEstimator):
    """Many-to-one network over the window that lies flat in each row, oldest bar first.

    A row of ``timesteps * channels`` features is read time-major (all channels of the oldest bar first). Each
    channel is scaled by the training rows. Rows must be in time order, because early stopping uses the last
    ones. Parameters: `signalcli.models.neural.parameters.NetworkParameters`.

    Attributes
    ----------
    members_ : list of TrainedNetwork
        Weights, in Keras' order, and history of each network.
    scale_ : Scale
        Offset and unit of each channel.
    n_iter_ : int
        Epochs of the longest training.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkClassifier:
        """Fit to rows in time order.

        X : (n_rows, timesteps·channels) float; y : (n_rows,) labels; sample_weight : (n_rows,) >= 0, where a
        row of weight 0 counts as absent.
        """
        X, y = validate_data(self, X, y, dtype=("float64", "float32"), order="C")
        check_classification_targets(y)
        self.check_parameters()
        weight = _check_sample_weight(sample_weight, X, dtype=np.float32, ensure_non_negative=True)
        weight = (weight * compute_sample_weight(self.class_weight, y)).astype(np.float32)
        self.classes_, labels = np.unique(y, return_inverse=True)
        rows = drop_weightless(Rows(to_windows(X, self.channels), labels.astype(np.int32), weight))
        if len(self.classes_) > 1:
            self._train(*self._split(rows), self.outputs)
        return self

    def check_parameters(self) -> None:
        """Raise ValueError for an invalid parameter."""
        check_network(self, tuple(losses.OF_CLASSES))
        if self.sequence:
            raise ValueError("sequence=True: a classifier predicts after the last bar only")

    @property
    def outputs(self) -> int:
        """Number of logits; one stands for two classes."""
        return 1 if len(self.classes_) == 2 else len(self.classes_)

    def member_probabilities(self, X: Any) -> np.ndarray:
        """Probabilities of each network, (seeds, n_rows, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=("float64", "float32"), order="C", reset=False)
        windows = self.scale_.apply(to_windows(X, self.channels))
        program = self._program(windows.shape[1], self.outputs)
        outputs = (program.logits(member.weights, windows) for member in self.members_)
        return np.asarray(softmax([class_logits(z.astype(np.float64)) for z in outputs], axis=2))

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(self.member_probabilities(X).mean(axis=0))

    def _loss(self) -> str:
        return self.loss or DEFAULT_LOSS
