"""The models by name: where each lives, what it reads, how it is made. Imports no model library."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from signalcli.errors import UsageError
from signalcli.models.signature import Parameter, signature

Reads = Literal["returns", "sequence", "features", "values"]


@dataclass(frozen=True)
class ModelEntry:
    """One name on the command line.

    Parameters
    ----------
    target : str
        ``module:Class`` below ``signalcli.models``, imported when the model is made.
    reads : {"returns", "sequence", "features", "values"}
        The columns it is given: ``ret_lag*``, the whole sequence block, or every feature; ``values`` are a
        window of prices as they stand, which a forecaster may read.
    preset : dict
        Arguments that the name itself fixes; they cannot be set again.
    summary : str
        One line for ``signalcli models``.
    """

    target: str
    reads: Reads
    summary: str
    preset: dict[str, Any] = field(default_factory=dict)


DIRECTION = {"sequence": False}  # a direction is said once

Catalogue = Mapping[str, ModelEntry]

MODELS: Catalogue = {
    "majority": ModelEntry("baselines:Majority", "returns", "share of each direction in the training part"),
    "persistence": ModelEntry("baselines:Persistence", "returns", "the last direction again"),
    "ar1": ModelEntry("autoregressive:ARClassifier", "returns", "AR(1), the linear baseline", {"p": 1}),
    "ar": ModelEntry("autoregressive:ARClassifier", "returns", "AR(p), order given or by AIC/BIC"),
    "logistic": ModelEntry("logistic:LogisticClassifier", "features", "logistic regression, scaled, L2"),
    "tree": ModelEntry("trees:TreeClassifier", "features", "gradient-boosted trees (LightGBM)"),
    "rnn": ModelEntry(
        "neural.classifier:NetworkClassifier",
        "sequence",
        "simple recurrent network, many-to-one",
        {"cell": "rnn"} | DIRECTION,
    ),
    "lstm": ModelEntry(
        "neural.classifier:NetworkClassifier",
        "sequence",
        "long short-term memory, many-to-one",
        {"cell": "lstm"} | DIRECTION,
    ),
    "gru": ModelEntry(
        "neural.classifier:NetworkClassifier",
        "sequence",
        "gated recurrent unit, many-to-one",
        {"cell": "gru"} | DIRECTION,
    ),
    "conv": ModelEntry(
        "neural.classifier:NetworkClassifier",
        "sequence",
        "convolution over the window, pooling, dense",
        {"cell": "conv"} | DIRECTION,
    ),
    "mlp": ModelEntry(
        "neural.classifier:NetworkClassifier",
        "sequence",
        "dense layers over the window",
        {"cell": "mlp"} | DIRECTION,
    ),
    "lstm+gru": ModelEntry(
        "meta.ensemble:Ensemble", "sequence", "lstm and gru asked together", {"members": ("lstm", "gru")}
    ),
    "ensemble": ModelEntry("meta.ensemble:Ensemble", "features", "any models asked together"),
}

# What the table decides, not the user: its columns, the shape of the sequence block, the reach of the target.
FROM_TABLE = ("channels", "columns", "horizon", "overlap", "random_state")


FEW = 10  # names that a message can hold


def entry(name: str, among: Catalogue = MODELS) -> ModelEntry:
    """Look a model up; an unknown name is a UsageError that names the nearest known ones."""
    if name not in among:
        near = get_close_matches(name, among, n=2) or list(among)
        raise UsageError("MODEL-UNKNOWN", f"no model {name!r}; did you mean {' or '.join(near)}?")
    return among[name]


def parameters(name: str, among: Catalogue = MODELS) -> list[Parameter]:
    """List the arguments of a model by reading its source, so that no model library is imported."""
    model = entry(name, among)
    return [p for p in signature(model.target) if p.name not in {*model.preset, *FROM_TABLE}]


def create(name: str, among: Catalogue = MODELS, /, **arguments: Any) -> Any:
    """Make an unfitted estimator; an unknown argument is a UsageError that names the nearest one.

    ``lstm__units=16`` is an argument of the member ``lstm`` of an ensemble.
    """
    model = entry(name, among)
    known = [p.name for p in parameters(name, among)]
    if "settings" in known:
        arguments = gathered(arguments)
        _refuse_members(name, {**{p.name: p.default for p in parameters(name)}, **model.preset, **arguments})
    for argument in arguments:
        if argument not in known and argument not in FROM_TABLE:
            near = get_close_matches(argument, known, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else _listed(known)
            raise UsageError("MODEL-PARAM", f"model {name} has no parameter {argument!r}; {hint}")
    module, class_name = model.target.split(":")
    cls = getattr(importlib.import_module(f"signalcli.models.{module}"), class_name)
    return cls(**model.preset, **arguments)


def _listed(known: list[str]) -> str:
    """All names where they are few; a network has fifty."""
    if len(known) > FEW:
        return "signalcli models lists those it has"
    return f"it has {', '.join(known)}" if known else "it has none"


def gathered(arguments: dict[str, Any]) -> dict[str, Any]:
    """``lstm__units=16`` becomes ``settings={"lstm": {"units": 16}}``."""
    own = {key: value for key, value in arguments.items() if "__" not in key}
    for key in arguments.keys() - own.keys():
        member, _, parameter = key.partition("__")
        own["settings"] = dict(own.get("settings") or {})
        own["settings"][member] = {**own["settings"].get(member, {}), parameter: arguments[key]}
    return own


def _refuse_members(name: str, arguments: dict[str, Any]) -> None:
    """An unknown member, or an argument of one that it has not, is a UsageError."""
    members, settings = arguments["members"], arguments["settings"] or {}
    members = (members,) if isinstance(members, str) else members
    if not isinstance(members, tuple | list) or not isinstance(settings, dict):
        return  # the model says at fit what is wrong
    for member, own in settings.items():
        if member not in members or set(own) & set(FROM_TABLE):
            parameter = next(iter(set(own) & set(FROM_TABLE)), next(iter(own), ""))
            what = "is not set: the table decides it" if member in members else f"no member is {member!r}"
            raise UsageError("MODEL-PARAM", f"{name}.{member}__{parameter}: {what}")
    for member in members:
        create(str(member), **settings.get(member, {}))
