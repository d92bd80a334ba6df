"""The Keras graph of a network over a window, many-to-one or many-to-many, and the list of its weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from signalcli.models.neural.backend import parts as knobs
from signalcli.models.neural.backend.runtime import keras

GATES = {"rnn": 1, "gru": 3, "lstm": 4}

CELLS = (*GATES, "conv", "mlp")

Role = Literal["kernel", "recurrent", "bias", "head_kernel", "head_bias"]


@dataclass(frozen=True)
class Network:
    """What decides the graph: two equal ones share one compiled program.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru", "conv", "mlp"}
        Kind of every layer before the head; the last two see the window as a picture and as a flat row.
    timesteps, channels, outputs : int
        Shape of a window and number of outputs; as a logit, one means two classes.
    units : tuple of int
        Width of each layer, first to last; filters of a convolution.
    activation, recurrent_activation : str
        Keras' names of the functions of outputs and gates.
    use_bias : bool
        Whether layers add constants, the head included.
    stateful : bool
        Whether a place of a batch may go on from the state it had in the batch before.
    return_state : bool
        Whether a layer hands its last state on, as the first state of the next layer of equal width.
    sequence : bool
        Whether the head speaks after every bar of the window, (n, timesteps, outputs), and not only after the
        last one.
    activity_regularizer : str or None
        Penalty on the outputs of the layers.
    dropout, recurrent_dropout : float
        Share of a layer's inputs, and of its state between steps, that is dropped in training.
    layer_dropout : float
        Share of a layer's outputs that is dropped in training.
    kernel_size, pool_size : int
        Bars that a filter sees, and that the maximum is taken over, in a convolution.
    dense : tuple of int
        Width of each dense layer between the last layer and the logits.
    dense_activation : str
        Function of the dense layers.
    dense_dropout : float
        Share of a dense layer's outputs that is dropped in training.
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
        """Whether the layers go through time step by step."""
        return self.cell in GATES

    @property
    def directions(self) -> int:
        """How many layers read the window side by side."""
        return 1 + (self.bidirectional and self.recurrent)

    def sequences(self, number: int) -> bool:
        """Whether a layer hands on its output after every bar, or the last one only."""
        return self.sequence or number + 1 < len(self.units)

    @property
    def states(self) -> int:
        """How many arrays a layer's state is made of."""
        return 2 if self.cell == "lstm" else 1

    @property
    def double_bias(self) -> bool:
        """Whether input and state each have a bias: a GRU that resets after the product."""
        return self.use_bias and self.reset_after and self.cell == "gru"


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
    listed = [*_layer_weights(network), *_head_weights(network)]
    return [weight for weight in listed if network.use_bias or "bias" not in weight.role]


def count(network: Network) -> int:
    """Number of weights, all arrays together."""
    total = 0
    for weight in weights(network):
        size = 1
        for length in weight.shape:
            size *= length
        total += size
    return total


def _layer_weights(network: Network) -> Iterator[Weight]:
    time, width = network.timesteps, network.channels
    for number, units in enumerate(network.units):
        name = f"{network.cell}_{number}"
        if network.recurrent:
            for direction in ("forward", "backward")[: network.directions]:
                yield from _recurrent_weights(network, f"{name}/{direction}", width, units)
        elif network.cell == "conv":
            yield from _pair(name, (network.kernel_size, width, units), "kernel", "bias")
            time = -(-time // network.pool_size)
        else:
            yield from _pair(name, (time * width, units), "kernel", "bias")
            time = 1
        width = units * network.directions


def _recurrent_weights(network: Network, name: str, width: int, units: int) -> Iterator[Weight]:
    columns = GATES[network.cell] * units
    yield Weight(f"{name}/kernel", (width, columns), "kernel")
    yield Weight(f"{name}/recurrent_kernel", (units, columns), "recurrent")
    yield Weight(f"{name}/bias", (2, columns) if network.double_bias else (columns,), "bias")


def _head_weights(network: Network) -> Iterator[Weight]:
    width = _width_before_head(network)
    for number, units in enumerate(network.dense):
        yield from _pair(f"dense_{number}", (width, units), "head_kernel", "head_bias")
        width = units
    yield from _pair("head", (width, network.outputs), "head_kernel", "head_bias")


def _width_before_head(network: Network) -> int:
    width = network.units[-1] * network.directions
    if network.cell != "conv":
        return width
    time = network.timesteps
    for _ in network.units:
        time = -(-time // network.pool_size)
    return time * width


def _pair(name: str, shape: tuple[int, ...], kernel: Role, bias: Role) -> Iterator[Weight]:
    yield Weight(f"{name}/kernel", shape, kernel)
    yield Weight(f"{name}/bias", shape[-1:], bias)


def build(network: Network) -> Any:
    """Keras model from windows (n, timesteps, channels) to outputs: the definition of the network."""
    layers = keras().layers
    window = x = keras().Input((network.timesteps, network.channels), dtype="float32")
    if network.cell == "mlp":
        x = layers.Flatten()(x)
    handed = None
    for number in range(len(network.units)):
        for layer in _layers(network, number):
            if network.return_state and isinstance(layer, layers.RNN):
                x, *handed = layer(x, initial_state=handed)
            else:
                x = layer(x)
    if network.cell == "conv":
        x = layers.Flatten()(x)
    for layer in _head(network):
        x = layer(x)
    return keras().Model(window, x)


def _layers(network: Network, number: int) -> Iterator[Any]:
    """Layers of one storey, in order."""
    layers, units = keras().layers, network.units[number]
    same = {
        "activation": network.activation,
        "use_bias": network.use_bias,
        "name": f"{network.cell}_{number}",
        "dtype": "float32",
    }
    if not network.recurrent and network.dropout:
        yield layers.Dropout(network.dropout, dtype="float32")
    if network.recurrent:
        layer = _recurrent_layer(network, number, same)
        yield layers.Bidirectional(layer, dtype="float32") if network.bidirectional else layer
    elif network.cell == "conv":
        yield layers.Conv1D(units, network.kernel_size, padding="same", **same)
        yield layers.MaxPooling1D(network.pool_size, padding="same", dtype="float32")
    else:
        yield layers.Dense(units, **same)
    if network.activity_regularizer:
        # A layer of its own, because SimpleRNN accepts the argument and forgets it.
        penalty = knobs.made("regularizers", network.activity_regularizer)
        yield layers.Activation("linear", activity_regularizer=penalty, dtype="float32")
    if network.layer_dropout:
        yield layers.Dropout(network.layer_dropout, dtype="float32")


def _recurrent_layer(network: Network, number: int, same: dict[str, Any]) -> Any:
    layers = keras().layers
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    gated = {} if network.cell == "rnn" else {"recurrent_activation": network.recurrent_activation}
    resetting = {"reset_after": network.reset_after} if network.cell == "gru" else {}
    return kinds[network.cell](
        network.units[number],
        return_sequences=network.sequences(number),
        go_backwards=network.go_backwards,
        unroll=network.unroll,
        return_state=network.return_state,
        dropout=network.dropout,
        recurrent_dropout=network.recurrent_dropout,
        **same,
        **gated,
        **resetting,
    )


def _head(network: Network) -> Iterator[Any]:
    layers = keras().layers
    same = {"use_bias": network.use_bias, "dtype": "float32"}
    for number, units in enumerate(network.dense):
        yield layers.Dense(units, activation=network.dense_activation, name=f"dense_{number}", **same)
        if network.dense_dropout:
            yield layers.Dropout(network.dense_dropout, dtype="float32")
    yield layers.Dense(network.outputs, name="head", **same)
