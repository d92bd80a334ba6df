"""Recurrent layers as ONNX's own RNN, LSTM and GRU, or unrolled step by step.

The operators compute tanh and sigmoid as Keras does; a layer with other functions is unrolled. Keras orders
the gates of an LSTM as i, f, c, o and those of a GRU as z, r, h; ONNX has i, o, f, c and z, r, h, transposed
kernels, and the biases of input and state in one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import Array, Node, constant, op
from signalcli.serving.onnx.network.layer import RecurrentLayer
from signalcli.serving.onnx.network.unrolled import LayerNodes, unroll

ORDER = {"rnn": (0,), "lstm": (0, 3, 1, 2), "gru": (0, 1, 2)}  # positions of ONNX's gates among Keras's
OPERATORS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def layer_arrays(
    layer: RecurrentLayer, name: str, directions: Sequence[tuple[np.ndarray, ...]]
) -> dict[str, np.ndarray]:
    """Weights of a layer by name.

    Each direction has a kernel, a recurrent kernel and biases of inputs and state, (2, columns).
    """
    if layer.has_operator:
        parts = zip(*(_to_onnx(layer.cell, *direction) for direction in directions), strict=True)
        return {f"{name}{part}": np.stack(both) for part, both in zip("WRB", parts, strict=True)}
    return {
        f"{name}{part}{k}": values
        for k, (kernel, recurrent, bias) in enumerate(directions)
        for part, values in zip("WRbs", (kernel, recurrent, bias[0], bias[1]), strict=True)
    }


def declare_arrays(layer: RecurrentLayer, name: str) -> dict[str, Array]:
    """Types and shapes of `layer_arrays`, and the constants of the operators."""
    d, columns, inputs, units = layer.directions, layer.columns, layer.inputs, layer.units
    if layer.has_operator:
        shapes = {"W": (d, columns, inputs), "R": (d, columns, units), "B": (d, 2 * columns)}
        constants = {f"{name}shape": constant([layer.timesteps, -1, d * units], "int64")}
    else:
        each = {"W": (inputs, columns), "R": (units, columns), "b": (columns,), "s": (columns,)}
        shapes = {f"{part}{k}": shape for k in range(d) for part, shape in each.items()}
        constants = {f"{name}zeros": constant(np.zeros((columns, units)), "float32")}
    return {f"{name}{part}": Array("float32", shape) for part, shape in shapes.items()} | constants


def layer_nodes(layer: RecurrentLayer, name: str, x: str, initial: Sequence[str] = ()) -> LayerNodes:
    """Operators of a layer over ``x`` (timesteps, rows, inputs).

    ``initial`` names its initial state, (1, rows, units) each; zeros if empty. Also returned: the name of its
    outputs (timesteps, rows, directions·units), and of its last state, (directions, rows, units) each.
    """
    return (_operator if layer.has_operator else unroll)(layer, name, x, initial)


def _operator(layer: RecurrentLayer, name: str, x: str, initial: Sequence[str]) -> LayerNodes:
    attributes: dict[str, Any] = {"hidden_size": layer.units}
    attributes |= {"direction": "bidirectional"} if layer.directions == 2 else {}
    attributes |= {"linear_before_reset": int(layer.reset_after)} if layer.cell == "gru" else {}
    inputs = (x, f"{name}W", f"{name}R", f"{name}B", *(("", *initial) if initial else ()))
    last = [f"{name}last{k}" for k in range(layer.states)]
    nodes = [
        Node(OPERATORS[layer.cell], inputs, (f"{name}each", *last), attributes),
        op("Transpose", f"{name}each", f"{name}turned", perm=[0, 2, 1, 3]),
        op("Reshape", f"{name}turned {name}shape", f"{name}out"),
    ]
    return nodes, f"{name}out", last


def _to_onnx(
    cell: str, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ONNX's W (gates·units, inputs), R (gates·units, units) and B (2·gates·units)."""
    return _reorder(cell, kernel).T, _reorder(cell, recurrent).T, _reorder(cell, bias).ravel()


def _reorder(cell: str, array: np.ndarray) -> np.ndarray:
    """Gates along the last axis in ONNX's order."""
    gates = np.split(array, len(ORDER[cell]), axis=-1)
    return np.concatenate([gates[k] for k in ORDER[cell]], axis=-1)
