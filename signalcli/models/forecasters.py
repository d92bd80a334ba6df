"""The forecasters of a value by name: where each lives, what it reads. Imports no model library."""

from __future__ import annotations

from signalcli.models.registry import Catalogue, ModelEntry

# The window is scaled before it comes here, and values have no classes.
_NETWORK = {"scale": "none", "class_weight": None}
_ONCE = _NETWORK | {"sequence": False}

FORECASTERS: Catalogue = {
    "persistence": ModelEntry("level_forecasters:LastValue", "values", "the last value again"),
    "ar": ModelEntry(
        "level_forecasters:ARRegressor", "values", "AR(p) on the values, order given or by AIC/BIC"
    ),
    "rnn": ModelEntry(
        "neural.regressor:NetworkRegressor",
        "sequence",
        "simple recurrent network",
        {"cell": "rnn"} | _NETWORK,
    ),
    "lstm": ModelEntry(
        "neural.regressor:NetworkRegressor",
        "sequence",
        "long short-term memory",
        {"cell": "lstm"} | _NETWORK,
    ),
    "gru": ModelEntry(
        "neural.regressor:NetworkRegressor", "sequence", "gated recurrent unit", {"cell": "gru"} | _NETWORK
    ),
    "conv": ModelEntry(
        "neural.regressor:NetworkRegressor",
        "sequence",
        "convolution over the window",
        {"cell": "conv"} | _ONCE,
    ),
    "mlp": ModelEntry(
        "neural.regressor:NetworkRegressor",
        "sequence",
        "dense layers over the window",
        {"cell": "mlp"} | _ONCE,
    ),
    "tree": ModelEntry("trees:TreeRegressor", "sequence", "gradient-boosted trees (LightGBM)"),
}
