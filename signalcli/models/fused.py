"""The network of `signalcli.models.network` as two loops over time with a hand-written gradient.

Automatic differentiation of a loop keeps every intermediate and adds up a weight gradient in every step. Here
the forward loop keeps only outputs of gates, the backward loop only carries the state's gradient, and each
weight gradient is one product over all steps at the end. Compiled by XLA this is several times faster than
Keras' layers, with the same weights and the same numbers to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from signalcli.models.cells import CELLS, Activation, Cell, activations
from signalcli.models.network import Network
from signalcli.models.runtime import tensorflow

Tensors = tuple[Any, ...]


def covers(network: Network) -> bool:
    """Whether this module can run the network; Keras' own layers run the others."""
    return network.recurrent_dropout == 0.0


def logits(network: Network, weights: list[Any], windows: Any, key: Any = None) -> Any:
    """Logits of a batch, (batch, outputs).

    windows : (batch, timesteps, channels). key : (2,) integers that decide what is dropped when training;
    None at prediction, when nothing is dropped and nothing is kept for a gradient.
    """
    tf = tensorflow()
    remaining, keys = iter(weights), _keys(key)
    x = tf.transpose(windows, (1, 0, 2))
    for number in range(len(network.units)):
        sequences = number + 1 < len(network.units)
        x = _layer(network, x, remaining, keys, sequences=sequences, training=key is not None)
    return x @ next(remaining) + next(remaining)


def _layer(
    network: Network, x: Any, weights: Iterator[Any], keys: Iterator[Any], *, sequences: bool, training: bool
) -> Any:
    tf = tensorflow()
    outputs = []
    for backwards in (False, True)[: 1 + network.bidirectional]:
        kernel, recurrent, bias = next(weights), next(weights), next(weights)
        seen = _dropped(x, network.dropout, keys) if training else x
        seen = tf.reverse(seen, [0]) if backwards else seen
        y = _recurrence(network, seen, kernel, recurrent, bias, sequences=sequences, training=training)
        outputs.append(tf.reverse(y, [0]) if backwards and sequences else y)
    return tf.concat(outputs, axis=-1)


def _keys(key: Any) -> Iterator[Any]:
    """Split the key of a batch into one for each place that drops something."""
    tf = tensorflow()
    # (seed, batch) becomes (seed, 1000·batch + place).
    return (key * tf.constant([1, 1000]) + tf.constant([0, place]) for place in count())


def _dropped(x: Any, rate: float, keys: Iterator[Any]) -> Any:
    """Zero a share of each window's channels, the same ones at every step, and scale up the rest."""
    if rate == 0.0:
        return x
    tf = tensorflow()
    # The algorithm is named, because the default depends on the device.
    draw = tf.random.stateless_uniform(tf.shape(x)[1:], next(keys), alg="philox")
    return x * tf.cast(draw >= rate, x.dtype) / (1.0 - rate)


def _recurrence(
    network: Network, x: Any, kernel: Any, recurrent: Any, bias: Any, *, sequences: bool, training: bool
) -> Any:
    """Outputs of one direction of one layer, (time, batch, units) or, of the last step, (batch, units)."""
    tf = tensorflow()
    units = recurrent.shape[0]
    if network.cell == "gru":
        bias, state_bias = bias[0], bias[1]
        recurrent = tf.concat([recurrent, state_bias[tf.newaxis]], axis=0)
    zx = _product(x, tf.concat([kernel, bias[tf.newaxis]], axis=0))
    loop = _Loop(network, units, sequences=sequences)
    return tf.custom_gradient(loop.train)(zx, recurrent) if training else loop.predict(zx, recurrent)


def _product(x: Any, matrix: Any) -> Any:
    """``x @ matrix`` over the last axis; a matrix with one row more than x has columns ends with a bias.

    The bias rides in the product because its gradient, a sum over rows, is slow on its own.
    """
    tf = tensorflow()
    flat = _with_ones(tf.reshape(x, (-1, x.shape[-1])), matrix)
    return tf.reshape(flat @ matrix, (x.shape[0], -1, matrix.shape[-1]))


def _with_ones(rows: Any, matrix: Any) -> Any:
    tf = tensorflow()
    biased = matrix.shape[0] > rows.shape[-1]
    return tf.concat([rows, tf.ones_like(rows[:, :1])], axis=-1) if biased else rows


class _Loop:
    """The loops over time of one direction of one layer.

    zx : (time, batch, gates·units), the input's part of the gates. recurrent : (units [+ 1], gates·units),
    with the state's own bias as last row where the cell has one.
    """

    def __init__(self, network: Network, units: int, *, sequences: bool) -> None:
        known = activations()
        self.cell: Cell = CELLS[network.cell]
        self.act: Activation = known["tanh"]
        self.gate: Activation = known["sigmoid"]
        self.units = units
        self.sequences = sequences

    def predict(self, zx: Any, recurrent: Any) -> Any:
        """Output without keeping anything for a gradient."""

        def step(t: Any, state: Tensors) -> tuple[Tensors, Tensors]:
            new, _ = self._advance(zx[t], recurrent, state)
            return new, new[:1] if self.sequences else ()

        state, outputs = _over_time(zx.shape[0], step, self._zeros(zx))
        return outputs[0] if self.sequences else state[0]

    def train(self, zx: Any, recurrent: Any) -> tuple[Any, Callable[[Any], Tensors]]:
        """Output and the function from its gradient to those of zx and recurrent."""
        tf = tensorflow()

        def step(t: Any, state: Tensors) -> tuple[Tensors, Tensors]:
            new, kept = self._advance(zx[t], recurrent, state)
            return new, (state[0], *kept)

        state, (before, *kept) = _over_time(zx.shape[0], step, self._zeros(zx))

        def gradient(d_output: Any) -> Tensors:
            dzx, du = self._back(d_output, recurrent, before, kept)
            rows = _with_ones(tf.reshape(before, (-1, self.units)), recurrent)
            return dzx, tf.matmul(rows, tf.reshape(du, (-1, du.shape[-1])), transpose_a=True)

        last = state[0]
        return tf.concat([before[1:], last[tf.newaxis]], axis=0) if self.sequences else last, gradient

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
        return (zeros,) * self.cell.states


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
