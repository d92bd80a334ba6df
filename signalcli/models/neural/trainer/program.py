"""The compiled training program: one per architecture and process, whatever the number of rows.

A plain Keras loop builds, traces and compiles a model for every fold, and again for a last batch of another
size. Here weights and optimizer state are arguments and results, so every fold uses the same program; an
epoch is one call; the last batch is filled up with a row of weight zero.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from signalcli.models.neural.architecture import Network, list_weights
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.batches import Batches
from signalcli.models.neural.trainer.constraints import ConstraintConfig, WeightConstraints
from signalcli.models.neural.trainer.forward import Forward, Memory, choose_forward
from signalcli.models.neural.trainer.initializers import Initializers
from signalcli.models.neural.trainer.optimizers import Optimizer, apply

# Rows that are predicted in one call. Always this many, filled up with zeros, so that the bytes of a row do
# not depend on its neighbors.
BLOCK = 256

DEFAULT_INITIALIZERS = Initializers()
NO_CONSTRAINTS = ConstraintConfig()
DEFAULT_LOSS = "cross_entropy"


class Rows(NamedTuple):
    """Windows (n, timesteps, channels) float32, targets, row weights (n,) float32.

    Targets are class numbers (n,) int32, or values (n, outputs) float32; (n, timesteps, outputs) where the
    network predicts after every bar.
    """

    windows: Any
    targets: Any
    weights: Any


class State(NamedTuple):
    """All that training changes: weights, optimizer state, steps taken, memory of the last batch."""

    weights: list[Any]
    slots: list[list[Any]]
    step: Any
    memory: Memory


class Program:
    """The compiled functions of one network, optimizer and batch size. Holds no weights.

    Parameters
    ----------
    network : Network
        Architecture.
    optimizer : Optimizer
        Update rule of the weights.
    batch_size : int
        Rows of a step.
    forward : Forward
        Forward pass.
    constraints : ConstraintConfig
        Penalties and constraints of the weights.
    loss : str
        Name and argument of the loss, as in `signalcli.models.neural.trainer.losses`.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        batch_size: int,
        forward: Forward,
        constraints: ConstraintConfig = NO_CONSTRAINTS,
        loss: str = DEFAULT_LOSS,
    ) -> None:
        tf = tensorflow()
        self.network = network
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.forward = forward
        self.weights = list_weights(network)
        self.constraints = WeightConstraints(constraints, self.weights)
        self.loss = losses.make_loss(loss)
        self.targets_type = _targets_type(network, loss)
        self.compiled_step = tf.function(self._step, jit_compile=True, autograph=False)
        self.compiled_epoch = tf.function(self._epoch, input_signature=self._signature(), autograph=False)
        self.compiled_predict = tf.function(forward.predict, autograph=False)

    def start(self, seed: np.random.SeedSequence, initializers: Initializers = DEFAULT_INITIALIZERS) -> State:
        """Initial weights and zero optimizer state; the seed decides every random number of the training."""
        tf = tensorflow()
        weight_seed, dropout_seed = seed.spawn(2)
        arrays = [tf.constant(a) for a in initializers.draw(self.network, weight_seed)]
        slots = [[tf.zeros_like(a) for a in arrays] for _ in range(self.optimizer.slots)]
        memory = self.forward.first_memory(dropout_seed, self.batch_size)
        tensors = Memory(*([tf.constant(m) for m in part] for part in memory))
        return State(arrays, slots, tf.constant(0.0), tensors)

    def load(self, rows: Rows) -> Rows:
        """Rows as tensors, with an additional row of weight zero that fills up batches."""
        tf = tensorflow()
        filled = (np.concatenate([part, np.zeros_like(part[:1])]) for part in rows)
        return Rows(*(tf.constant(part) for part in filled))

    def epoch(self, state: State, rows: Rows, batches: Batches, rate: float) -> tuple[State, float]:
        """Train once through the batches of loaded rows: the new state and the mean loss."""
        tf = tensorflow()
        tensors = Batches(*(tf.constant(part) for part in batches))
        state, loss = self.compiled_epoch(state, rows, tensors, tf.constant(rate, tf.float32))
        return state, float(loss)

    def logits(self, arrays: list[Any], windows: np.ndarray) -> np.ndarray:
        """Outputs float32 without dropout: (n, outputs), with ``sequence`` (n, timesteps, outputs)."""
        blocks = [self._block(arrays, windows[i : i + BLOCK]) for i in range(0, len(windows), BLOCK)]
        return np.concatenate(blocks)

    def mean_loss(self, arrays: list[Any], rows: Rows) -> float:
        """Weighted mean loss of rows without dropout, in double precision; NaN without rows."""
        if not len(rows.weights):
            return float("nan")
        tf = tensorflow()
        outputs = tf.constant(self.logits(arrays, rows.windows).astype(np.float64))
        targets = rows.targets.astype(np.float64) if rows.targets.dtype.kind == "f" else rows.targets
        weights = rows.weights.astype(np.float64)
        return float(mean_loss(self.loss, outputs, rows._replace(targets=targets, weights=weights)))

    def _signature(self) -> tuple[Any, ...]:
        """Types of an epoch's arguments; lengths that differ between folds are open, to avoid a new trace."""
        tf = tensorflow()
        arrays = [tf.TensorSpec(w.shape) for w in self.weights]
        first = self.forward.first_memory(np.random.SeedSequence(0), self.batch_size)
        memory = Memory(*([tf.TensorSpec(m.shape, m.dtype) for m in part] for part in first))
        state = State(arrays, [arrays] * self.optimizer.slots, tf.TensorSpec(()), memory)
        windows = tf.TensorSpec((None, self.network.timesteps, self.network.channels))
        rows = Rows(windows, self.targets_type, tf.TensorSpec((None,)))
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
            total = loss + penalty + self.constraints.penalty(state.weights)
        gradients = tape.gradient(total, state.weights)
        step = state.step + 1.0
        arrays, slots = apply(self.optimizer, state.weights, gradients, state.slots, step, rate)
        arrays = self.constraints.apply(arrays)
        return State(arrays, slots, step, memory), loss, tf.reduce_sum(batch.weights)


@lru_cache(maxsize=16)
def get_program(
    network: Network,
    optimizer: Optimizer,
    batch_size: int,
    constraints: ConstraintConfig = NO_CONSTRAINTS,
    loss: str = DEFAULT_LOSS,
) -> Program:
    """Program of this process for an architecture, compiled in its first epoch and cached."""
    return Program(network, optimizer, batch_size, choose_forward(network), constraints, loss)


def mean_loss(loss: losses.Loss, outputs: Any, rows: Rows) -> Any:
    """Weighted mean of a loss over rows; 0 when no row has weight."""
    tf = tensorflow()
    total = tf.reduce_sum(loss(outputs, rows.targets) * rows.weights)
    return tf.math.divide_no_nan(total, tf.reduce_sum(rows.weights))


def _targets_type(network: Network, loss: str) -> Any:
    tf = tensorflow()
    if losses.loss_name(loss) in losses.OF_CLASSES:
        return tf.TensorSpec((None,), tf.int32)
    steps = (network.timesteps,) if network.sequence else ()
    return tf.TensorSpec((None, *steps, network.outputs))
