"""Recurrent networks as a scikit-learn classifier of flat rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from signalcli.models.interface import DirectionClassifier
from signalcli.models.learning import Plan, learn, two_sided
from signalcli.models.network import Network
from signalcli.models.optimizers import Optimizer
from signalcli.models.training import Program, Rows, program
from signalcli.models.windows import Scale, windows


class Recurrent(DirectionClassifier):
    """Many-to-one recurrent network over the window that lies flat in each row, oldest bar first.

    A row of ``timesteps * channels`` features is read time-major (all channels of the oldest bar first). Each
    channel is scaled with its mean and deviation over the rows that are trained on. Rows must be in time
    order: early stopping looks at the last ones.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
        Kind of every recurrent layer.
    units : int
        Width of each recurrent layer.
    layers : int
        Number of recurrent layers.
    bidirectional : bool
        Read the window in both directions, with a layer of its own for each.
    dropout : float
        Share of a layer's inputs that is dropped in training, the same ones at every step of a window.
    recurrent_dropout : float
        Share of a layer's state that is dropped in training between steps; runs on Keras' slower layers.
    epochs : int
        Passes through the training rows at the most.
    batch_size : int
        Rows of one optimizer step.
    learning_rate : float
        Size of the optimizer's steps.
    patience : int
        Epochs without a better validation loss before training stops and the best weights come back; 0 = no
        early stopping, and all rows are trained on.
    validation_fraction : float
        Share of the rows, the last ones, that early stopping looks at instead of training on them.
    optimizer : {"adam", "rmsprop", "sgd"}
        Rule that moves the weights.
    clipnorm : float
        Longest gradient of one array of weights; 0 = unlimited.
    channels : int
        Number of values of one bar in a row.
    random_state : int
        Decides initial weights, shuffles and dropout; same seed, same bytes.

    Attributes
    ----------
    weights_ : list of ndarray
        Weights in Keras' order.
    history_ : list of Epoch
        Training and validation loss of each epoch.
    n_iter_ : int
        Epochs that were run.
    """

    def __init__(
        self,
        *,
        cell: str = "lstm",
        units: int = 32,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float = 0.001,
        patience: int = 5,
        validation_fraction: float = 0.1,
        optimizer: str = "adam",
        clipnorm: float = 0.0,
        channels: int = 1,
        random_state: int = 0,
    ) -> None:
        self.cell = cell
        self.units = units
        self.layers = layers
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.optimizer = optimizer
        self.clipnorm = clipnorm
        self.channels = channels
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Recurrent:
        """Learn from rows in time order.

        X : (n_rows, timesteps·channels) float; y : (n_rows,) labels; sample_weight : (n_rows,) >= 0, where a
        row of weight 0 counts as absent.
        """
        X, y = validate_data(self, X, y, dtype=("float64", "float32"), order="C")
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float32, ensure_non_negative=True)
        self.classes_, labels = np.unique(y, return_inverse=True)
        rows = _present(Rows(windows(X, self.channels), labels.astype(np.int32), weight))
        if len(self.classes_) > 1:
            self._learn_rows(rows)
        return self

    def _learn_rows(self, rows: Rows) -> None:
        train, validation = _split(rows, self.validation_fraction if self.patience else 0.0)
        self.scale_ = Scale.of(train.windows)
        entropy = int(check_random_state(self.random_state).randint(2**31))
        learned = learn(
            self._program(train.windows.shape),
            train._replace(windows=self.scale_.apply(train.windows)),
            validation._replace(windows=self.scale_.apply(validation.windows)),
            Plan(self.epochs, self.patience, self.learning_rate),
            np.random.SeedSequence(entropy),
        )
        self.weights_, self.history_ = learned
        self.n_iter_ = len(self.history_)

    def _program(self, shape: tuple[int, ...]) -> Program:
        outputs = 1 if len(self.classes_) == 2 else len(self.classes_)
        network = Network(
            cell=self.cell,
            timesteps=shape[1],
            channels=shape[2],
            outputs=outputs,
            units=(self.units,) * self.layers,
            bidirectional=self.bidirectional,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
        )
        return program(network, Optimizer(self.optimizer, self.clipnorm), self.batch_size)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        seen = self.scale_.apply(windows(X, self.channels))
        logits = two_sided(self._program(seen.shape).logits(self.weights_, seen).astype(np.float64))
        return softmax(logits, axis=1)


def _present(rows: Rows) -> Rows:
    """Rows that have weight."""
    present = rows.weights > 0
    return rows if present.all() else Rows(*(part[present] for part in rows))


def _split(rows: Rows, fraction: float) -> tuple[Rows, Rows]:
    """Training rows and the last ``fraction``; at least one row of each, if there are two."""
    count = len(rows.labels)
    held = min(math.ceil(count * fraction), count - 1)
    return Rows(*(part[: count - held] for part in rows)), Rows(*(part[count - held :] for part in rows))
