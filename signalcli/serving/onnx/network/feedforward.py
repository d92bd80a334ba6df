"""Layers that see a window as a picture (convolutions) or as one flat row (dense layers)."""

from __future__ import annotations

from signalcli.serving.onnx.graph import Array, Node, Sizes, fixed, op
from signalcli.serving.onnx.network.activations import activation


def flat(net: str, sizes: Sizes, features: int) -> tuple[list[Node], dict[str, Array]]:
    """Dense layers over the window, oldest bar first."""
    nodes, x = [op("Reshape", f"single {net}flat", f"{net}x")], f"{net}x"
    for k in range(len(sizes["units"])):
        name, y = f"{net}mlp_{k}", f"{net}layer{k}"
        nodes += [
            op("MatMul", f"{x} {name}/kernel", f"{y}/product"),
            op("Add", f"{y}/product {name}/bias", f"{y}/sum"),
            *activation(sizes["activation"], f"{y}/sum", y),
        ]
        x = y
    return [*nodes, op("Identity", x, f"{net}seen")], {f"{net}flat": fixed([-1, features], "int64")}


def convolution(net: str, sizes: Sizes, features: int) -> tuple[list[Node], dict[str, Array]]:  # noqa: ARG001
    """Convolutions over time with "same" padding, each with its activation and a maximum over some bars."""
    time, size, pool = sizes["timesteps"], sizes["kernel_size"], sizes["pool_size"]
    nodes, x = [op("Transpose", "single", f"{net}x", perm=[0, 2, 1])], f"{net}x"
    for k in range(len(sizes["units"])):
        name, y = f"{net}conv_{k}", f"{net}layer{k}"
        short = -time % pool  # bars that are missing to the last maximum
        nodes += [
            op("Transpose", f"{name}/kernel", f"{y}/kernel", perm=[2, 1, 0]),
            op("Conv", f"{x} {y}/kernel", f"{y}/product", kernel_shape=[size], pads=_around(size - 1)),
            op("Transpose", f"{y}/product", f"{y}/turned", perm=[0, 2, 1]),
            op("Add", f"{y}/turned {name}/bias", f"{y}/sum"),
            *activation(sizes["activation"], f"{y}/sum", f"{y}/active"),
            op("Transpose", f"{y}/active", f"{y}/back", perm=[0, 2, 1]),
            op("MaxPool", f"{y}/back", y, kernel_shape=[pool], strides=[pool], pads=_around(short)),
        ]
        time, x = -(-time // pool), y
    return [
        *nodes,
        op("Transpose", x, f"{net}said", perm=[0, 2, 1]),
        op("Reshape", f"{net}said {net}flat", f"{net}seen"),
    ], {f"{net}flat": fixed([-1, time * sizes["units"][-1]], "int64")}


def _around(missing: int) -> list[int]:
    """Padding before and behind; the odd bar stands behind, as Keras has it."""
    return [missing // 2, missing - missing // 2]
