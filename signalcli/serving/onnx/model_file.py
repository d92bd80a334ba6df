"""The bytes of an ONNX file from a layout and its learned arrays, and these arrays out of such a file.

A bundle's ``model.onnx`` is exactly the file that `pieces` lays out, with numbers in the placeholders. So
`read_arrays` compares all other bytes with it and needs no parser. Field numbers are those of onnx.proto.
"""

from __future__ import annotations

import numpy as np

from signalcli.serving.onnx.graph import INPUT, OUTPUT, Array, Layout, Node
from signalcli.serving.onnx.protobuf import Piece, Placeholder, integer, message, text, total_size

IR_VERSION, OPSET = 8, 17
PRODUCER = "signalcli"
TYPES = {"float32": 1, "int64": 7, "float64": 11}  # numbers of onnx.TensorProto.DataType


def write_arrays(layout: Layout, arrays: dict[str, np.ndarray]) -> bytes:
    """The ONNX file with the learned arrays; ValueError when one is missing, extra or unfit."""
    learned = layout.learned_arrays()
    if set(learned) != set(arrays):
        raise ValueError(f"arrays {sorted(set(learned) ^ set(arrays))} do not fit the layout")
    for name, array in learned.items():
        _check_values(name, array, arrays[name])
    return b"".join(
        _to_bytes(arrays[piece.name], learned[piece.name]) if isinstance(piece, Placeholder) else piece
        for piece in pieces(layout)
    )


def read_arrays(layout: Layout, content: bytes) -> dict[str, np.ndarray]:
    """Learned arrays of an ONNX file; ValueError when any other byte is not as laid out."""
    arrays: dict[str, np.ndarray] = {}
    at, learned = 0, layout.learned_arrays()
    for piece in pieces(layout):
        length = piece.size if isinstance(piece, Placeholder) else len(piece)
        part = content[at : at + length]
        if isinstance(piece, Placeholder):
            arrays[piece.name] = _from_bytes(piece.name, learned[piece.name], part)
        elif part != piece:
            raise ValueError(f"the bytes from byte {at} on are not as laid out")
        at += length
    if at != len(content):
        raise ValueError(f"{len(content)} bytes instead of {at}")
    return arrays


def file_size(layout: Layout) -> int:
    """Length in bytes of the ONNX file."""
    return total_size(pieces(layout))


def pieces(layout: Layout) -> list[Piece]:
    """Bytes of the ONNX file, with placeholders for the learned arrays."""
    graph = [piece for node in layout.nodes for piece in message(1, _node(node))]
    graph += text(2, PRODUCER)
    for name, array in layout.arrays.items():
        graph += message(5, _tensor(name, array))
    graph += message(11, _table(INPUT, layout.features)) + message(12, _table(OUTPUT, layout.classes))
    opset = message(8, [*text(1, ""), *integer(2, OPSET)])
    return [*integer(1, IR_VERSION), *text(2, PRODUCER), *message(7, graph), *opset]


def _node(node: Node) -> list[Piece]:
    names = [piece for name in node.inputs for piece in text(1, name)]
    names += [piece for name in node.outputs for piece in text(2, name)]
    attributes = [
        piece
        for name, value in node.attributes.items()
        for piece in message(5, [*text(1, name), *_attribute(value)])
    ]
    return [*names, *text(4, node.op), *attributes]


def _attribute(value: int | list[int] | str) -> list[Piece]:
    if isinstance(value, int):
        return [*integer(3, value), *integer(20, 2)]
    if isinstance(value, str):
        return [*text(4, value), *integer(20, 3)]
    return [*(piece for number in value for piece in integer(8, number)), *integer(20, 7)]


def _tensor(name: str, array: Array) -> list[Piece]:
    head = [piece for length in array.shape for piece in integer(1, length)]
    head += [*integer(2, TYPES[array.dtype]), *text(8, name)]
    learned = array.constant is None
    values: Piece = Placeholder(name, array.size) if learned else _to_bytes(array.constant, array)
    return [*head, *message(9, [values])]


def _table(name: str, width: int) -> list[Piece]:
    """An input or output of shape (n, width), in double precision."""
    shape = [*message(1, text(2, "n")), *message(1, integer(1, width))]
    tensor = [*integer(1, TYPES["float64"]), *message(2, shape)]
    return [*text(1, name), *message(2, message(1, tensor))]


def _dtype(array: Array) -> np.dtype:
    """Little-endian, as ONNX stores raw data."""
    return np.dtype(array.dtype).newbyteorder("<")


def _to_bytes(values: np.ndarray, array: Array) -> bytes:
    return np.ascontiguousarray(values, _dtype(array)).tobytes()


def _from_bytes(name: str, array: Array, part: bytes) -> np.ndarray:
    if len(part) != array.size:
        raise ValueError(f"{name} is cut short")
    values = np.frombuffer(part, _dtype(array)).reshape(array.shape)
    _check_values(name, array, values)
    return values


def _check_values(name: str, array: Array, numbers: np.ndarray) -> None:
    """Raise ValueError for a wrong shape, a number that is not finite, or an index out of bounds."""
    if numbers.shape != array.shape:
        raise ValueError(f"{name} has shape {numbers.shape} instead of {array.shape}")
    if array.below is not None and not bool(((numbers >= 0) & (numbers < array.below)).all()):
        raise ValueError(f"{name} points outside 0 … {array.below - 1}")
    if not bool(np.isfinite(numbers).all()):
        raise ValueError(f"{name} is not finite")
