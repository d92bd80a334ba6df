"""Graph of a network: scale, layers in single precision, head, softmax; the mean of several networks.

Weights come in Keras' order and layout, named by `signalcli.models.network.weights`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from signalcli.bundle import graph_loops
from signalcli.bundle.activations import NAMES, activation, constants
from signalcli.bundle.graph_windows import convolution, flat
from signalcli.bundle.layout import PROBABILITIES, ROW, Array, Family, Layout, Node, Sizes, fixed, op, within
from signalcli.bundle.loop import GATES, Loop
from signalcli.bundle.schema import listing, one_of, whole

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


def _described(estimator: Any) -> Any:
    outputs = 1 if len(estimator.classes_) == 2 else len(estimator.classes_)
    return estimator.network(estimator.n_features_in_ // estimator.channels, outputs)


def _sizes(estimator: Any) -> Sizes:
    found = asdict(_described(estimator)) | {"networks": len(estimator.members_)}
    return {name: list(v) if isinstance(v := found[name], tuple) else v for name in SCHEMA}


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    from signalcli.models.network import weights

    network, sizes = _described(estimator), _sizes(estimator)
    classes = len(estimator.classes_)
    found = {"mean": estimator.scale_.mean, "deviation": estimator.scale_.deviation}
    for number, member in enumerate(estimator.members_):
        named = dict(zip((w.name for w in weights(network)), member.weights, strict=True))
        found |= _of_one(f"net{number}/", sizes, estimator.n_features_in_, classes, named)
    return found


def _of_one(
    net: str, sizes: Sizes, features: int, classes: int, named: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The numbers of one network; where it has no constants, zeros stand for them."""
    found: dict[str, np.ndarray] = {}
    if sizes["cell"] in GATES:
        for k, loop in enumerate(_loops(sizes, features)):
            found |= graph_loops.arrays(
                loop, f"{net}layer{k}/", _directions(loop, f"{sizes['cell']}_{k}", named)
            )
    for name, shape in _plain_shapes(sizes, features, classes).items():
        found[f"{net}{name}"] = named.get(name, np.zeros(shape)).reshape(shape)
    return {name: numbers.astype("float32") for name, numbers in found.items()}


def _directions(loop: Loop, name: str, named: dict[str, np.ndarray]) -> list[tuple[np.ndarray, ...]]:
    """Kernel, recurrent kernel and both biases of each direction of a layer."""
    found: list[tuple[np.ndarray, ...]] = []
    for direction in ("forward", "backward")[: loop.directions]:
        kernel, recurrent = named[f"{name}/{direction}/kernel"], named[f"{name}/{direction}/recurrent_kernel"]
        bias = named.get(f"{name}/{direction}/bias", np.zeros(loop.columns))
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        found.append((kernel, recurrent, both))
    return found


def _loops(sizes: Sizes, features: int) -> list[Loop]:
    timesteps, directions = sizes["timesteps"], 1 + sizes["bidirectional"]
    widths = [features // timesteps, *(directions * n for n in sizes["units"])]
    given = (
        sizes["cell"],
        sizes["activation"],
        sizes["recurrent_activation"],
        sizes["reset_after"],
        directions,
    )
    return [Loop(*given, timesteps, widths[k], n) for k, n in enumerate(sizes["units"])]


def _plain_shapes(sizes: Sizes, features: int, classes: int) -> dict[str, tuple[int, ...]]:
    """Arrays of everything but loops, by Keras' names: kernels, and constants as rows."""
    shapes: dict[str, tuple[int, ...]] = {}
    time, width = sizes["timesteps"], features // sizes["timesteps"]
    if sizes["cell"] in GATES:
        time, width = 1, sizes["units"][-1] * (1 + sizes["bidirectional"])
    for k, n in enumerate(sizes["units"] if sizes["cell"] not in GATES else []):
        conv = sizes["cell"] == "conv"
        kernel = (sizes["kernel_size"], width, n) if conv else (time * width, n)
        shapes |= {f"{sizes['cell']}_{k}/kernel": kernel, f"{sizes['cell']}_{k}/bias": (1, n)}
        time, width = -(-time // sizes["pool_size"]) if conv else 1, n
    width *= time
    outputs = 1 if classes == 2 else classes
    names = [*(f"dense_{k}" for k in range(len(sizes["dense"]))), "head"]
    for name, n in zip(names, [*sizes["dense"], outputs], strict=True):
        shapes |= {f"{name}/kernel": (width, n), f"{name}/bias": (1, n)}
        width = n
    return shapes


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
    shapes = _plain_shapes(sizes, features, classes)
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
    loops = _loops(sizes, features)
    width = loops[-1].directions * loops[-1].units
    nodes, x = [op("Transpose", "single", f"{net}x", perm=[1, 0, 2])], f"{net}x"
    arrays = {f"{net}state_shape": fixed([-1, width], "int64")}
    arrays |= (
        {f"{net}backwards": fixed(np.arange(sizes["timesteps"])[::-1], "int64")}
        if sizes["go_backwards"]
        else {}
    )
    last: list[str] = []
    for k, loop in enumerate(loops):
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
