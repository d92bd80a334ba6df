"""Recurrent networks as two loops over time per layer, with a hand-written gradient.

Automatic differentiation of a loop keeps every intermediate result and adds up a weight gradient in every
step. Here the forward loop keeps only the outputs of the gates, the backward loop carries only the state's
gradient, and each weight gradient is one product over all steps at the end. Compiled by XLA this is several
times faster than Keras' layers, with the same weights and the same numbers to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from typing import Any

from signalcli.models.neural.architecture import GATES, Network
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer.cells import ACTIVATIONS, CELLS

Tensors = tuple[Any, ...]


def supports(network: Network) -> bool:
    """Whether this module can run the network; Keras' own layers run the others."""
    functions = {network.activation, network.recurrent_activation, network.dense_activation}
    unsupported = (
        network.recurrent_dropout
        or network.return_state
        or network.activity_regularizer
        or (network.cell == "gru" and not network.reset_after)
    )
    return network.cell in CELLS and functions <= set(ACTIVATIONS) and not unsupported


def logits(
    network: Network, weights: list[Any], windows: Any, key: Any = None, carried: Sequence[Any] = ()
) -> tuple[Any, list[Any]]:
    """Logits of a batch, (batch, outputs), and the last states of the layers, (batch, units) each.

    With ``network.sequence`` logits are (batch, timesteps, outputs).

    windows : (batch, timesteps, channels). key : (2,) integers that seed dropout in training; None for
    prediction, without dropout and gradient. carried : first states of the layers, zero if empty; no gradient
    flows into them.
    """
    parts = _Parts(network, iter(weights), key, iter(carried))
    x = tensorflow().transpose(windows, (1, 0, 2))
    for number in range(len(network.units)):
        x = _layer(parts, x, sequences=network.returns_sequences(number))
        x = parts.dropout(x, network.layer_dropout)
    for _ in network.dense:
        x = ACTIVATIONS[network.dense_activation].value(_product(x, parts.matrix()))
        x = parts.dropout(x, network.dense_dropout)
    out = _product(x, parts.matrix())
    return tensorflow().transpose(out, (1, 0, 2)) if network.sequence else out, parts.last


class _Parts:
    """Weights, dropout masks and first states in the order of the layers; collects the last states."""

    def __init__(self, network: Network, weights: Iterator[Any], key: Any, carried: Iterator[Any]) -> None:
        self.carried = carried
        self.last: list[Any] = []
        self.network = network
        self.weights = weights
        self.key = key
        self.masks = count()

    @property
    def training(self) -> bool:
        return self.key is not None

    def matrix(self) -> Any:
        """Kernel with its bias as last row."""
        kernel = next(self.weights)
        return _append_row(kernel, next(self.weights)) if self.network.use_bias else kernel

    def gates(self) -> tuple[Any, Any]:
        """Matrices of the input and of the state, each with its own bias, if any, as last row."""
        kernel, recurrent = next(self.weights), next(self.weights)
        if not self.network.use_bias:
            return kernel, recurrent
        bias = next(self.weights)
        if self.network.double_bias:
            return _append_row(kernel, bias[0]), _append_row(recurrent, bias[1])
        return _append_row(kernel, bias), recurrent

    def dropout(self, x: Any, rate: float, *, same_mask: bool = False) -> Any:
        """Set a share of the values to zero and scale up the rest; ``same_mask``: the same at every step."""
        if rate == 0.0 or not self.training:
            return x
        tf = tensorflow()
        shape = tf.shape(x)[1:] if same_mask else tf.shape(x)
        # (seed, batch) becomes (seed, 1000·batch + mask).
        key = self.key * tf.constant([1, 1000]) + tf.constant([0, next(self.masks)])
        # The algorithm is named, because the default depends on the device.
        uniform = tf.random.stateless_uniform(shape, key, alg="philox")
        return x * tf.cast(uniform >= rate, x.dtype) / (1.0 - rate)


