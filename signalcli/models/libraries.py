"""The libraries that fitting a model needs; a saved model predicts without them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from signalcli.io.libraries import is_installed, missing_libraries
from signalcli.models.entry import Catalogue
from signalcli.models.registry import MODELS, entry, resolve_members

EVERY_MODEL = "sklearn"


def fitting_libraries(
    model: str, settings: Mapping[str, Any] | None = None, among: Catalogue = MODELS
) -> list[str]:
    """Names of the libraries that are imported to fit a model, those of an ensemble's members included."""
    found = entry(model, among)
    names = [EVERY_MODEL, *([found.library] if found.library else [])]
    members = {**vars(found.parameters), **found.preset, **(settings or {})}.get("members", ())
    with contextlib.suppress(ValueError):  # no ensemble, or one that the model itself refuses
        names += [library for member in resolve_members(members) for library in fitting_libraries(member)]
    return list(dict.fromkeys(names))


def every_library(models: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Names of the libraries that fit any of the models, each with its settings."""
    return {library for model, settings in models.items() for library in fitting_libraries(model, settings)}


def with_members(model: str, settings: Mapping[str, Any]) -> list[str]:
    """A model, and the members that its settings name."""
    members: tuple[str, ...] = ()
    with contextlib.suppress(ValueError):  # which the model itself refuses
        members = resolve_members(settings["members"]) if "members" in settings else ()
    return [model, *members]


def not_installed(
    model: str, settings: Mapping[str, Any] | None = None, among: Catalogue = MODELS
) -> list[str]:
    """Names of the libraries that are not installed and without which a model cannot be fitted."""
    return [library for library in fitting_libraries(model, settings, among) if not is_installed(library)]


def require_libraries(model: str, settings: Mapping[str, Any], among: Catalogue = MODELS) -> None:
    """Raise UsageError, before the first fit, if a library that a model is fitted with is not installed."""
    if missing := not_installed(model, settings, among):
        raise missing_libraries(missing, f"fitting {model}")
