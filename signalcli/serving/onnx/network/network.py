"""Graph of a network: scale, layers in single precision, head, softmax; the mean of several networks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from signalcli.io.json_checks import listing, one_of, whole
from signalcli.serving.onnx.graph import (
    PROBABILITIES,
    ROW,
    Array,
    Family,
    Layout,
    Node,
    Sizes,
    fixed,
    op,
    within,
)
from signalcli.serving.onnx.network import recurrent as graph_loops
from signalcli.serving.onnx.network.activations import NAMES, activation, constants
from signalcli.serving.onnx.network.feedforward import convolution, flat
from signalcli.serving.onnx.network.layer import GATES
from signalcli.serving.onnx.network.shapes import loops, plain_shapes
from signalcli.serving.onnx.network.weights import described, numbers_of

STEPS = 100_000  # of all loops together, that a file may ask for

SCHEMA = {
    "cell": one_of(*GATES, "conv", "mlp"),
    "timesteps": whole(1, 4_096),
    "units": listing(whole(1, 4_096), 1, 64),
    "bidirectional": one_of(True, False),
    "activation": one_of(*NAMES),
    "recurrent_activation": one_of(*NAMES),
    "reset_after": one_of(True, False),
    "go_backwards": one_of(True, False),
    "return_state": one_of(True, False),
    "kernel_size": whole(1, 4_096),
    "pool_size": whole(1, 4_096),
    "dense": listing(whole(1, 65_536), 0, 64),
    "dense_activation": one_of(*NAMES),
    "networks": whole(1, 64),
}


def _sizes(estimator: Any) -> Sizes:
    found = asdict(described(estimator)) | {"networks": len(estimator.members_)}
    return {name: list(v) if isinstance(v := found[name], tuple) else v for name in SCHEMA}


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    return numbers_of(estimator, _sizes(estimator))


def _layout(sizes: Sizes, features: int, classes: int) -> Layout:
    _refuse(sizes, features)
    timesteps, outputs, count = sizes["timesteps"], 1 if classes == 2 else classes, sizes["networks"]
    channels = features // timesteps
    nodes = [
        op("Reshape", f"{ROW} window_shape", "windows"),
        op("Sub", "windows mean", "centred"),
        op("Div", "centred deviation", "scaled"),
        op("Cast", "scaled", "single", to=1),
    ]
    arrays = {
        "window_shape": fixed([-1, timesteps, channels], "int64"),
        "mean": Array("float64", (channels,)),
        "deviation": Array("float64", (channels,)),
        "of_class": fixed(np.eye(classes)[classes - outputs :]),
        "count": fixed(float(count)),
    }
    for number in range(count):
        made, brought = _one(f"net{number}/", sizes, features, classes)
        nodes, arrays = [*nodes, *made], arrays | brought
    nodes += _mean(count)
    return Layout(nodes, arrays | constants(nodes), features, classes)


def _refuse(sizes: Sizes, features: int) -> None:
    """Sizes that are right one by one and cannot be so together."""
    steps = sizes["timesteps"] * len(sizes["units"]) * sizes["networks"]
    if features % sizes["timesteps"] or steps > STEPS:
        raise ValueError("timesteps")
    equal = len(set(sizes["units"])) == 1 and not sizes["bidirectional"]
    if sizes["return_state"] and sizes["cell"] in GATES and not equal:
        raise ValueError("units")


def _mean(count: int) -> list[Node]:
    added = [op("Add", f"sum{k - 1} net{k}/probabilities", f"sum{k}") for k in range(1, count)]
    first = op("Identity", "net0/probabilities", "sum0")
    return [first, *added, op("Div", f"sum{count - 1} count", PROBABILITIES)]


def _one(net: str, sizes: Sizes, features: int, classes: int) -> tuple[list[Node], dict[str, Array]]:
    """One network from ``single``, (rows, timesteps, channels), to its probabilities."""
    shapes = plain_shapes(sizes, features, classes)
    arrays = {f"{net}{name}": Array("float32", shape) for name, shape in shapes.items()}
    if sizes["cell"] in GATES:
        nodes, brought = _recurrent(net, sizes, features)
    else:
        nodes, brought = (convolution if sizes["cell"] == "conv" else flat)(net, sizes, features)
    x = f"{net}seen"
    for k in range(len(sizes["dense"])):
        y = f"{net}dense{k}"
        nodes += [
            *_dense(f"{net}dense_{k}", x, f"{y}/sum"),
            *activation(sizes["dense_activation"], f"{y}/sum", y),
        ]
        x = y
    nodes += [
        *_dense(f"{net}head", x, f"{net}logits"),
        op("Cast", f"{net}logits", f"{net}logits_double", to=11),
        op("MatMul", f"{net}logits_double of_class", f"{net}of_classes"),
        op("Softmax", f"{net}of_classes", f"{net}probabilities", axis=1),
    ]
    return nodes, arrays | brought


def _dense(name: str, x: str, y: str) -> list[Node]:
    return [op("MatMul", f"{x} {name}/kernel", f"{y}/product"), op("Add", f"{y}/product {name}/bias", y)]


def _recurrent(net: str, sizes: Sizes, features: int) -> tuple[list[Node], dict[str, Array]]:
    """The layers one above the other; the last one's final state is what the head sees."""
    layers = loops(sizes, features)
    width = layers[-1].directions * layers[-1].units
    nodes, x = [op("Transpose", "single", f"{net}x", perm=[1, 0, 2])], f"{net}x"
    arrays = {f"{net}state_shape": fixed([-1, width], "int64")}
    arrays |= (
        {f"{net}backwards": fixed(np.arange(sizes["timesteps"])[::-1], "int64")}
        if sizes["go_backwards"]
        else {}
    )
    last: list[str] = []
    for k, loop in enumerate(layers):
        name = f"{net}layer{k}/"
        if sizes["go_backwards"]:  # each layer reads what the one before said from its end
            nodes.append(op("Gather", f"{x} {net}backwards", f"{name}x", axis=0))
            x = f"{name}x"
        made, x, last = graph_loops.nodes(loop, name, x, last if sizes["return_state"] else ())
        nodes, arrays = [*nodes, *made], arrays | graph_loops.holes(loop, name)
    nodes += [
        op("Transpose", last[0], f"{net}turned", perm=[1, 0, 2]),
        op("Reshape", f"{net}turned {net}state_shape", f"{net}seen"),
    ]
    return nodes, arrays


NETWORK = Family(_sizes, _arrays, _layout, SCHEMA, within(1e-6))
