"""The environment variable of an option, and whether its value came from there."""

from __future__ import annotations

import typer

from signalcli.config.option import Setting


def from_environment(context: typer.Context, one: Setting) -> bool:
    """Whether the value of a setting came from its variable."""
    source = context.get_parameter_source(one.parameter)
    return source is not None and source.name == "ENVIRONMENT"


def variable(context: typer.Context, one: Setting) -> str:
    """Return the name of the variable."""
    return one.option.env or f"{context.auto_envvar_prefix}_{one.parameter.upper()}"
