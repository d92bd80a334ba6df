"""A fitted network's numbers, under the names of its graph.

Weights come in Keras' order and layout, named by `signalcli.models.neural.architecture.weights`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.serving.onnx.graph import Sizes
from signalcli.serving.onnx.network import recurrent as graph_loops
from signalcli.serving.onnx.network.layer import GATES, Loop
from signalcli.serving.onnx.network.shapes import loops, plain_shapes


def described(estimator: Any) -> Any:
    """The network as `signalcli.models.neural.architecture` describes it."""
    outputs = 1 if len(estimator.classes_) == 2 else len(estimator.classes_)
    return estimator.network(estimator.n_features_in_ // estimator.channels, outputs)


def numbers_of(estimator: Any, sizes: Sizes) -> dict[str, np.ndarray]:
    """Numbers by name."""
    from signalcli.models.neural.architecture import weights

    network = described(estimator)
    classes = len(estimator.classes_)
    found = {"mean": estimator.scale_.mean, "deviation": estimator.scale_.deviation}
    for number, member in enumerate(estimator.members_):
        named = dict(zip((w.name for w in weights(network)), member.weights, strict=True))
        found |= _of_one(f"net{number}/", sizes, estimator.n_features_in_, classes, named)
    return found


def _of_one(
    net: str, sizes: Sizes, features: int, classes: int, named: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The numbers of one network; where it has no constants, zeros stand for them."""
    found: dict[str, np.ndarray] = {}
    if sizes["cell"] in GATES:
        for k, loop in enumerate(loops(sizes, features)):
            found |= graph_loops.arrays(
                loop, f"{net}layer{k}/", _directions(loop, f"{sizes['cell']}_{k}", named)
            )
    for name, shape in plain_shapes(sizes, features, classes).items():
        found[f"{net}{name}"] = named.get(name, np.zeros(shape)).reshape(shape)
    return {name: numbers.astype("float32") for name, numbers in found.items()}


def _directions(loop: Loop, name: str, named: dict[str, np.ndarray]) -> list[tuple[np.ndarray, ...]]:
    """Kernel, recurrent kernel and both biases of each direction of a layer."""
    found: list[tuple[np.ndarray, ...]] = []
    for direction in ("forward", "backward")[: loop.directions]:
        kernel, recurrent = named[f"{name}/{direction}/kernel"], named[f"{name}/{direction}/recurrent_kernel"]
        bias = named.get(f"{name}/{direction}/bias", np.zeros(loop.columns))
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        found.append((kernel, recurrent, both))
    return found
