"""The network of `signalcli.models.neural.architecture` as two loops over time with a hand-written gradient.

Automatic differentiation of a loop keeps every intermediate and adds up a weight gradient in every step. Here
the forward loop keeps only outputs of gates, the backward loop only carries the state's gradient, and each
weight gradient is one product over all steps at the end. Compiled by XLA this is several times faster than
Keras' layers, with the same weights and the same numbers to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from typing import Any

from signalcli.models.neural.architecture import GATES, Network
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer.cells import ACTIVATIONS, CELLS

Tensors = tuple[Any, ...]


def covers(network: Network) -> bool:
    """Whether this module can run the network; Keras' own layers run the others."""
    functions = {network.activation, network.recurrent_activation, network.dense_activation}
    lacking = (
        network.recurrent_dropout
        or network.return_state
        or network.activity_regularizer
        or (network.cell == "gru" and not network.reset_after)
    )
    return network.cell in CELLS and functions <= set(ACTIVATIONS) and not lacking


def logits(
    network: Network, weights: list[Any], windows: Any, key: Any = None, carried: Sequence[Any] = ()
) -> tuple[Any, list[Any]]:
    """Logits of a batch, (batch, outputs), and the last states of the layers, (batch, units) each.

    Where the head speaks after every bar, logits are (batch, timesteps, outputs).

    windows : (batch, timesteps, channels). key : (2,) integers that decide what is dropped when training;
    None at prediction, when nothing is dropped and nothing is kept for a gradient. carried : first states of
    the layers, zero if empty; no gradient flows into them.
    """
    taken = _Taken(network, iter(weights), key, iter(carried))
    x = tensorflow().transpose(windows, (1, 0, 2))
    for number in range(len(network.units)):
        x = _layer(taken, x, sequences=network.sequences(number))
        x = taken.dropped(x, network.layer_dropout)
    for _ in network.dense:
        x = ACTIVATIONS[network.dense_activation].value(_product(x, taken.matrix()))
        x = taken.dropped(x, network.dense_dropout)
    out = _product(x, taken.matrix())
    return tensorflow().transpose(out, (1, 0, 2)) if network.sequence else out, taken.last


class _Taken:
    """Weights, random keys and first states, handed out in the graph's order; last states, taken back."""

    def __init__(self, network: Network, weights: Iterator[Any], key: Any, carried: Iterator[Any]) -> None:
        self.carried = carried
        self.last: list[Any] = []
        self.network = network
        self.weights = weights
        self.key = key
        self.places = count()

    @property
    def training(self) -> bool:
        return self.key is not None

    def matrix(self) -> Any:
        """Kernel with its bias as last row."""
        kernel = next(self.weights)
        return _stacked(kernel, next(self.weights)) if self.network.use_bias else kernel

    def gates(self) -> tuple[Any, Any]:
        """Matrices of the input and of the state, each with its own bias, if any, as last row."""
        kernel, recurrent = next(self.weights), next(self.weights)
        if not self.network.use_bias:
            return kernel, recurrent
        bias = next(self.weights)
        if self.network.double_bias:
            return _stacked(kernel, bias[0]), _stacked(recurrent, bias[1])
        return _stacked(kernel, bias), recurrent

    def dropped(self, x: Any, rate: float, *, all_steps: bool = False) -> Any:
        """Zero a share of the values and scale up the rest; ``all_steps``: the same ones at every step."""
        if rate == 0.0 or not self.training:
            return x
        tf = tensorflow()
        shape = tf.shape(x)[1:] if all_steps else tf.shape(x)
        # (seed, batch) becomes (seed, 1000·batch + place).
        key = self.key * tf.constant([1, 1000]) + tf.constant([0, next(self.places)])
        # The algorithm is named, because the default depends on the device.
        draw = tf.random.stateless_uniform(shape, key, alg="philox")
        return x * tf.cast(draw >= rate, x.dtype) / (1.0 - rate)


