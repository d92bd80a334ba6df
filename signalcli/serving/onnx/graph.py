"""A graph without its learned numbers: operators, and the arrays they read by type and shape.

The graph is written by hand, not by the onnx package: from the few parameters in the manifest the loader
lays the same graph out again and compares bytes (`signalcli.serving.onnx.model_file`). So ``predict`` needs
neither a parser nor onnx, and a file cannot bring an operator, function or external file of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from signalcli.io.json_checks import Check, record

INPUT, OUTPUT = "row", "probabilities"  # names of every graph's input and output

Params = dict[str, Any]
"""Parameters that decide the layout of a graph; JSON values, named and checked by its converter."""


class Node(NamedTuple):
    """One operator of ONNX's default domain; attributes are integers, lists of integers, or text."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, int | list[int] | str] = {}  # noqa: RUF012 (read only)


class Array(NamedTuple):
    """Type and shape of one array; with ``below``, its integers are indices in 0 … below - 1."""

    dtype: str
    shape: tuple[int, ...]
    below: int | None = None
    constant: Any = None  # values that belong to the layout; None for learned ones

    @property
    def size(self) -> int:
        """Length in bytes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class Layout:
    """Operators in order and arrays by name, for rows of ``features`` and probabilities of ``classes``."""

    nodes: Sequence[Node]
    arrays: dict[str, Array]
    features: int
    classes: int

    def learned_arrays(self) -> dict[str, Array]:
        """Arrays whose values come from the fitted model."""
        return {name: array for name, array in self.arrays.items() if array.constant is None}


Part = tuple[list[Node], dict[str, Array]]
"""Operators of a part of a graph, and the arrays they read."""


class Converter(NamedTuple):
    """How a family of estimators becomes a graph.

    Parameters
    ----------
    get_arrays : function
        Fitted estimator → learned arrays by name.
    make_layout : function
        (params, n_features, n_classes) → Layout.
    get_params : function
        Fitted estimator → what decides its layout, besides the numbers of features and classes.
    check : function
        JSON value → what is wrong with it as these parameters, or None.
    tolerance : function
        Fitted estimator → largest accepted difference of a probability between graph and estimator.
    """

    get_arrays: Callable[[Any], dict[str, np.ndarray]]
    make_layout: Callable[[Params, int, int], Layout]
    get_params: Callable[[Any], Params] = lambda _: {}
    check: Check = record({})
    tolerance: Callable[[Any], float] = lambda _: 1e-7


def op(name: str, inputs: str, outputs: str, **attributes: int | list[int] | str) -> Node:
    """Node whose inputs and outputs are given as names separated by spaces."""
    return Node(name, tuple(inputs.split()), tuple(outputs.split()), attributes)


def constant(values: Any, dtype: str = "float64") -> Array:
    """Array whose values belong to the layout."""
    array = np.asarray(values, dtype)
    return Array(dtype, array.shape, constant=array)


def add_up(names: Sequence[str], total: str) -> list[Node]:
    """Operators that add several tables up, to ``total`` with the number of the last table."""
    added = [op("Add", f"{total}{k - 1} {name}", f"{total}{k}") for k, name in enumerate(names) if k]
    return [op("Identity", names[0], f"{total}0"), *added]


def mean(names: Sequence[str]) -> list[Node]:
    """Operators that write the mean of several tables to the output; needs the array ``count``."""
    return [*add_up(names, "sum"), op("Div", f"sum{len(names) - 1} count", OUTPUT)]
