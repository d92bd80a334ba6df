"""The forecasters of a value by name: class, columns read, fixed parameters. Imports no model library."""

from __future__ import annotations

from typing import Any

from signalcli.models import parameters as mixins
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.registry import Catalogue, ModelEntry


def _network(cell: str, summary: str, **preset: Any) -> ModelEntry:
    """Entry of a regressor: the window is scaled before it, and values have no classes."""
    preset = {"cell": cell, "scale": "none", "class_weight": None, **preset}
    return ModelEntry(
        "neural.regressor:NetworkRegressor", NetworkParameters, "sequence", summary, preset, "tensorflow"
    )


FORECASTERS: Catalogue = {
    "persistence": ModelEntry(
        "level_forecasters:LastValue", mixins.NoParameters, "values", "the last value again"
    ),
    "ar": ModelEntry(
        "level_forecasters:ARRegressor",
        mixins.ARRegressorParameters,
        "values",
        "AR(p) on the values, order given or chosen by AIC/BIC",
    ),
    "rnn": _network("rnn", "simple recurrent network"),
    "lstm": _network("lstm", "long short-term memory"),
    "gru": _network("gru", "gated recurrent unit"),
    "conv": _network("conv", "convolution over the window", sequence=False),
    "mlp": _network("mlp", "dense layers over the window", sequence=False),
    "tree": ModelEntry(
        "trees:TreeRegressor",
        mixins.TreeParameters,
        "sequence",
        "gradient-boosted trees (LightGBM)",
        library="lightgbm",
    ),
}
