"""A recurrent layer whose functions ONNX's operators lack, unrolled: about a dozen operators a bar."""

from __future__ import annotations

from collections.abc import Sequence

from signalcli.serving.onnx.graph import Node, op
from signalcli.serving.onnx.network.activations import activate
from signalcli.serving.onnx.network.layer import RecurrentLayer

LayerNodes = tuple[list[Node], str, list[str]]
"""Operators of a layer, the name of its outputs, and the names of its last state."""


def unroll(layer: RecurrentLayer, name: str, x: str, initial: Sequence[str]) -> LayerNodes:
    """Each direction step by step; the second one runs backward through time."""
    nodes: list[Node] = []
    outs, lasts = [], []
    for direction in range(layer.directions):
        steps, outputs, last = _run(layer, name, direction, x, initial)
        outs.append(f"{name}{direction}/out")
        lasts.append(last)
        nodes += [*steps, Node("Concat", tuple(outputs), (outs[-1],), {"axis": 0})]
    if layer.directions == 1:
        return nodes, outs[0], lasts[0]
    both = [f"{name}last{k}" for k in range(len(lasts[0]))]
    pairs = zip(*lasts, strict=True)
    nodes += [Node("Concat", pair, (to,), {"axis": 0}) for pair, to in zip(pairs, both, strict=True)]
    return [*nodes, Node("Concat", tuple(outs), (f"{name}out",), {"axis": 2})], f"{name}out", both


def _run(
    layer: RecurrentLayer, name: str, direction: int, x: str, initial: Sequence[str]
) -> tuple[list[Node], list[str], list[str]]:
    """One direction: operators, the output of each time step, the last state."""
    n, (W, R, b, s) = f"{name}{direction}/", (f"{name}{part}{direction}" for part in "WRbs")
    gates = [f"{n}in{t}" for t in range(layer.timesteps)]
    nodes = [
        op("MatMul", f"{x} {W}", f"{n}product"),
        op("Add", f"{n}product {b}", f"{n}gates"),
        Node("Split", (f"{n}gates",), tuple(gates), {"axis": 0}),
    ]
    state = list(initial)
    if not state:
        nodes += [op("MatMul", f"{gates[0]} {name}zeros", f"{n}zero")]
        state = [f"{n}zero"] * layer.states
    outputs = [""] * layer.timesteps
    for t in range(layer.timesteps) if direction == 0 else range(layer.timesteps - 1, -1, -1):
        step, state = STEPS[layer.cell](layer, f"{n}{t}/", gates[t], state, (R, s))
        nodes += step
        outputs[t] = state[0]
    return nodes, outputs, state


Step = tuple[list[Node], list[str]]
"""Operators of one step, and the names of its state."""


def _sum_gates(n: str, z: str, h: str, weights: tuple[str, str]) -> list[Node]:
    """Inputs ``z`` plus the state's part of the gates, written to ``sum``."""
    R, s = weights
    return [
        op("MatMul", f"{h} {R}", f"{n}product"),
        op("Add", f"{n}product {s}", f"{n}part"),
        op("Add", f"{z} {n}part", f"{n}sum"),
    ]


def _rnn_step(layer: RecurrentLayer, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    return [
        *_sum_gates(n, z, state[0], weights),
        *activate(layer.activation, f"{n}sum", f"{n}h"),
    ], [f"{n}h"]


def _lstm_step(layer: RecurrentLayer, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    return [
        *_sum_gates(n, z, state[0], weights),
        op("Split", f"{n}sum", f"{n}i {n}f {n}g {n}o", axis=2),
        *(node for k in "ifo" for node in activate(layer.recurrent_activation, f"{n}{k}", f"{n}{k}_gate")),
        *activate(layer.activation, f"{n}g", f"{n}g_new"),
        op("Mul", f"{n}f_gate {state[1]}", f"{n}kept"),
        op("Mul", f"{n}i_gate {n}g_new", f"{n}added"),
        op("Add", f"{n}kept {n}added", f"{n}c"),
        *activate(layer.activation, f"{n}c", f"{n}a"),
        op("Mul", f"{n}o_gate {n}a", f"{n}h"),
    ], [f"{n}h", f"{n}c"]


def _gru_step(layer: RecurrentLayer, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    """``h = z · h + (1 - z) · new``, computed as new + z · (h - new)."""
    return [
        op("Split", z, f"{n}zx {n}rx {n}hx", axis=2),
        *(_reset_after if layer.reset_after else _reset_before)(layer, n, state[0], weights),
        *activate(layer.activation, f"{n}new_sum", f"{n}new"),
        op("Sub", f"{state[0]} {n}new", f"{n}back"),
        op("Mul", f"{n}z_gate {n}back", f"{n}kept"),
        op("Add", f"{n}new {n}kept", f"{n}h"),
    ], [f"{n}h"]


def _gates(layer: RecurrentLayer, n: str, h: str, weights: tuple[str, str], candidate: str) -> list[Node]:
    """Update and reset gate; ``candidate`` names the state's part of the candidate."""
    R, s = weights
    return [
        op("MatMul", f"{h} {R}", f"{n}product"),
        op("Add", f"{n}product {s}", f"{n}u"),
        op("Split", f"{n}u", f"{n}zu {n}ru {candidate}", axis=2),
        *_gate(layer, n, "z"),
        *_gate(layer, n, "r"),
    ]


def _gate(layer: RecurrentLayer, n: str, k: str) -> list[Node]:
    return [
        op("Add", f"{n}{k}x {n}{k}u", f"{n}{k}_sum"),
        *activate(layer.recurrent_activation, f"{n}{k}_sum", f"{n}{k}_gate"),
    ]


def _reset_after(layer: RecurrentLayer, n: str, h: str, weights: tuple[str, str]) -> list[Node]:
    """The reset gate multiplies the state's part of the candidate."""
    return [
        *_gates(layer, n, h, weights, f"{n}hu"),
        op("Mul", f"{n}r_gate {n}hu", f"{n}reset"),
        op("Add", f"{n}hx {n}reset", f"{n}new_sum"),
    ]


def _reset_before(layer: RecurrentLayer, n: str, h: str, weights: tuple[str, str]) -> list[Node]:
    """The reset gate multiplies the state, so its part of the candidate needs a product of its own."""
    R, s = weights
    return [
        *_gates(layer, n, h, weights, f"{n}unused"),
        op("Mul", f"{n}r_gate {h}", f"{n}reset"),
        op("MatMul", f"{n}reset {R}", f"{n}again"),
        op("Add", f"{n}again {s}", f"{n}again_part"),
        op("Split", f"{n}again_part", f"{n}unused_z {n}unused_r {n}hu", axis=2),
        op("Add", f"{n}hx {n}hu", f"{n}new_sum"),
    ]


STEPS = {"rnn": _rnn_step, "lstm": _lstm_step, "gru": _gru_step}
