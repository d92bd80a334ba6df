"""A job file gives the defaults of ``run``: flag before environment before file before default."""

from __future__ import annotations

from typing import Any

import typer

from signalcli.cli.job_file import PARAMETERS, as_texts, read_job, to_toml
from signalcli.cli.options.own_code import note_file
from signalcli.config.job import SYMBOLS, sections
from signalcli.config.option import Setting

ENDING = ".toml"
OF_JOB = "symbols of a job file"
ORIGINS = {
    "COMMANDLINE": "command line",
    "ENVIRONMENT": "environment",
    "DEFAULT_MAP": "job file",
    "DEFAULT": "default",
}


def take_job(context: typer.Context, symbols: list[str] | None) -> list[str] | None:
    """Callback of the symbols: a single ``….toml`` is a job file, whose settings become the defaults."""
    if not symbols or len(symbols) > 1 or not symbols[0].endswith(ENDING):
        return symbols
    settings = read_job(symbols[0])
    named = settings.pop(SYMBOLS.key, None)
    context.meta[OF_JOB] = named is not None
    # A --spec was read before: it is a flag, so it takes precedence.
    texts = as_texts(settings)
    note_file(context, symbols[0], texts)
    context.default_map = {**texts, **(context.default_map or {})}
    return named


def is_job(context: typer.Context) -> bool:
    """Return whether the settings come from a job file."""
    return OF_JOB in context.meta


def resolved(context: typer.Context) -> str:
    """Return the settings of a run as a job file, each with the place it came from."""
    values: dict[str, Any] = {}
    remarks: dict[str, str] = {}
    for section in sections().values():
        for key, one in section.items():
            values[key], remarks[key] = _value(context, one), _origin(context, one)
    return to_toml(values, remarks)


def _value(context: typer.Context, one: Setting) -> Any:
    given = context.params[one.parameter]
    if given in (None, (), []) or one is SYMBOLS:
        return given or one.default
    if one.plain is bool or one.key == PARAMETERS:
        return given
    if one.repeatable:
        return one.checked(given)
    return one.parse(",".join(given) if one.many else given)


def _origin(context: typer.Context, one: Setting) -> str:
    if one is SYMBOLS and context.meta.get(OF_JOB):
        return ORIGINS["DEFAULT_MAP"]
    source = context.get_parameter_source(one.parameter)
    return ORIGINS.get(source.name, "") if source is not None else ""
