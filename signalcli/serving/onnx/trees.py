"""Graph of boosted trees: all trees are walked down at once, one level at a time.

ONNX's own tree operator is not used: it compares in single precision by default, and it trusts the links
between nodes that a file brings. Here each link is an index that was checked, and a leaf leads to itself, so
the number of steps is fixed beforehand.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from signalcli.errors import UsageError
from signalcli.io.json_checks import integer, record
from signalcli.serving.onnx.graph import INPUT, OUTPUT, Array, Converter, Layout, Node, Params, constant, op

Row = tuple[int, float, int, int, float]
"""Feature, threshold, left child, right child and value of a node."""


class Forest(NamedTuple):
    """All nodes of all trees in one list; a leaf leads to itself."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    depth: int


def read_forest(estimator: Any) -> Forest:
    """Trees of a fitted LightGBM model."""
    dump = estimator.booster_.booster_.dump_model()
    rows: list[Row] = []
    trees = [_append_tree(tree["tree_structure"], rows) for tree in dump["tree_info"]]
    feature, threshold, left, right, value = (np.array(column) for column in zip(*rows, strict=True))
    roots, depths = np.array(trees).T
    return Forest(feature, threshold, left, right, value, roots, max(1, int(depths.max())))


def _append_tree(tree: dict[str, Any], rows: list[Row]) -> tuple[int, int]:
    """Append a tree's nodes in breadth-first order; returns the number of its root, and its depth."""
    root = len(rows)
    level, depth = [tree], 0
    while level:
        below = [child for node in level for child in _children(node)]
        first_child = len(rows) + len(level)
        for number, node in enumerate(level, start=len(rows)):
            split = bool(_children(node))
            rows.append(_row(node, number, first_child if split else None))
            first_child += 2 * split
        depth += bool(below)
        level = below
    return root, depth


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node["left_child"], node["right_child"]] if "left_child" in node else []


def _row(node: dict[str, Any], number: int, child: int | None) -> Row:
    if child is None:
        return 0, 0.0, number, number, float(node["leaf_value"])
    if node["decision_type"] != "<=":
        raise UsageError(
            "BUNDLE-MODEL", f"a tree that splits by {node['decision_type']!r} cannot be saved, only by '<='"
        )
    return int(node["split_feature"]), float(node["threshold"]), child, child + 1, 0.0


def _get_params(estimator: Any) -> Params:
    forest = read_forest(estimator)
    return {"nodes": len(forest.feature), "trees": len(forest.roots), "depth": forest.depth}


def _get_arrays(estimator: Any) -> dict[str, np.ndarray]:
    arrays = read_forest(estimator)._asdict()
    del arrays["depth"]
    return arrays


def _make_layout(params: Params, features: int, classes: int) -> Layout:
    count, trees = params["nodes"], params["trees"]
    nodes = [
        op("Mul", f"{INPUT} nothing", "zeros"),
        op("MatMul", "zeros nowhere", "start"),
        op("Cast", "start", "start_numbers", to=7),
        op("Add", "start_numbers roots", "at0"),
        *(node for level in range(params["depth"]) for node in _descend(level)),
        op("Gather", f"value at{params['depth']}", "leaf_values", axis=0),
        op("MatMul", "leaf_values of_class", "logits"),
        op("Softmax", "logits", OUTPUT, axis=1),
    ]
    index = Array("int64", (count,), below=count)
    arrays = {
        "nothing": constant(0.0),
        "nowhere": constant(np.zeros((features, 1))),
        "of_class": constant(_class_of_tree(trees, classes)),
        "feature": Array("int64", (count,), below=features),
        "threshold": Array("float64", (count,)),
        "left": index,
        "right": index,
        "value": Array("float64", (count,)),
        "roots": Array("int64", (trees,), below=count),
    }
    return Layout(nodes, arrays, features, classes)


def _class_of_tree(trees: int, classes: int) -> np.ndarray:
    """Which logit a tree adds to, (trees, classes): the second of two, else one class after the other."""
    out = np.zeros((trees, classes))
    out[np.arange(trees), 1 if classes == 2 else np.arange(trees) % classes] = 1.0
    return out


def _descend(k: int) -> list[Node]:
    """From the nodes at level k to their children."""
    return [
        op("Gather", f"feature at{k}", f"asked{k}", axis=0),
        op("GatherElements", f"{INPUT} asked{k}", f"seen{k}", axis=1),
        op("Gather", f"threshold at{k}", f"bound{k}", axis=0),
        op("LessOrEqual", f"seen{k} bound{k}", f"goes_left{k}"),
        op("Gather", f"left at{k}", f"left{k}", axis=0),
        op("Gather", f"right at{k}", f"right{k}", axis=0),
        op("Where", f"goes_left{k} left{k} right{k}", f"at{k + 1}"),
    ]


_check = record({"nodes": integer(1, 1_000_000), "trees": integer(1, 20_000), "depth": integer(1, 1_000)})
TREES = Converter(_get_arrays, _make_layout, _get_params, _check)