def _layer(taken: _Taken, x: Any, *, sequences: bool) -> Any:
    """Outputs of one layer, (time, batch, width) or, of the last step, (batch, width)."""
    tf = tensorflow()
    network, outputs = taken.network, []
    for second in range(network.directions):
        matrix, recurrent = taken.gates()
        seen = taken.dropped(x, network.dropout, all_steps=True)
        seen = tf.reverse(seen, [0]) if network.go_backwards or second else seen
        first = tuple(islice(taken.carried, network.states))
        loop = _Loop(network, recurrent.shape[-1] // GATES[network.cell], first, sequences=sequences)
        run = tf.custom_gradient(loop.train) if taken.training else loop.predict
        y, *last = run(_product(seen, matrix), recurrent)
        taken.last += last
        outputs.append(tf.reverse(y, [0]) if second and sequences else y)
    return tf.concat(outputs, axis=-1)


def _stacked(matrix: Any, bias: Any) -> Any:
    tf = tensorflow()
    return tf.concat([matrix, bias[tf.newaxis]], axis=0)


def _product(x: Any, matrix: Any) -> Any:
    """``x @ matrix`` over the last axis; a matrix with one row more than x has columns ends with a bias.

    The bias rides in the product because its gradient, a sum over rows, is slow on its own.
    """
    tf = tensorflow()
    product = _with_ones(tf.reshape(x, (-1, x.shape[-1])), matrix) @ matrix
    return tf.reshape(product, (x.shape[0], -1, matrix.shape[-1])) if len(x.shape) == 3 else product


def _with_ones(rows: Any, matrix: Any) -> Any:
    tf = tensorflow()
    biased = matrix.shape[0] > rows.shape[-1]
    return tf.concat([rows, tf.ones_like(rows[:, :1])], axis=-1) if biased else rows


class _Loop:
    """The loops over time of one direction of one layer.

    zx : (time, batch, gates·units), the input's part of the gates. recurrent : (units [+ 1], gates·units),
    with the state's own bias as last row where the cell has one.
    """

    def __init__(self, network: Network, units: int, first: Tensors, *, sequences: bool) -> None:
        self.first = first
        self.cell = CELLS[network.cell]
        self.act = ACTIVATIONS[network.activation]
        self.gate = ACTIVATIONS[network.recurrent_activation]
        self.units = units
        self.states = network.states
        self.sequences = sequences

    def predict(self, zx: Any, recurrent: Any) -> Tensors:
        """Output and last state, without keeping anything for a gradient."""

        def step(t: Any, state: Tensors) -> tuple[Tensors, Tensors]:
            new, _ = self._advance(zx[t], recurrent, state)
            return new, new[:1] if self.sequences else ()

        state, outputs = _over_time(zx.shape[0], step, self.first or self._zeros(zx))
        return (outputs[0] if self.sequences else state[0], *state)

    def train(self, zx: Any, recurrent: Any) -> tuple[Tensors, Callable[..., Tensors]]:
        """Output and last state, and the function from the output's gradient to those of zx and recurrent."""
        tf = tensorflow()

        def step(t: Any, state: Tensors) -> tuple[Tensors, Tensors]:
            new, kept = self._advance(zx[t], recurrent, state)
            return new, (state[0], *kept)

        state, (before, *kept) = _over_time(zx.shape[0], step, self.first or self._zeros(zx))

        def gradient(d_output: Any, *_: Any) -> Tensors:
            dzx, du = self._back(d_output, recurrent, before, kept)
            rows = _with_ones(tf.reshape(before, (-1, self.units)), recurrent)
            return dzx, tf.matmul(rows, tf.reshape(du, (-1, du.shape[-1])), transpose_a=True)

        sequence = tf.concat([before[1:], state[0][tf.newaxis]], axis=0) if self.sequences else state[0]
        return (sequence, *state), gradient

    def _advance(self, zx: Any, recurrent: Any, state: Tensors) -> tuple[Tensors, Tensors]:
        u = state[0] @ recurrent[: self.units]
        u = u + recurrent[self.units] if recurrent.shape[0] > self.units else u
        return self.cell.step(self.act, self.gate, zx, u, state)

    def _back(self, d_output: Any, recurrent: Any, before: Any, kept: list[Any]) -> tuple[Any, Any]:
        """Gradients of the gates' two parts, each (time, batch, gates·units)."""
        tf = tensorflow()
        transposed = tf.transpose(recurrent[: self.units])
        start = self._zeros(before)

        def step(t: Any, d: Tensors) -> tuple[Tensors, Tensors]:
            d = (d[0] + d_output[t], *d[1:]) if self.sequences else d
            dz, du, direct = self.cell.back(self.act, self.gate, d, before[t], tuple(k[t] for k in kept))
            return (direct[0] + du @ transposed, *direct[1:]), (dz,) if self.cell.additive else (dz, du)

        start = start if self.sequences else (d_output, *start[1:])
        _, gradients = _over_time(before.shape[0], step, start, backwards=True)
        return gradients[0], gradients[-1]

    def _zeros(self, like: Any) -> Tensors:
        """State before the first step, (batch, units) each: zero."""
        tf = tensorflow()
        zeros = tf.ensure_shape(tf.zeros((tf.shape(like)[1], self.units)), (like.shape[1], self.units))
        return (zeros,) * self.states


def _over_time(
    time: int,
    step: Callable[[Any, Tensors], tuple[Tensors, Tensors]],
    start: Tensors,
    *,
    backwards: bool = False,
) -> tuple[Tensors, Tensors]:
    """Run ``step(t, state) -> (state, values)`` over all t: last state, and each value stacked over time."""
    tf = tensorflow()
    first, by = (time - 1, -1) if backwards else (0, 1)
    shapes = [value.shape for value in step(first, start)[1]]  # asked once outside the loop, then pruned
    arrays = tuple(tf.TensorArray(tf.float32, time, element_shape=shape) for shape in shapes)

    def body(t: Any, state: Tensors, written: Tensors) -> tuple[Any, Tensors, Tensors]:
        new, values = step(t, state)
        return t + by, new, tuple(array.write(t, value) for array, value in zip(written, values, strict=True))

    _, state, written = tf.while_loop(
        lambda t, *_: (t >= 0) & (t < time),
        body,
        (first, start, arrays),
        maximum_iterations=time,
        parallel_iterations=1,
    )
    return state, tuple(array.stack() for array in written)
