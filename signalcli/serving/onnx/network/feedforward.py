"""Convolutions over the window, and dense layers over the flattened window."""

from __future__ import annotations

from signalcli.serving.onnx.graph import Node, Params, Part, constant, op
from signalcli.serving.onnx.network.activations import activate


def dense(name: str, x: str, y: str) -> list[Node]:
    """``y = x · kernel + bias``, with the arrays of the layer ``name``; without its activation."""
    return [op("MatMul", f"{x} {name}/kernel", f"{y}/product"), op("Add", f"{y}/product {name}/bias", y)]


def mlp(net: str, params: Params, features: int) -> Part:
    """Dense layers over the window, oldest bar first."""
    nodes, x = [op("Reshape", f"single {net}flat", f"{net}x")], f"{net}x"
    for k in range(len(params["units"])):
        name, y = f"{net}mlp_{k}", f"{net}layer{k}"
        nodes += [
            op("MatMul", f"{x} {name}/kernel", f"{y}/product"),
            op("Add", f"{y}/product {name}/bias", f"{y}/sum"),
            *activate(params["activation"], f"{y}/sum", y),
        ]
        x = y
    return [*nodes, op("Identity", x, f"{net}seen")], {f"{net}flat": constant([-1, features], "int64")}


def convolution(net: str, params: Params, _features: int) -> Part:
    """Convolutions over time with "same" padding, each followed by its activation and max pooling."""
    time, size, pool = params["timesteps"], params["kernel_size"], params["pool_size"]
    nodes, x = [op("Transpose", "single", f"{net}x", perm=[0, 2, 1])], f"{net}x"
    for k in range(len(params["units"])):
        name, y = f"{net}conv_{k}", f"{net}layer{k}"
        missing = -time % pool  # bars that the last pool lacks
        nodes += [
            op("Transpose", f"{name}/kernel", f"{y}/kernel", perm=[2, 1, 0]),
            op("Conv", f"{x} {y}/kernel", f"{y}/product", kernel_shape=[size], pads=_padding(size - 1)),
            op("Transpose", f"{y}/product", f"{y}/turned", perm=[0, 2, 1]),
            op("Add", f"{y}/turned {name}/bias", f"{y}/sum"),
            *activate(params["activation"], f"{y}/sum", f"{y}/active"),
            op("Transpose", f"{y}/active", f"{y}/back", perm=[0, 2, 1]),
            op("MaxPool", f"{y}/back", y, kernel_shape=[pool], strides=[pool], pads=_padding(missing)),
        ]
        time, x = -(-time // pool), y
    return [
        *nodes,
        op("Transpose", x, f"{net}said", perm=[0, 2, 1]),
        op("Reshape", f"{net}said {net}flat", f"{net}seen"),
    ], {f"{net}flat": constant([-1, time * params["units"][-1]], "int64")}


def _padding(missing: int) -> list[int]:
    """Padding before and after; an odd bar goes after, as in Keras."""
    return [missing // 2, missing - missing // 2]
