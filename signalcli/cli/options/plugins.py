"""Plug-ins that a file or the environment names: they are refused unless the command line names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

PARAMETER = "plugin"
FILE = "file that names plug-ins"


def note_file(context: typer.Context, file: str, values: Mapping[str, Any], *, first: bool = False) -> None:
    """Remember the file whose plug-ins become the default; with ``first`` it replaces another one."""
    if PARAMETER in values and (first or FILE not in context.meta):
        context.meta[FILE] = file


def refuse_plugins_of_others(context: typer.Context) -> None:
    """Raise ConfigError, before anything is imported, where plug-ins come from a file or the environment."""
    where = _source(context)
    if where is None:
        return
    names = [name.strip() for text in context.params[PARAMETER] for name in text.split(",") if name.strip()]
    if names:
        from signalcli.errors import printable
        from signalcli.features.plugins import refuse_unnamed

        refuse_unnamed(printable(where), names, ())


def _source(context: typer.Context) -> str | None:
    """Name of the file or variable with the plug-ins; None where the command line names them, or nothing."""
    source = context.get_parameter_source(PARAMETER)
    if source is not None and source.name == "ENVIRONMENT":
        return f"{context.auto_envvar_prefix}_{PARAMETER.upper()}"
    return context.meta.get(FILE, "a file") if source is not None and source.name == "DEFAULT_MAP" else None
