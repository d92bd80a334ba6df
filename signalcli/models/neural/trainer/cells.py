"""Arithmetic of one time step of each recurrent cell, forward and backward.

Every function works on one batch: ``zx`` is the input's part of the gates and ``u`` the state's part, both
(batch, gates·units); ``state`` is (h,) or (h, c), each (batch, units). ``step`` returns the new state and a
cache for ``backward``; ``backward`` maps ``d``, the gradient of the new state, to the gradients of ``zx``,
``u`` and the old state (without the path through ``u``), given the old ``h`` and the cache. Gates are in
Keras' order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from signalcli.models.neural.backend.runtime import tensorflow

Tensors = tuple[Any, ...]


class Activation(NamedTuple):
    """A function, and its slope as a function of its output, so that only outputs are cached."""

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]


class Cell(NamedTuple):
    """One type of recurrent cell."""

    additive: bool  # zx and u enter only as their sum, so their gradients are one
    step: Callable[[Activation, Activation, Any, Any, Tensors], tuple[Tensors, Tensors]]
    backward: Callable[[Activation, Activation, Tensors, Any, Tensors], tuple[Any, Any, Tensors]]


# Activations whose slope follows from their output; Keras runs networks with others.
ACTIVATIONS = {
    "tanh": Activation(lambda x: tensorflow().tanh(x), lambda y: 1.0 - y * y),
    "sigmoid": Activation(lambda x: tensorflow().sigmoid(x), lambda y: y * (1.0 - y)),
    "relu": Activation(lambda x: tensorflow().nn.relu(features=x), lambda y: _indicator(y > 0.0)),
    "linear": Activation(lambda x: x, lambda y: tensorflow().ones_like(y)),
    "hard_sigmoid": Activation(
        lambda x: tensorflow().nn.relu6(x + 3.0) / 6.0, lambda y: _indicator((y > 0.0) & (y < 1.0)) / 6.0
    ),
}


def _indicator(where: Any) -> Any:
    tf = tensorflow()
    return tf.cast(where, tf.float32)


def _rnn_step(act: Activation, _: Activation, zx: Any, u: Any, _state: Tensors) -> tuple[Tensors, Tensors]:
    h = act.value(zx + u)
    return (h,), (h,)


def _rnn_backward(
    act: Activation, _: Activation, d: Tensors, _h: Any, cache: Tensors
) -> tuple[Any, Any, Tensors]:
    dz = d[0] * act.slope(cache[0])
    return dz, dz, (0.0,)


def _lstm_step(act: Activation, gate: Activation, zx: Any, u: Any, state: Tensors) -> tuple[Tensors, Tensors]:
    i, f, g, o = tensorflow().split(zx + u, 4, axis=-1)
    i, f, g, o = gate.value(i), gate.value(f), act.value(g), gate.value(o)
    c = f * state[1] + i * g
    a = act.value(c)
    return (o * a, c), (i, f, g, o, a, state[1])


def _lstm_backward(
    act: Activation, gate: Activation, d: Tensors, _h: Any, cache: Tensors
) -> tuple[Any, Any, Tensors]:
    dh, dc = d
    i, f, g, o, a, c_before = cache
    dc += dh * o * act.slope(a)
    gates = [
        dc * g * gate.slope(i),
        dc * c_before * gate.slope(f),
        dc * i * act.slope(g),
        dh * a * gate.slope(o),
    ]
    dz = tensorflow().concat(gates, axis=-1)
    return dz, dz, (0.0, dc * f)


def _gru_step(act: Activation, gate: Activation, zx: Any, u: Any, state: Tensors) -> tuple[Tensors, Tensors]:
    tf = tensorflow()
    (z, r, n), (uz, ur, un) = tf.split(zx, 3, axis=-1), tf.split(u, 3, axis=-1)
    z, r = gate.value(z + uz), gate.value(r + ur)
    n = act.value(n + r * un)
    return (z * state[0] + (1.0 - z) * n,), (z, r, n, un)


def _gru_backward(
    act: Activation, gate: Activation, d: Tensors, h_before: Any, cache: Tensors
) -> tuple[Any, Any, Tensors]:
    tf = tensorflow()
    z, r, n, un = cache
    dz = d[0] * (h_before - n) * gate.slope(z)
    dn = d[0] * (1.0 - z) * act.slope(n)
    dr = dn * un * gate.slope(r)
    return tf.concat([dz, dr, dn], axis=-1), tf.concat([dz, dr, dn * r], axis=-1), (d[0] * z,)


CELLS = {
    "rnn": Cell(True, _rnn_step, _rnn_backward),
    "lstm": Cell(True, _lstm_step, _lstm_backward),
    "gru": Cell(False, _gru_step, _gru_backward),
}
