"""Keras's activations as ONNX operators, in single precision."""

from __future__ import annotations

import numpy as np

from signalcli.serving.onnx.graph import Array, Node, constant, op

# Activations that one operator with its default attributes computes.
SINGLE = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "linear": "Identity",
    "elu": "Elu",
    "selu": "Selu",
    "celu": "Celu",
    "exponential": "Exp",
    "softplus": "Softplus",
    "softsign": "Softsign",
}

# Activations of several operators from input x to output y, with intermediate a to d and constant numbers.
SEVERAL = {
    "softmax": ("Softmax x -> y",),
    "relu6": ("Clip x 0 6 -> y",),
    "hard_tanh": ("Clip x -1 1 -> y",),
    "hard_sigmoid": ("Add x 3 -> a", "Clip a 0 6 -> b", "Div b 6 -> y"),
    "hard_silu": ("Add x 3 -> a", "Clip a 0 6 -> b", "Div b 6 -> c", "Mul x c -> y"),
    "leaky_relu": ("Mul x 0.2 -> a", "Max x a -> y"),
    "silu": ("Sigmoid x -> a", "Mul x a -> y"),
    "mish": ("Softplus x -> a", "Tanh a -> b", "Mul x b -> y"),
    "gelu": ("Mul x 0.7071067811865476 -> a", "Erf a -> b", "Add b 1 -> c", "Mul c x -> d", "Mul d 0.5 -> y"),
}
ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}

NAMES = (*SINGLE, *SEVERAL, *ALIASES)


def activate(name: str, x: str, y: str) -> list[Node]:
    """Operators from ``x`` to ``y``; names of intermediate results begin with ``y``."""
    name = ALIASES.get(name, name)
    if name in SINGLE:
        return [op(SINGLE[name], x, y)]
    return [_parse(step, {"x": x, "y": y}) for step in SEVERAL[name]]


def _parse(step: str, names: dict[str, str]) -> Node:
    left, _, out = step.partition(" -> ")
    kind, *inputs = left.split()
    inner = [names.get(i) or (f"number {i}" if _is_number(i) else f"{names['y']}/{i}") for i in inputs]
    return Node(kind, tuple(inner), (names.get(out) or f"{names['y']}/{out}",))


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "").isdigit()


def constants_of(nodes: list[Node]) -> dict[str, Array]:
    """The constants that activations among these operators read."""
    names = dict.fromkeys(i for node in nodes for i in node.inputs if i.startswith("number "))
    return {name: constant(np.float32(name.removeprefix("number ")), "float32") for name in names}
