"""The compiled training program: one per architecture and process, whatever the number of rows.

A plain Keras loop builds, traces and compiles a model for every fold, and again for a last batch of another
size. Here weights and optimizer state are arguments and results, so every fold uses the same program. A call
trains through many batches, because starting a program takes as long as a step of a small network; the last
batch is filled up with rows of weight zero.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from signalcli.models.neural.architecture import Network, list_weights
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.batches import Batches, fill_up
from signalcli.models.neural.trainer.constraints import ConstraintConfig, WeightConstraints
from signalcli.models.neural.trainer.forward import Forward, Memory, choose_forward
from signalcli.models.neural.trainer.initializers import Initializers
from signalcli.models.neural.trainer.optimizers import Optimizer, apply

# Rows that are predicted in one call. Always this many, filled up with zeros, so that the bytes of a row do
# not depend on its neighbors.
BLOCK = 256
# Batches that are trained in one call, unless their windows together exceed the bytes.
CALL, CALL_BYTES = 64, 2**24

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
        self.loss_text = loss
        self.call = _batches_of_a_call(network, batch_size)
        signature = self._signature()
        self.compiled_steps = tf.function(
            self._steps, input_signature=signature, jit_compile=True, autograph=False
        )
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
        """Rows with an additional one of weight zero, which fills up batches."""
        return Rows(*(np.concatenate([part, np.zeros_like(part[:1])]) for part in rows))

    def epoch(self, state: State, rows: Rows, batches: Batches, rate: float) -> tuple[State, float]:
        """Train once through the batches of loaded rows: the new state and the mean loss."""
        tf = tensorflow()
        learning_rate, sums = tf.constant(rate, tf.float32), (tf.constant(0.0), tf.constant(0.0))
        for first in range(0, len(batches.rows), self.call):
            part = Batches(*(values[first : first + self.call] for values in batches))
            count = tf.constant(len(part.rows))
            places = fill_up(part, self.call, len(rows.weights) - 1)
            chunk = Rows(*(tf.constant(values[places.rows]) for values in rows))
            carried = tf.constant(places.carried)
            state, sums = self.compiled_steps(state, sums, chunk, carried, count, learning_rate)
        total, seen = map(float, sums)
        return state, total / seen if seen else 0.0

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
        """Types of the arguments of `_steps`; no length differs between folds, so nothing is traced again."""
        tf = tensorflow()
        arrays = [tf.TensorSpec(w.shape) for w in self.weights]
        first = self.forward.first_memory(np.random.SeedSequence(0), self.batch_size)
        memory = Memory(*([tf.TensorSpec(m.shape, m.dtype) for m in part] for part in first))
        number = tf.TensorSpec(())
        state = State(arrays, [arrays] * self.optimizer.slots, number, memory)
        places = (self.call, self.batch_size)
        windows = tf.TensorSpec((*places, self.network.timesteps, self.network.channels))
        targets = _targets_type(self.network, self.loss_text, places)
        rows = Rows(windows, targets, tf.TensorSpec(places))
        return state, (number, number), rows, tf.TensorSpec(places), tf.TensorSpec((), tf.int32), number

    def _block(self, arrays: list[Any], windows: np.ndarray) -> np.ndarray:
        filled = np.zeros((BLOCK, *windows.shape[1:]), np.float32)
        filled[: len(windows)] = windows
        return np.asarray(self.compiled_predict(arrays, tensorflow().constant(filled)))[: len(windows)]

    def _steps(
        self, state: State, sums: tuple[Any, Any], rows: Rows, carried: Any, count: Any, rate: Any
    ) -> tuple[State, tuple[Any, Any]]:
        """Train on the first ``count`` batches; ``sums`` are of losses times weights, and of weights."""

        def body(i: Any, state: State, total: Any, seen: Any) -> tuple[Any, State, Any, Any]:
            batch = Rows(*(part[i] for part in rows))
            state, loss, weight = self._step(state, batch, carried[i], rate)
            return i + 1, state, total + loss * weight, seen + weight

        start = (0, state, *sums)
        _, state, *sums = tensorflow().while_loop(lambda i, *_: i < count, body, start, parallel_iterations=1)
        return state, tuple(sums)

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


def _targets_type(network: Network, loss: str, places: tuple[int, int]) -> Any:
    tf = tensorflow()
    if losses.loss_name(loss) in losses.OF_CLASSES:
        return tf.TensorSpec(places, tf.int32)
    steps = (network.timesteps,) if network.sequence else ()
    return tf.TensorSpec((*places, *steps, network.outputs))


def _batches_of_a_call(network: Network, batch_size: int) -> int:
    size = 4 * batch_size * network.timesteps * network.channels
    return min(max(CALL_BYTES // size, 1), CALL)
