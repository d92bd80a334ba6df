"""What a network is made of, without building it: layers, shapes, numbers of weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from signalcli.errors import UsageError, printable
from signalcli.models.neural.architecture import Network, Weight, weights
from signalcli.models.registry import create, entry

NETWORK = "neural.classifier:NetworkClassifier"


def summary(
    name: str, settings: dict[str, Any], timesteps: int, channels: int, classes: int
) -> list[dict[str, Any]]:
    """One row a layer and the total, of a network or of each network in an ensemble.

    timesteps, channels : shape of a window. classes : two share one output. Neither TensorFlow nor Keras is
    imported. Raises UsageError for a model that is no network, and for arguments it cannot have.
    """
    listed: list[dict[str, Any]] = []
    for model, own in _networks(name, settings):
        listed += _rows(model, own, timesteps, channels, classes)
    if not listed:
        raise UsageError("MODEL-SUMMARY", f"{name} has no layers; rnn, lstm, gru, conv and mlp have")
    return listed


def _networks(name: str, settings: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The model itself, or the members of an ensemble, that are networks, with their arguments."""
    made = create(name, **settings)
    if entry(name).target == NETWORK:
        yield name, settings
    elif hasattr(made, "members"):
        from signalcli.models.meta.ensemble import names_of

        for member in names_of(made.members):
            yield from _networks(member, (made.settings or {}).get(member, {}))


def _rows(
    name: str, settings: dict[str, Any], timesteps: int, channels: int, classes: int
) -> Iterator[dict[str, Any]]:
    model = create(name, **settings).set_params(channels=channels)
    try:
        model.check_arguments()
    except ValueError as error:
        raise UsageError("MODEL-PARAM", f"{name}: {printable(error)}") from error
    network = model.network(timesteps, 1 if classes == 2 else classes)
    total = 0
    for layer, arrays in _layers(network).items():
        size = sum(math.prod(weight.shape) for weight in arrays)
        total += size
        shapes = ", ".join(f"{_array(weight)} {_by(weight.shape)}" for weight in arrays)
        yield {"model": name, "layer": layer, "output": _by(_output(network, layer)), "arrays": shapes} | {
            "weights": size
        }
    yield {"model": name, "layer": "total", "output": "", "arrays": "", "weights": total}


def _layers(network: Network) -> dict[str, list[Weight]]:
    """Arrays by layer, and by direction where there are two."""
    found: dict[str, list[Weight]] = {}
    for weight in weights(network):
        layer = weight.name.rpartition("/")[0]
        layer = layer if network.directions == 2 else layer.removesuffix("/forward")
        found.setdefault(layer, []).append(weight)
    return found


def _output(network: Network, layer: str) -> tuple[int, ...]:
    """Shape of what a layer puts out of one window; a convolution's is before pooling."""
    if layer == "head":
        return (network.timesteps, network.outputs) if network.sequence else (network.outputs,)
    kind, _, number = layer.partition("/")[0].rpartition("_")
    storey = int(number)
    if kind == "dense":
        return (network.dense[storey],)
    units = network.units[storey]
    if kind == "conv":
        return (_pooled(network, storey), units)
    every = network.recurrent and network.sequences(storey)
    return (network.timesteps, units) if every else (units,)


def _pooled(network: Network, times: int) -> int:
    """Bars that are left after some poolings."""
    left = network.timesteps
    for _ in range(times):
        left = -(-left // network.pool_size)
    return left


def _array(weight: Weight) -> str:
    return weight.name.rpartition("/")[2].removesuffix("_kernel")


def _by(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
