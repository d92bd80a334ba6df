"""The arrays of a network's graph: which there are, of what shape."""

from __future__ import annotations

from signalcli.serving.onnx.graph import Sizes
from signalcli.serving.onnx.network.layer import GATES, Loop


def loops(sizes: Sizes, features: int) -> list[Loop]:
    """The recurrent layers, first to last."""
    timesteps, directions = sizes["timesteps"], 1 + sizes["bidirectional"]
    widths = [features // timesteps, *(directions * n for n in sizes["units"])]
    given = (
        sizes["cell"],
        sizes["activation"],
        sizes["recurrent_activation"],
        sizes["reset_after"],
        directions,
    )
    return [Loop(*given, timesteps, widths[k], n) for k, n in enumerate(sizes["units"])]


def plain_shapes(sizes: Sizes, features: int, classes: int) -> dict[str, tuple[int, ...]]:
    """Arrays of everything but loops, by Keras' names: kernels, and constants as rows."""
    shapes: dict[str, tuple[int, ...]] = {}
    time, width = sizes["timesteps"], features // sizes["timesteps"]
    if sizes["cell"] in GATES:
        time, width = 1, sizes["units"][-1] * (1 + sizes["bidirectional"])
    for k, n in enumerate(sizes["units"] if sizes["cell"] not in GATES else []):
        conv = sizes["cell"] == "conv"
        kernel = (sizes["kernel_size"], width, n) if conv else (time * width, n)
        shapes |= {f"{sizes['cell']}_{k}/kernel": kernel, f"{sizes['cell']}_{k}/bias": (1, n)}
        time, width = -(-time // sizes["pool_size"]) if conv else 1, n
    width *= time
    outputs = 1 if classes == 2 else classes
    names = [*(f"dense_{k}" for k in range(len(sizes["dense"]))), "head"]
    for name, n in zip(names, [*sizes["dense"], outputs], strict=True):
        shapes |= {f"{name}/kernel": (width, n), f"{name}/bias": (1, n)}
        width = n
    return shapes
