"""The Keras graph of a many-to-one network, and the list of its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from signalcli.models.runtime import keras

GATES = {"rnn": 1, "gru": 3, "lstm": 4}

Role = Literal["kernel", "recurrent", "bias", "head_kernel", "head_bias"]


@dataclass(frozen=True)
class Network:
    """What decides the graph: two equal ones share one compiled program.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
        Kind of every recurrent layer.
    timesteps, channels, outputs : int
        Shape of a window and number of logits; one logit means two classes.
    units : tuple of int
        Width of each recurrent layer, first to last.
    """

    cell: str
    timesteps: int
    channels: int
    outputs: int
    units: tuple[int, ...]
    bidirectional: bool = False
    dropout: float = 0.0
    recurrent_dropout: float = 0.0


@dataclass(frozen=True)
class Weight:
    """One array of weights: where it stands, its shape, what it is for."""

    name: str
    shape: tuple[int, ...]
    role: Role


def weights(network: Network) -> list[Weight]:
    """List the weights in Keras' order (kernel, recurrent kernel, bias; forward before backward).

    Needs neither TensorFlow nor a built graph.
    """
    listed: list[Weight] = []
    width = network.channels
    for number, units in enumerate(network.units):
        for direction in ("forward", "backward")[: 1 + network.bidirectional]:
            listed += _recurrent(network, f"{network.cell}_{number}/{direction}", width, units)
        width = units * (1 + network.bidirectional)
    head = (width, network.outputs)
    return [*listed, Weight("head/kernel", head, "head_kernel"), Weight("head/bias", head[1:], "head_bias")]


def _recurrent(network: Network, name: str, width: int, units: int) -> list[Weight]:
    columns = GATES[network.cell] * units
    # A GRU that resets after the product has one bias for the input and one for the state.
    bias = (2, columns) if network.cell == "gru" else (columns,)
    return [
        Weight(f"{name}/kernel", (width, columns), "kernel"),
        Weight(f"{name}/recurrent_kernel", (units, columns), "recurrent"),
        Weight(f"{name}/bias", bias, "bias"),
    ]


def build(network: Network) -> Any:
    """Keras model from (n, timesteps, channels) to logits (n, outputs): the definition of the network."""
    layers = keras().layers
    window = x = keras().Input((network.timesteps, network.channels), dtype="float32")
    for number, units in enumerate(network.units):
        x = _layer(network, number, units)(x)
    return keras().Model(window, layers.Dense(network.outputs, name="head", dtype="float32")(x))


def _layer(network: Network, number: int, units: int) -> Any:
    layers = keras().layers
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    layer = kinds[network.cell](
        units,
        return_sequences=number + 1 < len(network.units),
        dropout=network.dropout,
        recurrent_dropout=network.recurrent_dropout,
        name=f"{network.cell}_{number}",
        dtype="float32",
    )
    return layers.Bidirectional(layer, dtype="float32") if network.bidirectional else layer
