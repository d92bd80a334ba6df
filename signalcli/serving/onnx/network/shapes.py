"""Layers and array shapes of a network, from the parameters of its graph."""

from __future__ import annotations

from signalcli.models.neural.architecture import GATES
from signalcli.serving.onnx.graph import Params
from signalcli.serving.onnx.network.layer import RecurrentLayer


def recurrent_layers(params: Params, features: int) -> list[RecurrentLayer]:
    """The recurrent layers, first to last."""
    timesteps, directions = params["timesteps"], 1 + params["bidirectional"]
    widths = [features // timesteps, *(directions * n for n in params["units"])]
    names = ("cell", "activation", "recurrent_activation", "reset_after")
    common = {name: params[name] for name in names}
    return [
        RecurrentLayer(**common, directions=directions, timesteps=timesteps, inputs=widths[k], units=n)
        for k, n in enumerate(params["units"])
    ]


def feedforward_shapes(params: Params, features: int, classes: int) -> dict[str, tuple[int, ...]]:
    """Shapes of all arrays that are not of recurrent layers, by Keras's names; biases are rows."""
    shapes: dict[str, tuple[int, ...]] = {}
    time, width = params["timesteps"], features // params["timesteps"]
    if params["cell"] in GATES:
        time, width = 1, params["units"][-1] * (1 + params["bidirectional"])
    for k, n in enumerate(params["units"] if params["cell"] not in GATES else []):
        conv = params["cell"] == "conv"
        kernel = (params["kernel_size"], width, n) if conv else (time * width, n)
        shapes |= {f"{params['cell']}_{k}/kernel": kernel, f"{params['cell']}_{k}/bias": (1, n)}
        time, width = -(-time // params["pool_size"]) if conv else 1, n
    width *= time
    outputs = 1 if classes == 2 else classes
    names = [*(f"dense_{k}" for k in range(len(params["dense"]))), "head"]
    for name, n in zip(names, [*params["dense"], outputs], strict=True):
        shapes |= {f"{name}/kernel": (width, n), f"{name}/bias": (1, n)}
        width = n
    return shapes
