"""Recurrent layers as graphs: ONNX' own RNN, LSTM and GRU, or one step after the other.

The operators compute tanh and sigmoid as Keras does; a layer with other functions is written out. Keras
keeps the gates of an LSTM as i, f, g, o and those of a GRU as z, r, h; ONNX wants i, o, f, g and z, r, h,
transposed, with the biases of input and state in one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import Array, Node, fixed, op
from signalcli.serving.onnx.network.layer import Loop
from signalcli.serving.onnx.network.unrolled import unrolled

ORDER = {"rnn": (0,), "lstm": (0, 3, 1, 2), "gru": (0, 1, 2)}  # ONNX' gates, as numbers of Keras'
OPERATORS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def arrays(loop: Loop, name: str, layers: Sequence[tuple[np.ndarray, ...]]) -> dict[str, np.ndarray]:
    """Numbers of a layer: kernel, recurrent kernel and bias (inputs and state, (2, columns)) a direction."""
    if loop.plain:
        parts = zip(*(_onnx(loop.cell, *layer) for layer in layers), strict=True)
        return {f"{name}{part}": np.stack(both) for part, both in zip("WRB", parts, strict=True)}
    found: dict[str, np.ndarray] = {}
    for direction, (kernel, recurrent, bias) in enumerate(layers):
        each = {"W": kernel, "R": recurrent, "b": bias[0], "s": bias[1]}
        found |= {f"{name}{part}{direction}": numbers for part, numbers in each.items()}
    return found


def holes(loop: Loop, name: str) -> dict[str, Array]:
    """Types and shapes of `arrays`, and the constants of the operators."""
    d, columns, inputs, units = loop.directions, loop.columns, loop.inputs, loop.units
    if loop.plain:
        shapes = {"W": (d, columns, inputs), "R": (d, columns, units), "B": (d, 2 * columns)}
    else:
        each = {"W": (inputs, columns), "R": (units, columns), "b": (columns,), "s": (columns,)}
        shapes = {f"{part}{k}": shape for k in range(d) for part, shape in each.items()}
    found = {f"{name}{part}": Array("float32", shape) for part, shape in shapes.items()}
    return found | _constants(loop, name)


def _constants(loop: Loop, name: str) -> dict[str, Array]:
    if loop.plain:
        return {f"{name}shape": fixed([loop.timesteps, -1, loop.directions * loop.units], "int64")}
    return {f"{name}zeros": fixed(np.zeros((loop.columns, loop.units)), "float32")}


def nodes(loop: Loop, name: str, x: str, before: Sequence[str] = ()) -> tuple[list[Node], str, list[str]]:
    """Operators of a layer over ``x`` (timesteps, rows, inputs).

    ``before`` is the state it starts from, (1, rows, units) each; nothing means zero. Also the name of its
    outputs (timesteps, rows, directions·units) and of its last state, (directions, rows, units) each.
    """
    return _operator(loop, name, x, before) if loop.plain else unrolled(loop, name, x, before)


def _operator(loop: Loop, name: str, x: str, before: Sequence[str]) -> tuple[list[Node], str, list[str]]:
    attributes: dict[str, Any] = {"hidden_size": loop.units}
    attributes |= {"direction": "bidirectional"} if loop.directions == 2 else {}
    attributes |= {"linear_before_reset": int(loop.reset_after)} if loop.cell == "gru" else {}
    inputs = (x, f"{name}W", f"{name}R", f"{name}B", *(("", *before) if before else ()))
    last = [f"{name}last{k}" for k in range(loop.states)]
    return (
        [
            Node(OPERATORS[loop.cell], inputs, (f"{name}each", *last), attributes),
            op("Transpose", f"{name}each", f"{name}turned", perm=[0, 2, 1, 3]),
            op("Reshape", f"{name}turned {name}shape", f"{name}out"),
        ],
        f"{name}out",
        last,
    )


def _onnx(
    cell: str, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W (gates·units, inputs), R (gates·units, units) and B (2·gates·units) as ONNX wants them."""
    return _ordered(cell, kernel).T, _ordered(cell, recurrent).T, _ordered(cell, bias).ravel()


def _ordered(cell: str, array: np.ndarray) -> np.ndarray:
    gates = np.split(array, len(ORDER[cell]), axis=-1)
    return np.concatenate([gates[k] for k in ORDER[cell]], axis=-1)
