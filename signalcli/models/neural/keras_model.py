"""A network's architecture as a Keras model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.parts import make_part
from signalcli.models.neural.backend.runtime import keras


def build_model(network: Network) -> Any:
    """Keras model from windows (n, timesteps, channels) to outputs."""
    layers = keras().layers
    window = x = keras().Input((network.timesteps, network.channels), dtype="float32")
    if network.cell == "mlp":
        x = layers.Flatten()(x)
    state = None
    for number in range(len(network.units)):
        for layer in _layers(network, number):
            if network.return_state and isinstance(layer, layers.RNN):
                x, *state = layer(x, initial_state=state)
            else:
                x = layer(x)
    if network.cell == "conv":
        x = layers.Flatten()(x)
    for layer in _head(network):
        x = layer(x)
    return keras().Model(window, x)


def _layers(network: Network, number: int) -> Iterator[Any]:
    """Keras layers of layer ``number``, in order."""
    layers, units = keras().layers, network.units[number]
    common = {
        "activation": network.activation,
        "use_bias": network.use_bias,
        "name": f"{network.cell}_{number}",
        "dtype": "float32",
    }
    if not network.recurrent and network.dropout:
        yield layers.Dropout(network.dropout, dtype="float32")
    if network.recurrent:
        layer = _recurrent_layer(network, number, common)
        yield layers.Bidirectional(layer, dtype="float32") if network.bidirectional else layer
    elif network.cell == "conv":
        yield layers.Conv1D(units, network.kernel_size, padding="same", **common)
        yield layers.MaxPooling1D(network.pool_size, padding="same", dtype="float32")
    else:
        yield layers.Dense(units, **common)
    if network.activity_regularizer:
        # A separate layer, because SimpleRNN ignores the argument.
        penalty = make_part("regularizers", network.activity_regularizer)
        yield layers.Activation("linear", activity_regularizer=penalty, dtype="float32")
    if network.layer_dropout:
        yield layers.Dropout(network.layer_dropout, dtype="float32")


def _recurrent_layer(network: Network, number: int, common: dict[str, Any]) -> Any:
    layers = keras().layers
    kinds = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    gated = {} if network.cell == "rnn" else {"recurrent_activation": network.recurrent_activation}
    reset = {"reset_after": network.reset_after} if network.cell == "gru" else {}
    return kinds[network.cell](
        network.units[number],
        return_sequences=network.returns_sequences(number),
        go_backwards=network.go_backwards,
        unroll=network.unroll,
        return_state=network.return_state,
        dropout=network.dropout,
        recurrent_dropout=network.recurrent_dropout,
        **common,
        **gated,
        **reset,
    )


def _head(network: Network) -> Iterator[Any]:
    layers = keras().layers
    common = {"use_bias": network.use_bias, "dtype": "float32"}
    for number, units in enumerate(network.dense):
        yield layers.Dense(units, activation=network.dense_activation, name=f"dense_{number}", **common)
        if network.dense_dropout:
            yield layers.Dropout(network.dense_dropout, dtype="float32")
    yield layers.Dense(network.outputs, name="head", **common)
