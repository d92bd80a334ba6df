"""Graphs of the baselines that are not autoregressive: the share of each class, and the last move again."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.io.json_checks import whole
from signalcli.serving.onnx.graph import PROBABILITIES, ROW, Array, Family, Layout, Sizes, fixed, op, within


def _nothing(estimator: Any) -> Sizes:  # noqa: ARG001 (features and classes decide all)
    return {}


def _shares(estimator: Any) -> dict[str, np.ndarray]:
    return {"shares": estimator.shares_[np.newaxis]}


def _constant(sizes: Sizes, features: int, classes: int) -> Layout:  # noqa: ARG001
    """``0 · row + shares``."""
    nodes = [
        op("MatMul", f"{ROW} nothing", "zeros"),
        op("Add", "zeros shares", PROBABILITIES),
    ]
    arrays = {"nothing": fixed(np.zeros((features, classes))), "shares": Array("float64", (1, classes))}
    return Layout(nodes, arrays, features, classes)


MAJORITY = Family(_nothing, _shares, _constant, {}, within(1e-7))


def _horizon(estimator: Any) -> Sizes:
    return {"horizon": estimator.horizon}


def _persistence_arrays(estimator: Any) -> dict[str, np.ndarray]:
    """One class is as sure as the hit rate; going past a cut moves that gain one class up."""
    count = len(estimator.classes_)
    others = (1.0 - estimator.hit_rate_) / (count - 1)
    gain = estimator.hit_rate_ - others
    base = np.full((1, count), others)
    base[0, 0] = estimator.hit_rate_
    step = np.diff(np.eye(count), axis=0) * gain
    return {"cuts": estimator.cuts_[np.newaxis], "step": step, "base": base}


def _persistence(sizes: Sizes, features: int, classes: int) -> Layout:
    """``base + (last move > cuts) · step``."""
    newest = np.zeros((features, 1))
    newest[features - min(sizes["horizon"], features) :] = 1.0
    nodes = [
        op("MatMul", f"{ROW} newest", "move"),
        op("Greater", "move cuts", "passed"),
        op("Cast", "passed", "passed_numbers", to=11),
        op("MatMul", "passed_numbers step", "gained"),
        op("Add", "gained base", PROBABILITIES),
    ]
    arrays = {
        "newest": fixed(newest),
        "cuts": Array("float64", (1, classes - 1)),
        "step": Array("float64", (classes - 1, classes)),
        "base": Array("float64", (1, classes)),
    }
    return Layout(nodes, arrays, features, classes)


PERSISTENCE = Family(_horizon, _persistence_arrays, _persistence, {"horizon": whole(1, 10_000)}, within(1e-7))
