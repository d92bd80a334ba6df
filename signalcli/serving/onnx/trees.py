"""Graph of boosted trees: every tree goes down one step at a time, all of them at once.

ONNX' own tree operator is not used: it compares in single precision unless told otherwise, and it trusts
the links between nodes that a file brings, whereas here each link is an index that was checked before. A leaf
leads to itself, so the number of steps, and with it the end, is known before the first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from signalcli.errors import UsageError
from signalcli.io.json_checks import whole
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


class Forest(NamedTuple):
    """All nodes of all trees in one list; a leaf leads to itself."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    depth: int


def forest(estimator: Any) -> Forest:
    """Trees of a fitted LightGBM model."""
    dumped = estimator.booster_.booster_.dump_model()
    rows: list[tuple[int, float, int, int, float]] = []
    grown = [_add(tree["tree_structure"], rows) for tree in dumped["tree_info"]]
    feature, threshold, left, right, value = (np.array(column) for column in zip(*rows, strict=True))
    roots, depths = np.array(grown).T
    return Forest(feature, threshold, left, right, value, roots, max(1, int(depths.max())))


def _add(tree: dict[str, Any], rows: list[tuple[int, float, int, int, float]]) -> tuple[int, int]:
    """Append a tree's nodes in breadth-first order: number of its root, and its depth."""
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


def _row(node: dict[str, Any], number: int, child: int | None) -> tuple[int, float, int, int, float]:
    if child is None:
        return 0, 0.0, number, number, float(node["leaf_value"])
    if node["decision_type"] != "<=":
        raise UsageError("BUNDLE-MODEL", f"a tree splits by {node['decision_type']!r}, which is not saved")
    return int(node["split_feature"]), float(node["threshold"]), child, child + 1, 0.0


def _sizes(estimator: Any) -> Sizes:
    grown = forest(estimator)
    return {"nodes": len(grown.feature), "trees": len(grown.roots), "depth": grown.depth}


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    grown = forest(estimator)
    names = ("feature", "threshold", "left", "right", "value", "roots")
    return {name: getattr(grown, name) for name in names}


def _layout(sizes: Sizes, features: int, classes: int) -> Layout:
    count, trees = sizes["nodes"], sizes["trees"]
    nodes = [
        op("Mul", f"{ROW} nothing", "zeros"),
        op("MatMul", "zeros nowhere", "start"),
        op("Cast", "start", "start_numbers", to=7),
        op("Add", "start_numbers roots", "at0"),
        *(node for step in range(sizes["depth"]) for node in _step(step)),
        op("Gather", f"value at{sizes['depth']}", "leaf_values", axis=0),
        op("MatMul", "leaf_values of_class", "logits"),
        op("Softmax", "logits", PROBABILITIES, axis=1),
    ]
    index = Array("int64", (count,), below=count)
    arrays = {
        "nothing": fixed(0.0),
        "nowhere": fixed(np.zeros((features, 1))),
        "of_class": fixed(_of_class(trees, classes)),
        "feature": Array("int64", (count,), below=features),
        "threshold": Array("float64", (count,)),
        "left": index,
        "right": index,
        "value": Array("float64", (count,)),
        "roots": Array("int64", (trees,), below=count),
    }
    return Layout(nodes, arrays, features, classes)


def _of_class(trees: int, classes: int) -> np.ndarray:
    """Which logit a tree adds to: the second of two, or with more classes one after the other."""
    out = np.zeros((trees, classes))
    out[np.arange(trees), 1 if classes == 2 else np.arange(trees) % classes] = 1.0
    return out


def _step(k: int) -> list[Node]:
    return [
        op("Gather", f"feature at{k}", f"asked{k}", axis=0),
        op("GatherElements", f"{ROW} asked{k}", f"seen{k}", axis=1),
        op("Gather", f"threshold at{k}", f"bound{k}", axis=0),
        op("LessOrEqual", f"seen{k} bound{k}", f"goes_left{k}"),
        op("Gather", f"left at{k}", f"left{k}", axis=0),
        op("Gather", f"right at{k}", f"right{k}", axis=0),
        op("Where", f"goes_left{k} left{k} right{k}", f"at{k + 1}"),
    ]


SCHEMA = {"nodes": whole(1, 1_000_000), "trees": whole(1, 20_000), "depth": whole(1, 1_000)}
TREES = Family(_sizes, _arrays, _layout, SCHEMA, within(1e-7))
