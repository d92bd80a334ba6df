"""Initial weights, decided by one integer."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.models.network import Network, Weight, weights
from signalcli.models.runtime import keras

_INITIALIZERS = {
    "kernel": "glorot_uniform",
    "recurrent": "orthogonal",
    "bias": "zeros",
    "head_kernel": "glorot_uniform",
    "head_bias": "zeros",
}


def initial_weights(network: Network, seed: np.random.SeedSequence) -> list[np.ndarray]:
    """Draw each array of `network.weights`, float32; the same seed gives the same bytes."""
    listed = weights(network)
    # 31 bits, because Keras keeps the seed as a signed integer.
    seeds = seed.generate_state(len(listed)) >> 1
    return [_draw(network, weight, int(number)) for weight, number in zip(listed, seeds, strict=True)]


def _draw(network: Network, weight: Weight, seed: int) -> np.ndarray:
    initializer = _seeded(_INITIALIZERS[weight.role], seed)
    values = np.array(initializer(weight.shape, dtype="float32"))
    if weight.role == "bias" and network.cell == "lstm":
        # Remember by default (Jozefowicz et al. 2015): the forget gate, second of four, starts open.
        units = weight.shape[0] // 4
        values[units : 2 * units] = 1.0
    return values


def _seeded(name: str, seed: int) -> Any:
    initializer = keras().initializers.get(name)
    config = initializer.get_config()
    return type(initializer).from_config({**config, "seed": seed} if "seed" in config else config)
