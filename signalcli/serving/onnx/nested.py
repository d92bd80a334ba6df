"""A graph inside another graph, as composed models (ensemble, calibrated) have."""

from __future__ import annotations

from signalcli.serving.onnx.graph import INPUT, OUTPUT, Layout, Part


def embed(layout: Layout, prefix: str, row: str, probabilities: str) -> Part:
    """Operators and arrays of a layout under prefixed names, reading ``row``, writing ``probabilities``."""
    ends = {INPUT: row, OUTPUT: probabilities, "": ""}

    def rename(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(ends.get(name, prefix + name) for name in names)

    nodes = [node._replace(inputs=rename(node.inputs), outputs=rename(node.outputs)) for node in layout.nodes]
    return nodes, {prefix + name: array for name, array in layout.arrays.items()}
