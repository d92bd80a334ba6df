"""Weights of a fitted network, under the names of its graph.

They come in Keras's order and layout, named by `signalcli.models.neural.architecture.list_weights`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.models.neural.architecture import GATES, list_weights
from signalcli.serving.onnx.graph import Params
from signalcli.serving.onnx.network.layer import RecurrentLayer
from signalcli.serving.onnx.network.recurrent import layer_arrays
from signalcli.serving.onnx.network.shapes import feedforward_shapes, recurrent_layers


def architecture_of(estimator: Any) -> Any:
    """The `signalcli.models.neural.architecture.Network` of a fitted estimator."""
    outputs = 1 if len(estimator.classes_) == 2 else len(estimator.classes_)
    return estimator.network(estimator.n_features_in_ // estimator.channels, outputs)


def network_arrays(estimator: Any, params: Params) -> dict[str, np.ndarray]:
    """Learned arrays by name: the scaling, and the weights of each network."""
    names = [w.name for w in list_weights(architecture_of(estimator))]
    arrays = {"mean": estimator.scale_.mean, "deviation": estimator.scale_.deviation}
    for number, member in enumerate(estimator.members_):
        by_name = dict(zip(names, member.weights, strict=True))
        member_arrays = _member_arrays(params, estimator.n_features_in_, len(estimator.classes_), by_name)
        arrays |= {f"net{number}/{name}": values for name, values in member_arrays.items()}
    return arrays


def _member_arrays(
    params: Params, features: int, classes: int, by_name: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Arrays of one network; without biases they are zeros."""
    arrays: dict[str, np.ndarray] = {}
    if params["cell"] in GATES:
        for k, layer in enumerate(recurrent_layers(params, features)):
            directions = _directions(layer, f"{params['cell']}_{k}", by_name)
            arrays |= layer_arrays(layer, f"layer{k}/", directions)
    for name, shape in feedforward_shapes(params, features, classes).items():
        arrays[name] = by_name.get(name, np.zeros(shape)).reshape(shape)
    return {name: values.astype("float32") for name, values in arrays.items()}


def _directions(
    layer: RecurrentLayer, name: str, by_name: dict[str, np.ndarray]
) -> list[tuple[np.ndarray, ...]]:
    """Kernel, recurrent kernel and both biases of each direction of a layer."""
    directions: list[tuple[np.ndarray, ...]] = []
    for direction in ("forward", "backward")[: layer.directions]:
        part = f"{name}/{direction}"
        bias = by_name.get(f"{part}/bias", np.zeros(layer.columns))
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        directions.append((by_name[f"{part}/kernel"], by_name[f"{part}/recurrent_kernel"], both))
    return directions
