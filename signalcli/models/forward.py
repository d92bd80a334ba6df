"""Two ways to the same logits from the same weights: fused loops, and Keras' layers for what those lack."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from signalcli.models import fused
from signalcli.models.network import Network, build
from signalcli.models.runtime import tensorflow


class Forward(Protocol):
    """A network as a pure function; ``drawn`` is the state of its random numbers (dropout)."""

    def first_draw(self, seed: np.random.SeedSequence) -> list[np.ndarray]:
        """State of the random numbers before the first batch."""
        ...

    def train(self, weights: list[Any], drawn: list[Any], windows: Any) -> tuple[Any, list[Any]]:
        """Logits (batch, outputs) with dropout, and the next state of the random numbers."""
        ...

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits (batch, outputs) without dropout."""
        ...


class Fused(NamedTuple):
    """`signalcli.models.fused` as a `Forward`."""

    network: Network

    def first_draw(self, seed: np.random.SeedSequence) -> list[np.ndarray]:
        """One key: the seed and how many batches were drawn."""
        return [_key(seed)]

    def train(self, weights: list[Any], drawn: list[Any], windows: Any) -> tuple[Any, list[Any]]:
        """Logits with dropout; the key counts one batch on."""
        tf = tensorflow()
        logits = fused.logits(self.network, weights, windows, drawn[0])
        return logits, [drawn[0] + tf.constant([0, 1])]

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        return fused.logits(self.network, weights, windows)


class Layers:
    """The Keras graph as a `Forward`."""

    def __init__(self, network: Network) -> None:
        self.model = build(network)

    def first_draw(self, seed: np.random.SeedSequence) -> list[np.ndarray]:
        """One key for each of Keras' generators."""
        generators = self.model.non_trainable_variables
        return [_key(s).astype(v.dtype) for s, v in zip(seed.spawn(len(generators)), generators, strict=True)]

    def train(self, weights: list[Any], drawn: list[Any], windows: Any) -> tuple[Any, list[Any]]:
        """Logits with dropout; Keras moves its generators on."""
        logits, drawn = self.model.stateless_call(weights, drawn, windows, training=True)
        return logits, list(drawn)

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        frozen = [tensorflow().zeros(v.shape, v.dtype) for v in self.model.non_trainable_variables]
        return self.model.stateless_call(weights, frozen, windows, training=False)[0]


def _key(seed: np.random.SeedSequence) -> np.ndarray:
    return np.array([int(seed.generate_state(1)[0]) >> 1, 0], np.int32)
