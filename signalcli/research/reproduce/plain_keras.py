"""The network of an estimator as a Keras tutorial writes it: Sequential, compile, fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from signalcli.models.neural.backend.runtime import keras
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.estimator import NetworkEstimator
from signalcli.models.neural.trainer.loop import DECAYS

Make = Callable[[Any], Any]
"""From an estimator to the one that is fitted in its place."""

UNSCALED = "none"
BATCH = 256  # rows of one prediction


def as_is(estimator: Any) -> Any:
    """The estimator itself."""
    return estimator


def in_plain_keras(estimator: Any) -> Any:
    """`PlainKeras` with the parameters of a network; other estimators as they are."""
    return PlainKeras(estimator) if isinstance(estimator, NetworkEstimator) else estimator


class PlainKeras:
    """Network with the parameters of an estimator, built from Keras' own layers, optimizer, loss and loop.

    It shares no code with the estimator but the names of the parameters and the decay of the learning rate,
    and reads the parameters that published systems use.

    Parameters
    ----------
    estimator : NetworkEstimator
        Unfitted network.

    Attributes
    ----------
    history_ : dict of str to list of float
        ``loss`` of each epoch, and ``val_loss`` with test rows.
    """

    def __init__(self, estimator: NetworkEstimator) -> None:
        self.settings = estimator
        self.classifies = isinstance(estimator, NetworkClassifier)
        self.sequence = estimator.sequence

    def fit(
        self, X: np.ndarray, y: np.ndarray, test: tuple[np.ndarray, np.ndarray] | None = None
    ) -> PlainKeras:
        """Fit to rows; the loss of ``test`` rows is measured after each epoch."""
        settings = self.settings
        keras().utils.set_random_seed(settings.random_state)
        self._fit_scale(X, y)
        windows, targets = self._windows(X), self._targets(y)
        self.model_ = keras().Sequential([keras().Input(windows.shape[1:]), *self._layers()])
        self.model_.compile(
            self._optimizer(), "sparse_categorical_crossentropy" if self.classifies else "mse"
        )
        self.history_ = self.model_.fit(
            windows,
            targets,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            validation_data=test and (self._windows(test[0]), self._targets(test[1])),
            callbacks=[keras().callbacks.LambdaCallback(on_epoch_begin=self._set_rate)],
            verbose=0,
        ).history
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Classes, or values shaped like y."""
        windows = self._windows(X)
        blocks = [self.model_.predict_on_batch(windows[i : i + BATCH]) for i in range(0, len(X), BATCH)]
        outputs = np.concatenate(blocks)
        if self.classifies:
            return np.asarray(self.classes_[outputs.argmax(axis=1)])
        values = outputs[..., 0].astype("float64")
        return values * self.target_scale_[1] + self.target_scale_[0]

    def _set_rate(self, epoch: int, _logs: Any) -> None:
        """Set the rate of an epoch; a constant one is left to the optimizer, which may decay it by step."""
        settings = self.settings
        if settings.schedule != "constant":
            share = DECAYS[settings.schedule](epoch / settings.epochs)
            self.model_.optimizer.learning_rate = settings.learning_rate * share

    def _fit_scale(self, X: np.ndarray, y: np.ndarray) -> None:
        scaled = self.settings.scale != UNSCALED
        windows = X.reshape(len(X), -1, self.settings.channels)
        self.scale_ = (windows.mean(axis=(0, 1)), windows.std(axis=(0, 1))) if scaled else (0.0, 1.0)
        self.target_scale_ = (y.mean(), y.std()) if scaled and not self.classifies else (0.0, 1.0)
        if self.classifies:
            self.classes_ = np.unique(y)

    def _windows(self, X: np.ndarray) -> np.ndarray:
        mean, deviation = self.scale_
        unit = np.where(np.equal(deviation, 0.0), 1.0, deviation)
        return ((X.reshape(len(X), -1, self.settings.channels) - mean) / unit).astype("float32")

    def _targets(self, y: np.ndarray) -> np.ndarray:
        if self.classifies:
            return np.searchsorted(self.classes_, y)
        return ((y - self.target_scale_[0]) / self.target_scale_[1]).astype("float32")[..., np.newaxis]

    def _layers(self) -> Iterator[Any]:
        settings, layers = self.settings, keras().layers
        kind = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[settings.cell]
        gates = {} if settings.cell == "rnn" else {"recurrent_activation": settings.recurrent_activation}
        for number in range(1, settings.layers + 1):
            sequences = self.sequence or number < settings.layers
            activation = settings.activation or ("relu" if settings.cell == "rnn" else "tanh")
            yield kind(settings.units, activation=activation, return_sequences=sequences, **gates)
            yield from [layers.Dropout(settings.layer_dropout)] * (settings.layer_dropout > 0)
        if settings.dense:
            yield layers.Dense(settings.dense, activation=settings.dense_activation)
            yield from [layers.Dropout(settings.dense_dropout)] * (settings.dense_dropout > 0)
        yield layers.Dense(len(self.classes_), activation="softmax") if self.classifies else layers.Dense(1)

    def _optimizer(self) -> Any:
        settings, optimizers = self.settings, keras().optimizers
        if settings.optimizer == "sgd":
            rate = optimizers.schedules.InverseTimeDecay(settings.learning_rate, 1, settings.decay)
            return optimizers.SGD(rate, momentum=settings.momentum)
        return {"adam": optimizers.Adam, "rmsprop": optimizers.RMSprop}[settings.optimizer](
            settings.learning_rate
        )
