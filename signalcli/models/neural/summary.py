"""Layers, shapes and numbers of weights of a network, without building it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from signalcli.errors import UsageError, printable
from signalcli.models.neural.architecture import Network, Weight, list_weights, pooled
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.registry import create, entry, refuse_from_table, resolve_members


def summary(
    name: str, settings: dict[str, Any], timesteps: int, channels: int, classes: int
) -> list[dict[str, Any]]:
    """One row for each layer and the total, of a network or of each network in an ensemble.

    timesteps, channels : shape of a window. classes : two share one output. Neither TensorFlow nor Keras is
    imported. Raises UsageError for a model that is not a network, and for invalid parameters.
    """
    refuse_from_table(name, settings)
    rows: list[dict[str, Any]] = []
    for model, own in _networks(name, settings):
        rows += _rows(model, own, timesteps, channels, classes)
    if not rows:
        raise UsageError("MODEL-SUMMARY", f"{name} has no layers; rnn, lstm, gru, conv and mlp have")
    return rows


def _networks(name: str, settings: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The model, or the members of an ensemble, that are networks, with their settings."""
    model = create(name, **settings)
    if entry(name).parameters is NetworkParameters:
        yield name, settings
    elif hasattr(model, "members"):
        for member in resolve_members(model.members):
            yield from _networks(member, (model.settings or {}).get(member, {}))


def _rows(
    name: str, settings: dict[str, Any], timesteps: int, channels: int, classes: int
) -> Iterator[dict[str, Any]]:
    model = create(name, **settings).set_params(channels=channels)
    try:
        model.check_parameters()
    except ValueError as error:
        raise UsageError("MODEL-PARAM", f"{name}: {printable(error)}") from error
    network = model.network(timesteps, 1 if classes == 2 else classes)
    total = 0
    for layer, weights in _layers(network).items():
        size = sum(math.prod(weight.shape) for weight in weights)
        total += size
        arrays = ", ".join(f"{_array_name(weight)} {_shape_text(weight.shape)}" for weight in weights)
        output = _shape_text(_output_shape(network, layer))
        yield {"model": name, "layer": layer, "output": output, "arrays": arrays, "weights": size}
    yield {"model": name, "layer": "total", "output": "", "arrays": "", "weights": total}


def _layers(network: Network) -> dict[str, list[Weight]]:
    """Weights by layer, and by direction where there are two."""
    layers: dict[str, list[Weight]] = {}
    for weight in list_weights(network):
        layer = weight.name.rpartition("/")[0]
        layer = layer if network.directions == 2 else layer.removesuffix("/forward")
        layers.setdefault(layer, []).append(weight)
    return layers


def _output_shape(network: Network, layer: str) -> tuple[int, ...]:
    """Output shape of a layer for one window; of a convolution before pooling."""
    if layer == "head":
        return (network.timesteps, network.outputs) if network.sequence else (network.outputs,)
    kind, _, digits = layer.partition("/")[0].rpartition("_")
    number = int(digits)
    if kind == "dense":
        return (network.dense[number],)
    units = network.units[number]
    if kind == "conv":
        return (pooled(network, number), units)
    every_bar = network.recurrent and network.returns_sequences(number)
    return (network.timesteps, units) if every_bar else (units,)


def _array_name(weight: Weight) -> str:
    return weight.name.rpartition("/")[2].removesuffix("_kernel")


def _shape_text(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
