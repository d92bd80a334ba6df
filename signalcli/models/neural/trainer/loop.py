"""Epochs, shuffles and early stopping around the compiled program."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from signalcli.models.base import Watch
from signalcli.models.neural.trainer.batches import Batches, in_order, lanes
from signalcli.models.neural.trainer.initializers import Initial
from signalcli.models.neural.trainer.program import DEFAULT_INITIAL, Program, Rows

# Share of the learning rate left after a share of the epochs.
SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: (1.0 + math.cos(math.pi * done)) / 2.0,
}


class Plan(NamedTuple):
    """All epochs, or until ``patience`` (0 = never) of them in a row bring no better validation loss."""

    epochs: int
    patience: int
    learning_rate: float
    schedule: str = "constant"
    initial: Initial = DEFAULT_INITIAL

    def rate(self, epoch: int) -> float:
        """Learning rate of an epoch, counted from 0."""
        return self.learning_rate * SCHEDULES[self.schedule](epoch / self.epochs)


class Epoch(NamedTuple):
    """Mean loss on the way through the training rows, and loss on the validation rows afterwards."""

    loss: float
    validation_loss: float


class Learned(NamedTuple):
    """Weights in the order of `network.weights`, and one `Epoch` for each that was run."""

    weights: list[np.ndarray]
    history: list[Epoch]


def learn(
    program: Program,
    rows: Rows,
    validation: Rows,
    plan: Plan,
    seed: np.random.SeedSequence,
    watch: Watch | None = None,
) -> Learned:
    """Train from fresh initial weights; without validation rows the last epoch's weights are the result.

    ``watch`` is told of every epoch.
    """
    for_start, for_order = seed.spawn(2)
    shuffle = np.random.default_rng(for_order)
    state, loaded = program.start(for_start, plan.initial), program.load(rows)
    best, history = state.weights, list[Epoch]()
    for number in range(plan.epochs):
        state, loss = program.epoch(state, loaded, _batches(program, rows, shuffle), plan.rate(number))
        history.append(Epoch(loss, program.mean_loss(state.weights, validation)))
        best = state.weights if _is_best(history) else best
        if watch:
            watch(number + 1, plan.epochs, loss)
        if plan.patience and _epochs_since_best(history) >= plan.patience:
            break
    return Learned([np.asarray(array) for array in best], history)


def _batches(program: Program, rows: Rows, shuffle: np.random.Generator) -> Batches:
    if program.network.stateful:
        return lanes(rows.windows, program.batch_size)
    return in_order(shuffle.permutation(len(rows.weights)), program.batch_size)


def two_sided(logits: np.ndarray) -> np.ndarray:
    """Logits of every class, (n, n_classes): one output gets a zero before it."""
    return np.column_stack([np.zeros(len(logits)), logits]) if logits.shape[1] == 1 else logits


def _is_best(history: list[Epoch]) -> bool:
    """Whether the last epoch is the first with the lowest validation loss; always, without validation."""
    return _epochs_since_best(history) == 0


def _epochs_since_best(history: list[Epoch]) -> int:
    losses = [epoch.validation_loss for epoch in history]
    if all(np.isnan(losses)):
        return 0
    return len(losses) - 1 - int(np.nanargmin(losses))
