"""Graph of a recurrent network: scale, layers of ONNX' RNN, LSTM or GRU in single precision, softmax.

Weights come in Keras' order and layout. Keras keeps the gates of an LSTM as i, f, g, o and those of a GRU as
z, r, h; ONNX wants i, o, f, g and z, r, h, transposed, with the biases of input and state in one row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.bundle.layout import PROBABILITIES, ROW, Array, Family, Layout, Node, Sizes, fixed, op
from signalcli.errors import UsageError

GATES = {"rnn": (0,), "lstm": (0, 3, 1, 2), "gru": (0, 1, 2)}  # ONNX' order, as numbers of Keras' gates
OPERATORS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}

# Decide the shape, which the weights show, or training alone. Anything else must have its default.
SHAPE = {"cell", "units", "layers", "bidirectional", "channels"}
TRAINING = {
    *("epochs", "batch_size", "learning_rate", "schedule", "patience", "validation_fraction", "overlap"),
    *("optimizer", "momentum", "nesterov", "decay", "clipnorm", "clipvalue", "global_clipnorm"),
    *("class_weight", "dropout", "recurrent_dropout", "layer_dropout", "unit_forget_bias", "unroll"),
    *("kernel_initializer", "recurrent_initializer", "bias_initializer", "kernel_regularizer"),
    *("recurrent_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint"),
    *("recurrent_constraint", "bias_constraint", "random_state"),
}


def _refuse_unknown(estimator: Any) -> None:
    """An option that this file does not know may change what is computed."""
    defaults = type(estimator)().get_params()
    changed = [k for k, v in estimator.get_params().items() if k not in SHAPE | TRAINING and v != defaults[k]]
    if estimator.cell not in GATES:
        changed.insert(0, "cell")
    if changed:
        option = changed[0]
        raise UsageError(
            "BUNDLE-MODEL",
            f"a network with {option}={getattr(estimator, option)} cannot be saved; --save knows the cells "
            f"{', '.join(GATES)} without it",
        )


def _layers(estimator: Any) -> list[tuple[np.ndarray, ...]]:
    """Kernel, recurrent kernel and bias of each direction of each layer."""
    _refuse_unknown(estimator)
    arrays = estimator.weights_[:-2]
    return [tuple(arrays[i : i + 3]) for i in range(0, len(arrays), 3)]


def _sizes(estimator: Any) -> Sizes:
    directions = 1 + bool(estimator.bidirectional)
    units = [int(recurrent.shape[0]) for _, recurrent, _ in _layers(estimator)[::directions]]
    return {
        "timesteps": estimator.n_features_in_ // estimator.channels,
        "units": units,
        "directions": directions,
    }


def _arrays(estimator: Any) -> dict[str, np.ndarray]:
    directions = 1 + bool(estimator.bidirectional)
    layers = _layers(estimator)
    found = {"mean": estimator.scale_.mean, "deviation": estimator.scale_.deviation}
    for start in range(0, len(layers), directions):
        parts = [_onnx(estimator.cell, *layer) for layer in layers[start : start + directions]]
        for name, both in zip(("W", "R", "B"), zip(*parts, strict=True), strict=True):
            found[f"{name}{start // directions}"] = np.stack(both).astype("float32")
    head, bias = estimator.weights_[-2:]
    return found | {"head": head.astype("float32"), "head_bias": bias.astype("float32")[np.newaxis]}


def _onnx(
    cell: str, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W (gates·units, inputs), R (gates·units, units) and B (2·gates·units) as ONNX wants them."""
    both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    return _ordered(cell, kernel).T, _ordered(cell, recurrent).T, _ordered(cell, both).ravel()


def _ordered(cell: str, array: np.ndarray) -> np.ndarray:
    gates = np.split(array, len(GATES[cell]), axis=-1)
    return np.concatenate([gates[k] for k in GATES[cell]], axis=-1)


def _layout(cell: str, sizes: Sizes, features: int, classes: int) -> Layout:
    timesteps, units, directions = sizes["timesteps"], sizes["units"], sizes["directions"]
    channels = features // timesteps
    outputs = 1 if classes == 2 else classes
    widths = [channels, *(directions * n for n in units)]
    nodes = [
        op("Reshape", f"{ROW} window_shape", "windows"),
        op("Sub", "windows mean", "centred"),
        op("Div", "centred deviation", "scaled"),
        op("Cast", "scaled", "single", to=1),
        op("Transpose", "single", "x0", perm=[1, 0, 2]),
        *(node for k in range(len(units)) for node in _layer(cell, units[k], directions, k, len(units))),
        op("MatMul", "state head", "product"),
        op("Add", "product head_bias", "logits"),
        op("Cast", "logits", "logits_double", to=11),
        op("MatMul", "logits_double of_class", "of_classes"),
        op("Softmax", "of_classes", PROBABILITIES, axis=1),
    ]
    arrays = {
        "window_shape": fixed([-1, timesteps, channels], "int64"),
        "mean": Array("float64", (channels,)),
        "deviation": Array("float64", (channels,)),
        "of_class": fixed(np.eye(classes)[classes - outputs :]),
        "state_shape": fixed([-1, widths[-1]], "int64"),
        "head": Array("float32", (widths[-1], outputs)),
        "head_bias": Array("float32", (1, outputs)),
    }
    for k, n in enumerate(units):
        columns = len(GATES[cell]) * n
        arrays[f"W{k}"] = Array("float32", (directions, columns, widths[k]))
        arrays[f"R{k}"] = Array("float32", (directions, columns, n))
        arrays[f"B{k}"] = Array("float32", (directions, 2 * columns))
        if k + 1 < len(units):
            arrays[f"shape{k}"] = fixed([timesteps, -1, widths[k + 1]], "int64")
    return Layout(nodes, arrays, features, classes)


def _layer(cell: str, units: int, directions: int, k: int, count: int) -> list[Node]:
    """One layer; all but the last hand on what they say at each step, the last its final state."""
    attributes: dict[str, Any] = {"hidden_size": units}
    attributes |= {"direction": "bidirectional"} if directions == 2 else {}
    attributes |= {"linear_before_reset": 1} if cell == "gru" else {}
    layer = op(OPERATORS[cell], f"x{k} W{k} R{k} B{k}", f"said{k} final{k}", **attributes)
    if k + 1 < count:
        turned = op("Transpose", f"said{k}", f"turned{k}", perm=[0, 2, 1, 3])
        return [layer, turned, op("Reshape", f"turned{k} shape{k}", f"x{k + 1}")]
    turned = op("Transpose", f"final{k}", "turned_state", perm=[1, 0, 2])
    return [layer, turned, op("Reshape", "turned_state state_shape", "state")]


def _family(cell: str) -> Family:
    def layout(sizes: Sizes, features: int, classes: int) -> Layout:
        return _layout(cell, sizes, features, classes)

    return Family(_sizes, _arrays, layout, LIMITS, 1e-6)


LIMITS = {"timesteps": 4_096, "units": 4_096, "directions": 2}
RECURRENT = {cell: _family(cell) for cell in GATES}
