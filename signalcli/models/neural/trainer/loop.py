"""Training loop: epochs, shuffles, learning rate and early stopping around the compiled program."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from signalcli.models.base import EpochCallback
from signalcli.models.neural.trainer.batches import Batches, make_batches, make_lanes
from signalcli.models.neural.trainer.initializers import Initializers
from signalcli.models.neural.trainer.program import DEFAULT_INITIALIZERS, Program, Rows

# Share of the learning rate left after a share of the epochs.
DECAYS: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: (1.0 + math.cos(math.pi * done)) / 2.0,
}


class Schedule(NamedTuple):
    """Maximum number of epochs, early stopping (``patience`` 0 = none), learning rate, initial weights."""

    epochs: int
    patience: int
    learning_rate: float
    decay: str = "constant"
    initializers: Initializers = DEFAULT_INITIALIZERS

    def rate(self, epoch: int) -> float:
        """Learning rate of an epoch, counted from 0."""
        return self.learning_rate * DECAYS[self.decay](epoch / self.epochs)


class Epoch(NamedTuple):
    """Mean loss of the training rows during the epoch, and loss of the validation rows after it."""

    loss: float
    validation_loss: float


class TrainedNetwork(NamedTuple):
    """Weights in the order of `architecture.list_weights`, and one `Epoch` for each that was run."""

    weights: list[np.ndarray]
    history: list[Epoch]


def train(
    program: Program,
    rows: Rows,
    validation: Rows,
    schedule: Schedule,
    seed: np.random.SeedSequence,
    epoch_callback: EpochCallback | None = None,
) -> TrainedNetwork:
    """Train from initial weights; return those of the epoch with the lowest validation loss.

    Without validation rows the weights of the last epoch are returned.
    """
    start_seed, order_seed = seed.spawn(2)
    shuffle = np.random.default_rng(order_seed)
    state, tensors = program.start(start_seed, schedule.initializers), program.load(rows)
    best, history = state.weights, list[Epoch]()
    for number in range(schedule.epochs):
        batches = _make_batches(program, rows, shuffle)
        state, loss = program.epoch(state, tensors, batches, schedule.rate(number))
        history.append(Epoch(loss, program.mean_loss(state.weights, validation)))
        best = state.weights if _epochs_since_best(history) == 0 else best
        if epoch_callback:
            epoch_callback(number + 1, schedule.epochs, loss)
        if schedule.patience and _epochs_since_best(history) >= schedule.patience:
            break
    return TrainedNetwork([np.asarray(array) for array in best], history)


def class_logits(logits: np.ndarray) -> np.ndarray:
    """Logits of every class, (n, n_classes): a single logit gets a zero before it."""
    return np.column_stack([np.zeros(len(logits)), logits]) if logits.shape[1] == 1 else logits


def _make_batches(program: Program, rows: Rows, shuffle: np.random.Generator) -> Batches:
    if program.network.stateful:
        return make_lanes(rows.windows, program.batch_size)
    return make_batches(shuffle.permutation(len(rows.weights)), program.batch_size)


def _epochs_since_best(history: list[Epoch]) -> int:
    """Epochs after the first one with the lowest validation loss; 0 without validation rows."""
    losses = [epoch.validation_loss for epoch in history]
    if all(np.isnan(losses)):
        return 0
    return len(losses) - 1 - int(np.nanargmin(losses))
