"""Graph of a network: scaling, layers in single precision, head, softmax; the mean of several networks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from signalcli.io.json_checks import integer, list_of, one_of, record
from signalcli.models.neural.architecture import GATES
from signalcli.serving.onnx.graph import INPUT, Array, Converter, Layout, Params, Part, constant, mean, op
from signalcli.serving.onnx.network.activations import NAMES, activate, constants_of
from signalcli.serving.onnx.network.feedforward import convolution, dense, mlp
from signalcli.serving.onnx.network.recurrent import declare_arrays, layer_nodes
from signalcli.serving.onnx.network.shapes import feedforward_shapes, recurrent_layers
from signalcli.serving.onnx.network.weights import architecture_of, network_arrays

STEPS = 100_000  # upper bound of the time steps of all layers of all networks

SCHEMA = {
    "cell": one_of(*GATES, "conv", "mlp"),
    "timesteps": integer(1, 4_096),
    "units": list_of(integer(1, 4_096), 1, 64),
    "bidirectional": one_of(True, False),
    "activation": one_of(*NAMES),
    "recurrent_activation": one_of(*NAMES),
    "reset_after": one_of(True, False),
    "go_backwards": one_of(True, False),
    "return_state": one_of(True, False),
    "kernel_size": integer(1, 4_096),
    "pool_size": integer(1, 4_096),
    "dense": list_of(integer(1, 65_536), 0, 64),
    "dense_activation": one_of(*NAMES),
    "networks": integer(1, 64),
}


def _get_params(estimator: Any) -> Params:
    values = asdict(architecture_of(estimator)) | {"networks": len(estimator.members_)}
    return {name: list(v) if isinstance(v := values[name], tuple) else v for name in SCHEMA}


def _make_layout(params: Params, features: int, classes: int) -> Layout:
    _refuse_contradictions(params, features)
    timesteps, outputs, count = params["timesteps"], 1 if classes == 2 else classes, params["networks"]
    channels = features // timesteps
    nodes = [
        op("Reshape", f"{INPUT} window_shape", "windows"),
        op("Sub", "windows mean", "centred"),
        op("Div", "centred deviation", "scaled"),
        op("Cast", "scaled", "single", to=1),
    ]
    arrays = {
        "window_shape": constant([-1, timesteps, channels], "int64"),
        "mean": Array("float64", (channels,)),
        "deviation": Array("float64", (channels,)),
        "of_class": constant(np.eye(classes)[classes - outputs :]),
        "count": constant(float(count)),
    }
    for number in range(count):
        network = _one_network(f"net{number}/", params, features, classes)
        nodes, arrays = [*nodes, *network[0]], arrays | network[1]
    nodes += mean([f"net{number}/probabilities" for number in range(count)])
    return Layout(nodes, arrays | constants_of(nodes), features, classes)


def _refuse_contradictions(params: Params, features: int) -> None:
    """Raise ValueError for parameters that pass `SCHEMA` one by one but do not fit together."""
    steps = params["timesteps"] * len(params["units"]) * params["networks"]
    if features % params["timesteps"] or steps > STEPS:
        raise ValueError("timesteps")
    equal = len(set(params["units"])) == 1 and not params["bidirectional"]
    if params["return_state"] and params["cell"] in GATES and not equal:
        raise ValueError("units")


def _one_network(net: str, params: Params, features: int, classes: int) -> Part:
    """One network from ``single``, (rows, timesteps, channels), to its probabilities."""
    shapes = feedforward_shapes(params, features, classes)
    arrays = {f"{net}{name}": Array("float32", shape) for name, shape in shapes.items()}
    body = _recurrent if params["cell"] in GATES else convolution if params["cell"] == "conv" else mlp
    nodes, body_arrays = body(net, params, features)
    x = f"{net}seen"
    for k in range(len(params["dense"])):
        y = f"{net}dense{k}"
        nodes += [
            *dense(f"{net}dense_{k}", x, f"{y}/sum"),
            *activate(params["dense_activation"], f"{y}/sum", y),
        ]
        x = y
    nodes += [
        *dense(f"{net}head", x, f"{net}logits"),
        op("Cast", f"{net}logits", f"{net}logits_double", to=11),
        op("MatMul", f"{net}logits_double of_class", f"{net}of_classes"),
        op("Softmax", f"{net}of_classes", f"{net}probabilities", axis=1),
    ]
    return nodes, arrays | body_arrays


def _recurrent(net: str, params: Params, features: int) -> Part:
    """Stacked recurrent layers; the head reads the last state of the last one."""
    layers = recurrent_layers(params, features)
    width = layers[-1].directions * layers[-1].units
    nodes, x = [op("Transpose", "single", f"{net}x", perm=[1, 0, 2])], f"{net}x"
    arrays = {f"{net}state_shape": constant([-1, width], "int64")}
    if params["go_backwards"]:
        arrays[f"{net}backwards"] = constant(np.arange(params["timesteps"])[::-1], "int64")
    last: list[str] = []
    for k, layer in enumerate(layers):
        name = f"{net}layer{k}/"
        if params["go_backwards"]:  # each layer reads the outputs of the one before in reverse order
            nodes.append(op("Gather", f"{x} {net}backwards", f"{name}x", axis=0))
            x = f"{name}x"
        steps, x, last = layer_nodes(layer, name, x, last if params["return_state"] else ())
        nodes, arrays = [*nodes, *steps], arrays | declare_arrays(layer, name)
    nodes += [
        op("Transpose", last[0], f"{net}turned", perm=[1, 0, 2]),
        op("Reshape", f"{net}turned {net}state_shape", f"{net}seen"),
    ]
    return nodes, arrays


NETWORK = Converter(
    lambda estimator: network_arrays(estimator, _get_params(estimator)),
    _make_layout,
    _get_params,
    record(SCHEMA),
    lambda _: 1e-6,
)
