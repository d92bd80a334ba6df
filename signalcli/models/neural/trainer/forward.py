"""Two ways to the same logits from the same weights: fused loops, and Keras' layers for what those lack."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from signalcli.models.neural.architecture import Network, build
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.trainer import fused


class Memory(NamedTuple):
    """What a batch leaves to the next one.

    drawn : state of the random numbers (dropout). carried : last states of the layers, (batch, units) each,
    where the network is stateful.
    """

    drawn: list[Any]
    carried: list[Any]


class Forward(Protocol):
    """A network as a pure function."""

    def first(self, seed: np.random.SeedSequence, batch_size: int) -> Memory:
        """Memory before the first batch."""
        ...

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits (batch, outputs) with dropout, a penalty on what layers put out, and the next memory."""
        ...

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits (batch, outputs) without dropout, from zero state."""
        ...


class Fused(NamedTuple):
    """`signalcli.models.neural.trainer.fused` as a `Forward`."""

    network: Network

    def first(self, seed: np.random.SeedSequence, batch_size: int) -> Memory:
        """One key: the seed and how many batches were drawn."""
        widths = [units for units in self.network.units for _ in range(self.network.states)]
        zeros = [np.zeros((batch_size, width), np.float32) for width in widths]
        return Memory([_key(seed)], zeros if self.network.stateful else [])

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits with dropout; the key counts one batch on."""
        key = memory.drawn[0]
        logits, last = fused.logits(self.network, weights, windows, key, memory.carried)
        carried = last if self.network.stateful else []
        return logits, 0.0, Memory([key + tensorflow().constant([0, 1])], carried)

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        return fused.logits(self.network, weights, windows)[0]


def forward_of(network: Network) -> Forward:
    """Give the quick way where it covers the network, Keras' layers elsewhere."""
    return Fused(network) if fused.covers(network) else Layers(network)


class Layers:
    """The Keras graph as a `Forward`; it carries no state from batch to batch."""

    def __init__(self, network: Network) -> None:
        self.model = build(network)

    def first(self, seed: np.random.SeedSequence, _batch_size: int) -> Memory:
        """One key for each of Keras' generators."""
        generators = self.model.non_trainable_variables
        seeds = zip(seed.spawn(len(generators)), generators, strict=True)
        return Memory([_key(s).astype(v.dtype) for s, v in seeds], [])

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits with dropout; Keras moves its generators on."""
        logits, drawn, penalties = self.model.stateless_call(
            weights, memory.drawn, windows, training=True, return_losses=True
        )
        return logits, sum(penalties, start=0.0), Memory(list(drawn), [])

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        frozen = [tensorflow().zeros(v.shape, v.dtype) for v in self.model.non_trainable_variables]
        return self.model.stateless_call(weights, frozen, windows, training=False)[0]


def _key(seed: np.random.SeedSequence) -> np.ndarray:
    return np.array([int(seed.generate_state(1)[0]) >> 1, 0], np.int32)
