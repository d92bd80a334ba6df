"""The check of an ONNX file that another library wrote: standard operators on numbers inside the file.

ONNX Runtime parses and runs the file. What could reach beyond it is refused before: external data, functions
of the file's own, operators of other domains. The bytes are walked by field number, without a parser of ONNX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signalcli.io.folders import DamagedError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types of protocol buffers
DEEPEST = 10  # graphs inside graphs, as in a loop
DOMAINS = {b"", b"ai.onnx", b"ai.onnx.ml"}
# Numbers of fields in onnx.proto: those that are walked further, and those that may stand beside them.
MODEL, MODEL_PLAIN = {7: "graph", 8: "opset"}, {1, 2, 3, 4, 5, 6, 14}
GRAPH, GRAPH_PLAIN = {1: "node", 5: "tensor"}, {2, 10, 11, 12, 13}
NODE, NODE_PLAIN = {5: "attribute", 7: "domain"}, {1, 2, 3, 4, 6}
ATTRIBUTE, ATTRIBUTE_PLAIN = (
    {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    {1, 2, 3, 4, 7, 8, 9, 13, 20},
)
TENSOR_PLAIN = {1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12}  # 13 and 14 name data in other files
OPSET, OPSET_PLAIN = {1: "domain"}, {2}

Field = tuple[int, int, bytes]
"""Number, wire type and content of a field."""


def refuse_reaching_out(content: bytes) -> None:
    """Raise DamagedError for a file that is no plain ONNX model."""
    try:
        _walk("model", content, 0)
    except IndexError as error:
        raise DamagedError("the graph is cut short") from error


def _walk(kind: str, content: bytes, depth: int) -> None:
    if depth > DEEPEST * len(_KINDS):
        raise DamagedError("the graph is too deep")
    if kind == "domain":
        if content not in DOMAINS:
            raise DamagedError("the graph has operators of another domain")
        return
    further, plain = _KINDS[kind]
    for number, wire, part in fields(content):
        if number in further and wire == BYTES:
            _walk(further[number], part, depth + 1)
        elif number not in plain:
            raise DamagedError(f"the graph has field {number} of a {kind}, which no plain model has")


_KINDS: dict[str, tuple[dict[int, str], set[int]]] = {
    "model": (MODEL, MODEL_PLAIN),
    "graph": (GRAPH, GRAPH_PLAIN),
    "node": (NODE, NODE_PLAIN),
    "attribute": (ATTRIBUTE, ATTRIBUTE_PLAIN),
    "tensor": ({}, TENSOR_PLAIN),
    "opset": (OPSET, OPSET_PLAIN),
}


def fields(content: bytes) -> Iterator[Field]:
    """Fields of a message in order. Raises IndexError where it is cut short, DamagedError for groups."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        number, wire = key >> 3, key & 7
        if wire not in _READERS:
            raise DamagedError("the graph is no protocol buffer")
        part, at = _READERS[wire](content, at)
        yield number, wire, part


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise DamagedError("the graph is no protocol buffer")


def _read_varint(content: bytes, at: int) -> tuple[bytes, int]:
    _, end = _varint(content, at)
    return content[at:end], end


def _read_bytes(content: bytes, at: int) -> tuple[bytes, int]:
    size, at = _varint(content, at)
    return _read_fixed(size)(content, at)


def _read_fixed(size: int) -> Callable[[bytes, int], tuple[bytes, int]]:
    def read(content: bytes, at: int) -> tuple[bytes, int]:
        if at + size > len(content):
            raise IndexError(at)
        return content[at : at + size], at + size

    return read


_READERS: dict[int, Callable[[bytes, int], tuple[bytes, int]]] = {
    VARINT: _read_varint,
    FIXED64: _read_fixed(8),
    BYTES: _read_bytes,
    FIXED32: _read_fixed(4),
}
