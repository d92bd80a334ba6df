"""Forward pass of a network as a pure function: fused loops, or Keras' layers where those do not suffice."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.keras_model import build_model
from signalcli.models.neural.trainer import fused


class Memory(NamedTuple):
    """What a batch passes on to the next one.

    random : state of the random numbers (dropout). carried : last states of the layers, (batch, units) each,
    where the network is stateful.
    """

    random: list[Any]
    carried: list[Any]


class Forward(Protocol):
    """Forward pass of a network."""

    def first_memory(self, seed: np.random.SeedSequence, batch_size: int) -> Memory:
        """Memory before the first batch."""
        ...

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits (batch, outputs) with dropout, penalty on the outputs of layers, and the next memory."""
        ...

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits (batch, outputs) without dropout, from zero state."""
        ...


def choose_forward(network: Network) -> Forward:
    """Fused loops where they support the network, else Keras' layers."""
    return FusedForward(network) if fused.supports(network) else KerasForward(network)


class FusedForward(NamedTuple):
    """`signalcli.models.neural.trainer.fused` as a `Forward`."""

    network: Network

    def first_memory(self, seed: np.random.SeedSequence, batch_size: int) -> Memory:
        """One key: seed and number of batches drawn."""
        widths = [units for units in self.network.units for _ in range(self.network.states)]
        zeros = [np.zeros((batch_size, width), np.float32) for width in widths]
        return Memory([_key(seed)], zeros if self.network.stateful else [])

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits with dropout; the key of the next batch counts one more."""
        key = memory.random[0]
        logits, last = fused.logits(self.network, weights, windows, key, memory.carried)
        carried = last if self.network.stateful else []
        return logits, 0.0, Memory([key + tensorflow().constant([0, 1])], carried)

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        return fused.logits(self.network, weights, windows)[0]


class KerasForward:
    """The Keras model as a `Forward`; it carries no state from batch to batch."""

    def __init__(self, network: Network) -> None:
        self.model = build_model(network)

    def first_memory(self, seed: np.random.SeedSequence, _batch_size: int) -> Memory:
        """One key for each of Keras' random generators."""
        generators = self.model.non_trainable_variables
        seeds = zip(seed.spawn(len(generators)), generators, strict=True)
        return Memory([_key(s).astype(v.dtype) for s, v in seeds], [])

    def train(self, weights: list[Any], memory: Memory, windows: Any) -> tuple[Any, Any, Memory]:
        """Logits with dropout, and the new state of Keras' generators."""
        logits, generators, penalties = self.model.stateless_call(
            weights, memory.random, windows, training=True, return_losses=True
        )
        return logits, sum(penalties, start=0.0), Memory(list(generators), [])

    def predict(self, weights: list[Any], windows: Any) -> Any:
        """Logits without dropout."""
        unused = [tensorflow().zeros(v.shape, v.dtype) for v in self.model.non_trainable_variables]
        return self.model.stateless_call(weights, unused, windows, training=False)[0]


def _key(seed: np.random.SeedSequence) -> np.ndarray:
    return np.array([int(seed.generate_state(1)[0]) >> 1, 0], np.int32)
