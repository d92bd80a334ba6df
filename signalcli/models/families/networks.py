"""The neural networks by name; their classes are in `signalcli.models.neural`."""

from __future__ import annotations

from typing import Any

from signalcli.models.entry import ModelEntry
from signalcli.models.neural.parameters import NetworkParameters


def _classifier(cell: str, summary: str, aliases: tuple[str, ...] = ()) -> ModelEntry:
    """Many-to-one, because a row has one direction."""
    preset = {"cell": cell, "sequence": False}
    return _network("neural.classifier:NetworkClassifier", summary, preset, aliases)


def _forecaster(cell: str, summary: str, **preset: Any) -> ModelEntry:
    """The window is scaled before the model, and values have no classes."""
    preset = {"cell": cell, "scale": "none", "class_weight": None, **preset}
    return _network("neural.regressor:NetworkRegressor", summary, preset)


def _network(target: str, summary: str, preset: dict[str, Any], aliases: tuple[str, ...] = ()) -> ModelEntry:
    return ModelEntry(
        NetworkParameters, "network", "sequence", summary, preset, "tensorflow", aliases, target
    )


MODELS = {
    "rnn": _classifier("rnn", "simple recurrent network, many-to-one"),
    "lstm": _classifier("lstm", "long short-term memory, many-to-one"),
    "gru": _classifier("gru", "gated recurrent unit, many-to-one"),
    "conv": _classifier("conv", "convolution over the window, pooling, dense", ("cnn",)),
    "mlp": _classifier("mlp", "dense layers over the window"),
}
FORECASTERS = {
    "rnn": _forecaster("rnn", "simple recurrent network"),
    "lstm": _forecaster("lstm", "long short-term memory"),
    "gru": _forecaster("gru", "gated recurrent unit"),
    "conv": _forecaster("conv", "convolution over the window", sequence=False),
    "mlp": _forecaster("mlp", "dense layers over the window", sequence=False),
}
