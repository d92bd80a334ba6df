"""The environment variable of an option, and whether its value came from there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import typer

from signalcli.cli.console import console
from signalcli.config.option import Setting


def from_environment(context: typer.Context, one: Setting) -> bool:
    """Whether the value of a setting came from its variable."""
    source = context.get_parameter_source(one.parameter)
    return source is not None and source.name == "ENVIRONMENT"


def variable(context: typer.Context, one: Setting) -> str:
    """Return the name of the variable."""
    return one.option.env or f"{context.auto_envvar_prefix}_{one.parameter.upper()}"


def variables_of(command: Any, prefix: str) -> Iterator[str]:
    """Yield the variable of every option of a command."""
    for parameter in command.params:
        named = parameter.envvar
        yield from [named] if isinstance(named, str) else named or [f"{prefix}_{parameter.name.upper()}"]


def warn_of_unknown_variables(context: typer.Context) -> None:
    """Name the variables that are written like an option of the running verb and are none."""
    prefix = str(context.auto_envvar_prefix)
    given = sorted(name for name in os.environ if name.startswith(f"{prefix}_"))
    known = set(variables_of(context.command, prefix)) if given else set()
    for name in [name for name in given if name not in known]:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "unset it"
        console.warn(f"{name} sets no option and is left out; {hint}")
