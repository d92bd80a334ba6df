"""Architecture of a network over a window, many-to-one or many-to-many, and the list of its weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

GATES = {"rnn": 1, "gru": 3, "lstm": 4}

Role = Literal["kernel", "recurrent", "bias", "head_kernel", "head_bias"]


@dataclass(frozen=True)
class Network:
    """Everything that decides the graph; equal networks share one compiled program.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru", "conv", "mlp"}
        Type of every layer before the head; an mlp reads the window as a flat row.
    timesteps, channels, outputs : int
        Shape of a window and number of outputs; one logit stands for two classes.
    units : tuple of int
        Width of each layer, first to last; filters of a convolution.
    dense : tuple of int
        Width of each dense layer between the last layer and the outputs.
    sequence : bool
        Whether there are outputs after every bar of the window, (n, timesteps, outputs).
    bidirectional … dense_dropout
        As in `signalcli.models.neural.parameters.NetworkParameters`.
    """

    cell: str
    timesteps: int
    channels: int
    outputs: int
    units: tuple[int, ...]
    bidirectional: bool = False
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"
    use_bias: bool = True
    reset_after: bool = True
    go_backwards: bool = False
    unroll: bool = False
    stateful: bool = False
    return_state: bool = False
    sequence: bool = False
    activity_regularizer: str | None = None
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    layer_dropout: float = 0.0
    kernel_size: int = 3
    pool_size: int = 2
    dense: tuple[int, ...] = ()
    dense_activation: str = "relu"
    dense_dropout: float = 0.0

    @property
    def recurrent(self) -> bool:
        """Whether the layers read the window step by step."""
        return self.cell in GATES

    @property
    def directions(self) -> int:
        """Number of layers that read the window in parallel, each in its own direction: 1 or 2."""
        return 1 + (self.bidirectional and self.recurrent)

    def returns_sequences(self, number: int) -> bool:
        """Whether layer ``number`` passes on its output after every bar, or the last one only."""
        return self.sequence or number + 1 < len(self.units)

    @property
    def states(self) -> int:
        """Number of arrays of a layer's state."""
        return 2 if self.cell == "lstm" else 1

    @property
    def double_bias(self) -> bool:
        """Whether inputs and state each have a bias: a GRU with ``reset_after``."""
        return self.use_bias and self.reset_after and self.cell == "gru"


@dataclass(frozen=True)
class Weight:
    """One array of weights: its name, shape and purpose."""

    name: str
    shape: tuple[int, ...]
    role: Role


def list_weights(network: Network) -> list[Weight]:
    """Weights in Keras' order (kernel, recurrent kernel, bias; forward before backward).

    Needs neither TensorFlow nor a built model.
    """
    listed = [*_layer_weights(network), *_head_weights(network)]
    return [weight for weight in listed if network.use_bias or "bias" not in weight.role]


def count_weights(network: Network) -> int:
    """Number of weights, all arrays together."""
    return sum(math.prod(weight.shape) for weight in list_weights(network))


def pooled(network: Network, times: int) -> int:
    """Bars that remain of the window after a number of poolings."""
    time = network.timesteps
    for _ in range(times):
        time = math.ceil(time / network.pool_size)
    return time


def _layer_weights(network: Network) -> Iterator[Weight]:
    width = network.channels if network.cell != "mlp" else network.timesteps * network.channels
    for number, units in enumerate(network.units):
        name = f"{network.cell}_{number}"
        if network.recurrent:
            for direction in ("forward", "backward")[: network.directions]:
                yield from _recurrent_weights(network, f"{name}/{direction}", width, units)
        else:
            filters = (network.kernel_size,) if network.cell == "conv" else ()
            yield from _kernel_and_bias(name, (*filters, width, units), "kernel", "bias")
        width = units * network.directions


def _recurrent_weights(network: Network, name: str, width: int, units: int) -> Iterator[Weight]:
    columns = GATES[network.cell] * units
    yield Weight(f"{name}/kernel", (width, columns), "kernel")
    yield Weight(f"{name}/recurrent_kernel", (units, columns), "recurrent")
    yield Weight(f"{name}/bias", (2, columns) if network.double_bias else (columns,), "bias")


def _head_weights(network: Network) -> Iterator[Weight]:
    width = _width_before_head(network)
    for number, units in enumerate(network.dense):
        yield from _kernel_and_bias(f"dense_{number}", (width, units), "head_kernel", "head_bias")
        width = units
    yield from _kernel_and_bias("head", (width, network.outputs), "head_kernel", "head_bias")


def _width_before_head(network: Network) -> int:
    width = network.units[-1] * network.directions
    return pooled(network, len(network.units)) * width if network.cell == "conv" else width


def _kernel_and_bias(name: str, shape: tuple[int, ...], kernel: Role, bias: Role) -> Iterator[Weight]:
    yield Weight(f"{name}/kernel", shape, kernel)
    yield Weight(f"{name}/bias", shape[-1:], bias)
