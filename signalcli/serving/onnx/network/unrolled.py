"""A recurrent layer with functions that ONNX' operators lack: step after step, a dozen operators a bar."""

from __future__ import annotations

from collections.abc import Sequence

from signalcli.serving.onnx.graph import Node, op
from signalcli.serving.onnx.network.activations import activation
from signalcli.serving.onnx.network.layer import Loop


def unrolled(loop: Loop, name: str, x: str, before: Sequence[str]) -> tuple[list[Node], str, list[str]]:
    """Each direction step by step; the second goes through time from its end."""
    found: list[Node] = []
    outs, lasts = [], []
    for direction in range(loop.directions):
        order = range(loop.timesteps) if direction == 0 else range(loop.timesteps - 1, -1, -1)
        made, said, last = _pass(loop, f"{name}{direction}/", (name, str(direction)), x, before, order)
        joined = [f"{said[t]}" for t in sorted(said)]
        found += [*made, Node("Concat", tuple(joined), (f"{name}{direction}/out",), {"axis": 0})]
        outs.append(f"{name}{direction}/out")
        lasts.append(last)
    if loop.directions == 1:
        return found, outs[0], lasts[0]
    both = [f"{name}last{k}" for k in range(len(lasts[0]))]
    pairs = zip(*lasts, strict=True)
    found += [Node("Concat", pair, (to,), {"axis": 0}) for pair, to in zip(pairs, both, strict=True)]
    return [*found, Node("Concat", tuple(outs), (f"{name}out",), {"axis": 2})], f"{name}out", both


def _pass(
    loop: Loop, name: str, weights: tuple[str, str], x: str, before: Sequence[str], order: Sequence[int]
) -> tuple[list[Node], dict[int, str], list[str]]:
    """One way through time: operators, the output of each step, the last state."""
    W, R, b, s = (f"{weights[0]}{part}{weights[1]}" for part in "WRbs")
    gates = [f"{name}in{t}" for t in range(loop.timesteps)]
    found = [
        op("MatMul", f"{x} {W}", f"{name}product"),
        op("Add", f"{name}product {b}", f"{name}gates"),
        Node("Split", (f"{name}gates",), tuple(gates), {"axis": 0}),
    ]
    state = list(before)
    if not state:
        found += [op("MatMul", f"{gates[0]} {weights[0]}zeros", f"{name}zero")]
        state = [f"{name}zero"] * loop.states
    said = {}
    for t in order:
        made, state = STEPS[loop.cell](loop, f"{name}{t}/", gates[t], state, (R, s))
        found += made
        said[t] = state[0]
    return found, said, state


Step = tuple[list[Node], list[str]]


def _rnn_step(loop: Loop, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    R, s = weights
    return [
        op("MatMul", f"{state[0]} {R}", f"{n}product"),
        op("Add", f"{n}product {s}", f"{n}part"),
        op("Add", f"{z} {n}part", f"{n}sum"),
        *activation(loop.activation, f"{n}sum", f"{n}h"),
    ], [f"{n}h"]


def _lstm_step(loop: Loop, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    R, s = weights
    return [
        op("MatMul", f"{state[0]} {R}", f"{n}product"),
        op("Add", f"{n}product {s}", f"{n}part"),
        op("Add", f"{z} {n}part", f"{n}sum"),
        op("Split", f"{n}sum", f"{n}i {n}f {n}g {n}o", axis=2),
        *(node for k in "ifo" for node in activation(loop.gate, f"{n}{k}", f"{n}{k}_gate")),
        *activation(loop.activation, f"{n}g", f"{n}g_new"),
        op("Mul", f"{n}f_gate {state[1]}", f"{n}kept"),
        op("Mul", f"{n}i_gate {n}g_new", f"{n}added"),
        op("Add", f"{n}kept {n}added", f"{n}c"),
        *activation(loop.activation, f"{n}c", f"{n}a"),
        op("Mul", f"{n}o_gate {n}a", f"{n}h"),
    ], [f"{n}h", f"{n}c"]


def _gru_step(loop: Loop, n: str, z: str, state: list[str], weights: tuple[str, str]) -> Step:
    """``h = z · h + (1 - z) · new``, as new + z · (h - new)."""
    return [
        op("Split", z, f"{n}zx {n}rx {n}hx", axis=2),
        *(_reset_after if loop.reset_after else _reset_before)(loop, n, state[0], weights),
        *activation(loop.activation, f"{n}new_sum", f"{n}new"),
        op("Sub", f"{state[0]} {n}new", f"{n}back"),
        op("Mul", f"{n}z_gate {n}back", f"{n}kept"),
        op("Add", f"{n}new {n}kept", f"{n}h"),
    ], [f"{n}h"]


def _gate(loop: Loop, n: str, k: str) -> list[Node]:
    return [
        op("Add", f"{n}{k}x {n}{k}u", f"{n}{k}_sum"),
        *activation(loop.gate, f"{n}{k}_sum", f"{n}{k}_gate"),
    ]


def _gates(loop: Loop, n: str, h: str, weights: tuple[str, str], third: str) -> list[Node]:
    """Both gates; ``third`` names the state's product for the candidate."""
    R, s = weights
    return [
        op("MatMul", f"{h} {R}", f"{n}product"),
        op("Add", f"{n}product {s}", f"{n}u"),
        op("Split", f"{n}u", f"{n}zu {n}ru {third}", axis=2),
        *_gate(loop, n, "z"),
        *_gate(loop, n, "r"),
    ]


def _reset_after(loop: Loop, n: str, h: str, weights: tuple[str, str]) -> list[Node]:
    return [
        *_gates(loop, n, h, weights, f"{n}hu"),
        op("Mul", f"{n}r_gate {n}hu", f"{n}reset"),
        op("Add", f"{n}hx {n}reset", f"{n}new_sum"),
    ]


def _reset_before(loop: Loop, n: str, h: str, weights: tuple[str, str]) -> list[Node]:
    """The state is reset first, so its part of the candidate is a product of its own."""
    R, s = weights
    return [
        *_gates(loop, n, h, weights, f"{n}unused"),
        op("Mul", f"{n}r_gate {h}", f"{n}reset"),
        op("MatMul", f"{n}reset {R}", f"{n}again"),
        op("Add", f"{n}again {s}", f"{n}again_part"),
        op("Split", f"{n}again_part", f"{n}unused_z {n}unused_r {n}hu", axis=2),
        op("Add", f"{n}hx {n}hu", f"{n}new_sum"),
    ]


STEPS = {"rnn": _rnn_step, "lstm": _lstm_step, "gru": _gru_step}
