"""Refuse models that cannot be saved from their settings alone, before a long walk-forward."""

from __future__ import annotations

from typing import Any

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError, printable
from signalcli.models.registry import create
from signalcli.serving.onnx.converters import family_of
from signalcli.serving.onnx.network.activations import NAMES
from signalcli.serving.onnx.own import FAMILY
from signalcli.serving.own.stored import require_writers

ACTIVATIONS = ("activation", "recurrent_activation", "dense_activation")


def refuse_unsupported(config: FitConfig) -> None:
    """Raise UsageError for a model of the config that cannot be saved."""
    for model in config.models:
        estimator = create(model, **config.settings.get(model, {}))
        if family_of(estimator) == FAMILY:
            require_writers()
        else:
            _check_estimator(estimator)


def _check_estimator(estimator: Any) -> None:
    family = family_of(estimator)
    if family == FAMILY:
        raise UsageError(
            "BUNDLE-MODEL",
            f"{printable(estimator.name)} cannot be saved as a member of an ensemble; save it alone",
        )
    if family == "network":
        for name in ACTIVATIONS:
            value = getattr(estimator, name)
            if value is not None and value not in NAMES:
                raise UsageError(
                    "BUNDLE-MODEL",
                    f"{name}={printable(value)} cannot be saved; --save knows {', '.join(NAMES)}",
                )
    if family == "ensemble":
        members = (estimator.members,) if isinstance(estimator.members, str) else estimator.members
        for member in members:
            _check_estimator(create(member, **(estimator.settings or {}).get(member, {})))
