"""Initial weights, decided by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from signalcli.models.neural.architecture import Network, Weight, list_weights
from signalcli.models.neural.backend.parts import make_part

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
        initializer = self._initializer(weight, seed)
        values = np.array(initializer(weight.shape, dtype="float32"))
        if self.unit_forget_bias and weight.role == "bias" and network.cell == "lstm":
            units = weight.shape[0] // 4
            values[units : 2 * units] = 1.0
        return values

    def _initializer(self, weight: Weight, seed: int) -> Any:
        return make_part("initializers", _HEAD.get(weight.role) or getattr(self, weight.role), seed=seed)