def _layer(parts: _Parts, x: Any, *, sequences: bool) -> Any:
    """Outputs of one layer, (time, batch, width) or, of the last step, (batch, width)."""
    tf = tensorflow()
    network, outputs = parts.network, []
    for second in range(network.directions):
        matrix, recurrent = parts.gates()
        inputs = parts.dropout(x, network.dropout, same_mask=True)
        inputs = tf.reverse(inputs, [0]) if network.go_backwards or second else inputs
        first = tuple(islice(parts.carried, network.states))
        loop = _Loop(network, recurrent.shape[-1] // GATES[network.cell], first, sequences=sequences)
        run = tf.custom_gradient(loop.train) if parts.training else loop.predict
        y, *last = run(_product(inputs, matrix), recurrent)
        parts.last += last
        outputs.append(tf.reverse(y, [0]) if second and sequences else y)
    return tf.concat(outputs, axis=-1)


def _append_row(matrix: Any, bias: Any) -> Any:
    tf = tensorflow()
    return tf.concat([matrix, bias[tf.newaxis]], axis=0)


def _product(x: Any, matrix: Any) -> Any:
    """``x @ matrix`` over the last axis; a matrix with one row more than x has columns ends with a bias.

    The bias is part of the product because its gradient, a sum over rows, is slow on its own.
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
            new, _ = self._step(zx[t], recurrent, state)
            return new, new[:1] if self.sequences else ()

        state, outputs = _scan(zx.shape[0], step, self.first or self._zeros(zx))
        return (outputs[0] if self.sequences else state[0], *state)

    def train(self, zx: Any, recurrent: Any) -> tuple[Tensors, Callable[..., Tensors]]:
        """Output and last state, and the function from the output's gradient to those of zx and recurrent."""
        tf = tensorflow()

        def step(t: Any, state: Tensors) -> tuple[Tensors, Tensors]:
            new, cache = self._step(zx[t], recurrent, state)
            return new, (state[0], *cache)

        state, (before, *cache) = _scan(zx.shape[0], step, self.first or self._zeros(zx))

        def gradient(d_output: Any, *_: Any) -> Tensors:
            dzx, du = self._backward(d_output, recurrent, before, cache)
            rows = _with_ones(tf.reshape(before, (-1, self.units)), recurrent)
            return dzx, tf.matmul(rows, tf.reshape(du, (-1, du.shape[-1])), transpose_a=True)

        sequence = tf.concat([before[1:], state[0][tf.newaxis]], axis=0) if self.sequences else state[0]
        return (sequence, *state), gradient

    def _step(self, zx: Any, recurrent: Any, state: Tensors) -> tuple[Tensors, Tensors]:
        u = state[0] @ recurrent[: self.units]
        u = u + recurrent[self.units] if recurrent.shape[0] > self.units else u
        return self.cell.step(self.act, self.gate, zx, u, state)

    def _backward(self, d_output: Any, recurrent: Any, before: Any, cache: list[Any]) -> tuple[Any, Any]:
        """Gradients of the gates' two parts, each (time, batch, gates·units)."""
        tf = tensorflow()
        transposed = tf.transpose(recurrent[: self.units])
        start = self._zeros(before)

        def step(t: Any, d: Tensors) -> tuple[Tensors, Tensors]:
            d = (d[0] + d_output[t], *d[1:]) if self.sequences else d
            at_t = tuple(values[t] for values in cache)
            dz, du, direct = self.cell.backward(self.act, self.gate, d, before[t], at_t)
            return (direct[0] + du @ transposed, *direct[1:]), (dz,) if self.cell.additive else (dz, du)

        start = start if self.sequences else (d_output, *start[1:])
        _, gradients = _scan(before.shape[0], step, start, reverse=True)
        return gradients[0], gradients[-1]

    def _zeros(self, like: Any) -> Tensors:
        """Zero state before the first step, (batch, units) each."""
        tf = tensorflow()
        zeros = tf.ensure_shape(tf.zeros((tf.shape(like)[1], self.units)), (like.shape[1], self.units))
        return (zeros,) * self.states


def _scan(
    time: int,
    step: Callable[[Any, Tensors], tuple[Tensors, Tensors]],
    start: Tensors,
    *,
    reverse: bool = False,
) -> tuple[Tensors, Tensors]:
    """Run ``step(t, state) -> (state, values)`` over all t: last state, and each value stacked over time."""
    tf = tensorflow()
    first, by = (time - 1, -1) if reverse else (0, 1)
    shapes = [value.shape for value in step(first, start)[1]]  # traced once outside the loop, then pruned
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
