"""Initial weights, decided by a seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from signalcli.models.neural.architecture import Network, Weight, list_weights
from signalcli.models.neural.backend.parts import make_part
from signalcli.models.neural.backend.runtime import tensorflow

_HEAD = {"head_kernel": "glorot_uniform", "head_bias": "zeros"}


@dataclass(frozen=True)
class Initializers:
    """Keras' initializers as text, by role of a weight; the head keeps Keras' defaults.

    Parameters
    ----------
    kernel, recurrent, bias : str
        Initializers of the layers' input weights, recurrent weights and biases.
    unit_forget_bias : bool
        Start the forget gate's bias of an LSTM at 1, whatever ``bias`` is (Jozefowicz et al. 2015).
    """

    kernel: str = "glorot_uniform"
    recurrent: str = "orthogonal"
    bias: str = "zeros"
    unit_forget_bias: bool = True

    def draw(self, network: Network, seed: np.random.SeedSequence) -> list[np.ndarray]:
        """Arrays of `list_weights`, float32; the same seed gives the same bytes."""
        weights = list_weights(network)
        # 31 bits, because Keras keeps the seed as a signed integer.
        seeds = seed.generate_state(len(weights)) >> 1
        return [
            self._draw(network, weight, int(number)) for weight, number in zip(weights, seeds, strict=True)
        ]

    def _draw(self, network: Network, weight: Weight, seed: int) -> np.ndarray:
        text = _HEAD.get(weight.role) or getattr(self, weight.role)
        values = np.array(_draw(text, weight.shape, seed))
        if self.unit_forget_bias and weight.role == "bias" and network.cell == "lstm":
            units = weight.shape[0] // 4
            values[units : 2 * units] = 1.0
        return values


def _draw(text: str, shape: tuple[int, ...], seed: int) -> Any:
    """Values of Keras' initializer that a text names; of the usual ones without importing Keras."""
    if text in _WITHOUT_KERAS:
        return _WITHOUT_KERAS[text](shape, [seed % (2**31 - 2), 0])  # Keras' way from a seed to a key
    return make_part("initializers", text, seed=seed)(shape, dtype="float32")


def _zeros(shape: tuple[int, ...], _: list[int]) -> np.ndarray:
    return np.zeros(shape, np.float32)


def _glorot_uniform(shape: tuple[int, ...], key: list[int]) -> Any:
    """Uniform within ± sqrt(6 / (inputs + outputs)); a convolution's bars count each (Glorot 2010)."""
    tf = tensorflow()
    inputs, outputs = (shape[-1:] + shape)[-2:]
    scale = 1.0 / max(1.0, math.prod(shape[:-2]) * (inputs + outputs) / 2.0)
    limit = tf.constant(math.sqrt(3.0 * scale), tf.float32)
    return tf.random.stateless_uniform(shape, key, -limit, limit)


def _orthogonal(shape: tuple[int, ...], key: list[int]) -> Any:
    """Orthogonal columns, or rows where there are fewer of these (Saxe et al. 2014)."""
    if len(shape) < 2:
        raise ValueError(f"initializer 'orthogonal': needs a matrix, not weights of shape {shape}")
    tf = tensorflow()
    rows, columns = math.prod(shape[:-1]), shape[-1]
    size = max(rows, columns), min(rows, columns)
    q, r = tf.linalg.qr(tf.random.stateless_normal(size, key))
    q *= tf.sign(tf.linalg.diag_part(r))
    return tf.reshape(tf.transpose(q) if rows < columns else q, shape)


# The defaults, with Keras' values to the last bit: importing Keras takes longer than a short training.
_WITHOUT_KERAS: dict[str, Callable[[tuple[int, ...], list[int]], Any]] = {
    "glorot_uniform": _glorot_uniform,
    "orthogonal": _orthogonal,
    "zeros": _zeros,
}
