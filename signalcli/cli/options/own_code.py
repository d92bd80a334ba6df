"""Code that a file or the environment names: it is refused unless the command line names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from signalcli.cli.options.environment import from_environment, variable
from signalcli.config.option import Setting
from signalcli.config.services import is_own, services_of

FILES = "files that set parameters"


def note_file(context: typer.Context, file: str, values: Mapping[str, Any], *, first: bool = False) -> None:
    """Remember the file whose values become defaults; with ``first`` it replaces another one."""
    known = context.meta.get(FILES, {})
    context.meta[FILES] = (
        {**known, **dict.fromkeys(values, file)} if first else {**dict.fromkeys(values, file), **known}
    )


def refuse_code_of_others(context: typer.Context, settings: Iterable[Setting]) -> None:
    """Raise ConfigError, before anything is imported, where a file or the environment names code."""
    for one in settings:
        where = _source(context, one)
        if where is not None and one.name in _CHECKS:
            value = context.params[one.parameter] or ()
            _CHECKS[one.name](where, [value] if isinstance(value, str) else list(value))


def _source(context: typer.Context, one: Setting) -> str | None:
    """Name of the file or variable with a setting; None where the command line sets it, or nothing."""
    if from_environment(context, one):
        return variable(context, one)
    source = context.get_parameter_source(one.parameter)
    from_file = source is not None and source.name == "DEFAULT_MAP"
    return context.meta.get(FILES, {}).get(one.parameter, "a file") if from_file else None


def _check_plugins(where: str, texts: list[str]) -> None:
    names = _split(texts)
    if names:
        from signalcli.errors import printable
        from signalcli.features.plugins import PLUGINS

        PLUGINS.refuse_unnamed(printable(where), names, ())


def _check_models(where: str, texts: list[str]) -> None:
    names = _split(texts)
    if any(":" in name for name in names):
        from signalcli.errors import printable
        from signalcli.models.registry import OWN

        OWN.refuse_unnamed(printable(where), names, [name for name in names if ":" not in name])


def _check_parameters(where: str, texts: list[str]) -> None:
    """Members of an ensemble may be models of one's own."""
    members = [text for text in texts if ":" in text.partition("=")[2]]
    if members:
        from dataclasses import replace

        from signalcli.errors import printable
        from signalcli.models.registry import OWN

        replace(OWN, flag="--set").refuse_unnamed(printable(where), members, ())


def _check_sources(where: str, texts: list[str]) -> None:
    names = [name for name in _split(texts) if is_own(name)]
    if names and services_of(tuple(texts)):
        from signalcli.data.sources.services.registry import OWN
        from signalcli.errors import printable

        OWN.refuse_unnamed(printable(where), names, ())


def _split(texts: list[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


_CHECKS = {
    "plugins": _check_plugins,
    "models": _check_models,
    "settings": _check_parameters,
    "source": _check_sources,
}
