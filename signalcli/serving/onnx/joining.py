"""One layout inside another."""

from __future__ import annotations

from signalcli.serving.onnx.graph import PROBABILITIES, ROW, Array, Layout, Node


def inside(layout: Layout, prefix: str, row: str, probabilities: str) -> tuple[list[Node], dict[str, Array]]:
    """Operators and arrays of a layout under names of their own, from ``row`` to ``probabilities``."""
    ends = {ROW: row, PROBABILITIES: probabilities, "": ""}

    def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(ends.get(name, prefix + name) for name in names)

    nodes = [
        node._replace(inputs=renamed(node.inputs), outputs=renamed(node.outputs)) for node in layout.nodes
    ]
    return nodes, {prefix + name: array for name, array in layout.arrays.items()}
