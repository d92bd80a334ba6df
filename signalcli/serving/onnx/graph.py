"""A graph without its numbers: operators, and the arrays they need by type and shape.

A bundle's ``model.onnx`` is the file that `pieces` describes, with numbers in the holes and not a byte
otherwise. So a loader needs no parser: it compares the fixed bytes and takes the numbers out. No operator,
attribute, function, domain or external file can stand in a graph that this package did not lay out itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from signalcli.io.json_checks import Check
from signalcli.serving.onnx.protobuf import Hole, Piece, integer, message, size, text

IR_VERSION, OPSET = 8, 17
PRODUCER = "signalcli"
ROW, PROBABILITIES = "row", "probabilities"
TYPES = {"float32": 1, "int64": 7, "float64": 11}  # numbers of onnx.TensorProto.DataType

Sizes = dict[str, Any]
"""What decides a layout: whole numbers and lists of them, under names that the family knows."""


class Node(NamedTuple):
    """One operator of ONNX' own domain; attributes are whole numbers, lists of them, or a word."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, int | list[int] | str] = {}  # noqa: RUF012 (read only)


class Array(NamedTuple):
    """Type and shape of one array of numbers; whole numbers lie in 0 … below-1."""

    dtype: str
    shape: tuple[int, ...]
    below: int | None = None
    fixed: Any = None  # numbers that belong to the layout itself

    @property
    def size(self) -> int:
        """Length in bytes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class Layout:
    """Operators in order, and their arrays by name."""

    nodes: Sequence[Node]
    arrays: dict[str, Array]
    features: int
    classes: int

    def holes(self) -> dict[str, Array]:
        """Arrays whose numbers a model brings."""
        return {name: array for name, array in self.arrays.items() if array.fixed is None}


class Family(NamedTuple):
    """How one kind of estimator becomes a graph.

    Parameters
    ----------
    sizes : function
        Estimator → what decides its layout, besides features and classes.
    arrays : function
        Estimator → numbers by name.
    layout : function
        (sizes, features, classes) → Layout.
    schema : dict
        Check of each size as a manifest brings it, in order.
    tolerance : function
        Estimator → how far the graph may be from it.
    """

    sizes: Callable[[Any], Sizes]
    arrays: Callable[[Any], dict[str, np.ndarray]]
    layout: Callable[[Sizes, int, int], Layout]
    schema: dict[str, Check]
    tolerance: Callable[[Any], float]


def within(bound: float) -> Callable[[Any], float]:
    """The same tolerance for every estimator."""
    return lambda _: bound


def op(name: str, inputs: str, outputs: str, **attributes: int | list[int] | str) -> Node:
    """Node with the names of its inputs and outputs in one text each."""
    return Node(name, tuple(inputs.split()), tuple(outputs.split()), attributes)


def fixed(numbers: Any, dtype: str = "float64") -> Array:
    """Array whose numbers belong to the layout."""
    values = np.asarray(numbers, dtype)
    return Array(dtype, values.shape, fixed=values)


def pieces(layout: Layout) -> list[Piece]:
    """Bytes of the ONNX file, with holes for the numbers (field numbers are those of onnx.proto)."""
    graph = [piece for node in layout.nodes for piece in message(1, _node(node))]
    graph += text(2, PRODUCER)
    for name, array in layout.arrays.items():
        graph += message(5, _tensor(name, array))
    graph += message(11, _value(ROW, layout.features)) + message(12, _value(PROBABILITIES, layout.classes))
    opset = message(8, [*text(1, ""), *integer(2, OPSET)])
    return [*integer(1, IR_VERSION), *text(2, PRODUCER), *message(7, graph), *opset]


def file_size(layout: Layout) -> int:
    """Length in bytes of the ONNX file."""
    return size(pieces(layout))


def _node(node: Node) -> list[Piece]:
    found = [piece for name in node.inputs for piece in text(1, name)]
    found += [piece for name in node.outputs for piece in text(2, name)]
    found += text(4, node.op)
    for name, value in node.attributes.items():
        found += message(5, [*text(1, name), *_attribute(value)])
    return found


def _attribute(value: int | list[int] | str) -> list[Piece]:
    if isinstance(value, int):
        return [*integer(3, value), *integer(20, 2)]
    if isinstance(value, str):
        return [*text(4, value), *integer(20, 3)]
    return [*(piece for number in value for piece in integer(8, number)), *integer(20, 7)]


def _tensor(name: str, array: Array) -> list[Piece]:
    head = [piece for length in array.shape for piece in integer(1, length)]
    head += [*integer(2, TYPES[array.dtype]), *text(8, name)]
    numbers: Piece = Hole(name, array.size) if array.fixed is None else _bytes(array.fixed, array)
    return [*head, *message(9, [numbers])]


def _value(name: str, width: int) -> list[Piece]:
    """A table of doubles (n, width)."""
    shape = [*message(1, text(2, "n")), *message(1, integer(1, width))]
    tensor = [*integer(1, TYPES["float64"]), *message(2, shape)]
    return [*text(1, name), *message(2, message(1, tensor))]


def _bytes(numbers: np.ndarray, array: Array) -> bytes:
    """Little-endian bytes of an array that has the promised type and shape."""
    return np.ascontiguousarray(numbers, np.dtype(array.dtype).newbyteorder("<")).tobytes()


def fill(layout: Layout, numbers: dict[str, np.ndarray]) -> bytes:
    """The ONNX file with the numbers in it; ValueError where one is missing, left over or unfit."""
    wanted = layout.holes()
    if set(wanted) != set(numbers):
        raise ValueError(f"arrays {sorted(set(wanted) ^ set(numbers))} do not fit the layout")
    for name, array in wanted.items():
        _refuse(name, array, numbers[name])
    return b"".join(
        _bytes(numbers[piece.name], wanted[piece.name]) if isinstance(piece, Hole) else piece
        for piece in pieces(layout)
    )


def take(layout: Layout, content: bytes) -> dict[str, np.ndarray]:
    """Numbers out of an ONNX file; ValueError where a byte outside the holes is not as laid out."""
    found: dict[str, np.ndarray] = {}
    at, wanted = 0, layout.holes()
    for piece in pieces(layout):
        length = piece.size if isinstance(piece, Hole) else len(piece)
        part = content[at : at + length]
        if isinstance(piece, Hole):
            found[piece.name] = _numbers(piece.name, wanted[piece.name], part)
        elif part != piece:
            raise ValueError(f"byte {at} and those behind it are not as laid out")
        at += length
    if at != len(content):
        raise ValueError(f"{len(content)} bytes instead of {at}")
    return found


def _numbers(name: str, array: Array, part: bytes) -> np.ndarray:
    if len(part) != array.size:
        raise ValueError(f"{name} is cut short")
    numbers = np.frombuffer(part, np.dtype(array.dtype).newbyteorder("<")).reshape(array.shape)
    _refuse(name, array, numbers)
    return numbers


def _refuse(name: str, array: Array, numbers: np.ndarray) -> None:
    """No endless number, no index that points nowhere."""
    if numbers.shape != array.shape:
        raise ValueError(f"{name} has shape {numbers.shape} instead of {array.shape}")
    if array.below is not None and not bool(((numbers >= 0) & (numbers < array.below)).all()):
        raise ValueError(f"{name} points outside 0 … {array.below - 1}")
    if not bool(np.isfinite(numbers).all()):
        raise ValueError(f"{name} is not finite")
