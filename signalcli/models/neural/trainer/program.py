"""The compiled training loop: one program per architecture and process, whatever the number of rows.

A plain Keras loop builds, traces and compiles a model for every fold, and once more for a last batch of
another size. Here weights and optimizer memory are values that go in and come out, so the same program starts
anew for every fold; an epoch is one call; the last batch is filled up with a row of weight zero.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from signalcli.models.neural.architecture import Network, weights
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.batches import Batches
from signalcli.models.neural.trainer.constraints import Held, Limits
from signalcli.models.neural.trainer.forward import Forward, Memory, forward_of
from signalcli.models.neural.trainer.initializers import Initial
from signalcli.models.neural.trainer.optimizers import Optimizer, apply

# Rows that are predicted in one call. Always this many, filled up with zeros, so that the bytes of a row do
# not depend on its neighbours.
BLOCK = 256

DEFAULT_INITIAL = Initial()
NO_LIMITS = Limits()
DEFAULT_LOSS = "cross_entropy"


class Rows(NamedTuple):
    """Windows (n, timesteps, channels) float32, targets, row weights (n,) float32.

    Targets are class numbers (n,) int32, or values (n, outputs) float32; (n, timesteps, outputs) where the
    network says something after every bar.
    """

    windows: Any
    targets: Any
    weights: Any


class State(NamedTuple):
    """All that training changes: weights, what the optimizer remembers, steps taken, what a batch leaves."""

    weights: list[Any]
    slots: list[list[Any]]
    step: Any
    memory: Memory


class Program:
    """The compiled functions of one network, optimizer and batch size. Holds no weights.

    Parameters
    ----------
    network : Network
        What is computed.
    optimizer : Optimizer
        How the weights move.
    batch_size : int
        Rows of a step.
    forward : Forward
        How the logits are computed.
    limits : Limits
        What holds the weights back.
    loss : str
        What is made small, as `signalcli.models.neural.trainer.losses` names it.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        batch_size: int,
        forward: Forward,
        limits: Limits = NO_LIMITS,
        loss: str = DEFAULT_LOSS,
    ) -> None:
        tf = tensorflow()
        self.network = network
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.forward = forward
        self.listed = weights(network)
        self.held = Held(limits, self.listed)
        self.loss = losses.made(loss)
        self.targets_spec = _targets_spec(network, loss)
        self.compiled_step = tf.function(self._step, jit_compile=True, autograph=False)
        self.compiled_epoch = tf.function(self._epoch, input_signature=self._signature(), autograph=False)
        self.compiled_predict = tf.function(forward.predict, autograph=False)

    def start(self, seed: np.random.SeedSequence, initial: Initial = DEFAULT_INITIAL) -> State:
        """Initial weights and empty memory; the seed decides every number drawn later."""
        tf = tensorflow()
        for_weights, for_dropout = seed.spawn(2)
        arrays = [tf.constant(a) for a in initial.draw(self.network, for_weights)]
        slots = [[tf.zeros_like(a) for a in arrays] for _ in range(self.optimizer.slots)]
        memory = self.forward.first(for_dropout, self.batch_size)
        return State(
            arrays, slots, tf.constant(0.0), Memory(*([tf.constant(m) for m in part] for part in memory))
        )

    def load(self, rows: Rows) -> Rows:
        """Rows as the program reads them: tensors, with one more row of weight zero that fills up batches."""
        tf = tensorflow()
        filled = (np.concatenate([part, np.zeros_like(part[:1])]) for part in rows)
        return Rows(*(tf.constant(part) for part in filled))

    def epoch(self, state: State, loaded: Rows, batches: Batches, rate: float) -> tuple[State, float]:
        """Train once through the batches: the new state and the mean loss on the way."""
        tf = tensorflow()
        given = Batches(*(tf.constant(part) for part in batches))
        state, loss = self.compiled_epoch(state, loaded, given, tf.constant(rate, tf.float32))
        return state, float(loss)

    def logits(self, arrays: list[Any], windows: np.ndarray) -> np.ndarray:
        """Outputs float32 with nothing dropped: (n, outputs), with ``sequence`` (n, timesteps, outputs)."""
        blocks = [self._block(arrays, windows[i : i + BLOCK]) for i in range(0, len(windows), BLOCK)]
        return np.concatenate(blocks)

    def mean_loss(self, arrays: list[Any], rows: Rows) -> float:
        """Loss of rows, the weighted mean with nothing dropped, in double precision; NaN without rows."""
        if not len(rows.weights):
            return float("nan")
        tf = tensorflow()
        outputs = tf.constant(self.logits(arrays, rows.windows).astype(np.float64))
        targets = rows.targets.astype(np.float64) if rows.targets.dtype.kind == "f" else rows.targets
        weights = rows.weights.astype(np.float64)
        return float(mean_loss(self.loss, outputs, rows._replace(targets=targets, weights=weights)))

    def _signature(self) -> tuple[Any, ...]:
        """Shapes of an epoch's arguments, open where folds differ, so that no fold is traced again."""
        tf = tensorflow()
        arrays = [tf.TensorSpec(w.shape) for w in self.listed]
        first = self.forward.first(np.random.SeedSequence(0), self.batch_size)
        memory = Memory(*([tf.TensorSpec(m.shape, m.dtype) for m in part] for part in first))
        state = State(arrays, [arrays] * self.optimizer.slots, tf.TensorSpec(()), memory)
        windows = tf.TensorSpec((None, self.network.timesteps, self.network.channels))
        rows = Rows(windows, self.targets_spec, tf.TensorSpec((None,)))
        places = (None, self.batch_size)
        return state, rows, Batches(tf.TensorSpec(places, tf.int32), tf.TensorSpec(places)), tf.TensorSpec(())

    def _block(self, arrays: list[Any], windows: np.ndarray) -> np.ndarray:
        filled = np.zeros((BLOCK, *windows.shape[1:]), np.float32)
        filled[: len(windows)] = windows
        return np.asarray(self.compiled_predict(arrays, tensorflow().constant(filled)))[: len(windows)]

    def _epoch(self, state: State, rows: Rows, batches: Batches, rate: Any) -> tuple[State, Any]:
        tf = tensorflow()

        def body(i: Any, state: State, total: Any, seen: Any) -> tuple[Any, State, Any, Any]:
            batch = Rows(*(tf.gather(part, batches.rows[i]) for part in rows))
            state, loss, weight = self.compiled_step(state, batch, batches.carried[i], rate)
            return i + 1, state, total + loss * weight, seen + weight

        _, state, total, seen = tf.while_loop(
            lambda i, *_: i < tf.shape(batches.rows)[0], body, (0, state, 0.0, 0.0), parallel_iterations=1
        )
        return state, tf.math.divide_no_nan(total, seen)

    def _step(self, state: State, batch: Rows, carried: Any, rate: Any) -> tuple[State, Any, Any]:
        tf = tensorflow()
        memory = state.memory._replace(carried=[c * carried[:, tf.newaxis] for c in state.memory.carried])
        with tf.GradientTape() as tape:
            tape.watch(state.weights)
            logits, penalty, memory = self.forward.train(state.weights, memory, batch.windows)
            loss = mean_loss(self.loss, logits, batch)
            total = loss + penalty + self.held.penalty(state.weights)
        gradients = tape.gradient(total, state.weights)
        step = state.step + 1.0
        arrays, slots = apply(self.optimizer, state.weights, gradients, state.slots, step, rate)
        arrays = self.held.bounded(arrays)
        return State(arrays, slots, step, memory), loss, tf.reduce_sum(batch.weights)


@lru_cache(maxsize=16)
def program(
    network: Network,
    optimizer: Optimizer,
    batch_size: int,
    limits: Limits = NO_LIMITS,
    loss: str = DEFAULT_LOSS,
) -> Program:
    """The program of this process for an architecture, compiled at its first epoch and kept."""
    return Program(network, optimizer, batch_size, forward_of(network), limits, loss)


def mean_loss(loss: losses.Loss, outputs: Any, rows: Rows) -> Any:
    """The weighted mean of a loss over rows; 0 when no row has weight."""
    tf = tensorflow()
    total = tf.reduce_sum(loss(outputs, rows.targets) * rows.weights)
    return tf.math.divide_no_nan(total, tf.reduce_sum(rows.weights))


def _targets_spec(network: Network, loss: str) -> Any:
    tf = tensorflow()
    if losses.name_of(loss) in losses.OF_CLASSES:
        return tf.TensorSpec((None,), tf.int32)
    steps = (network.timesteps,) if network.sequence else ()
    return tf.TensorSpec((None, *steps, network.outputs))
