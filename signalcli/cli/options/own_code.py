"""Code that a file or the environment names: it is refused unless the command line names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from signalcli.cli.options.environment import from_environment, variable
from signalcli.cli.options.parameters import split_owner
from signalcli.config.option import Setting
from signalcli.config.services import is_own, services_of

FILES = "files that set parameters"


def note_file(context: typer.Context, file: str, values: Mapping[str, Any], *, first: bool = False) -> None:
    """Remember the file whose values become defaults; with ``first`` it replaces another one."""
    known = context.meta.get(FILES, {})
    context.meta[FILES] = (
        {**known, **dict.fromkeys(values, file)} if first else {**dict.fromkeys(values, file), **known}
    )


def files_of_settings(context: typer.Context) -> list[str]:
    """Return the files whose values became defaults."""
    return list(dict.fromkeys(context.meta.get(FILES, {}).values()))


def refuse_code_of_others(context: typer.Context, settings: Iterable[Setting]) -> None:
    """Raise ConfigError, before anything is imported, where a file or the environment names code."""
    for one in settings:
        where = _source(context, one)
        if where is not None and one.name in _CHECKS:
            value = context.params[one.parameter] or ()
            _CHECKS[one.name](where, [value] if isinstance(value, str) else list(value))


def refuse_code_of_file(
    where: str, models: Iterable[str], values: Iterable[str], named: Iterable[str]
) -> None:
    """Raise ConfigError where a file names a model of one's own, or a member that is one.

    ``named`` are the models of the command line.
    """
    _check_models(where, [name for name in dict.fromkeys(models) if name not in set(named)])
    _check_parameters(where, [f"={value.rpartition('=')[2]}" for value in values if not _is_range(value)])


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


def _check_space(where: str, texts: list[str]) -> None:
    """A space of the environment may name a model of one's own, or members that are some."""
    pairs = [text.partition("=") for text in texts]
    owners = [split_owner(key)[0] for key, equals, _ in pairs if equals]
    refuse_code_of_file(where, owners, [values for _, _, values in pairs], ())


def _is_range(value: str) -> bool:
    """Whether the colon of a value is that of a logarithmic range."""
    return ".." in value and "," not in value


def _check_sources(where: str, texts: list[str]) -> None:
    names = [name for name in _split(texts) if is_own(name)]
    if names and services_of(tuple(texts)):
        from signalcli.data.sources.services.registry import OWN
        from signalcli.errors import printable

        OWN.refuse_unnamed(printable(where), names, ())


def _split(texts: list[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _check_trust(where: str, texts: list[str]) -> None:
    names = _split(texts)
    if names:
        from dataclasses import replace

        from signalcli.errors import printable
        from signalcli.models.registry import OWN

        replace(OWN, flag="--trust").refuse_unnamed(printable(where), names, ())


_CHECKS = {
    "plugins": _check_plugins,
    "models": _check_models,
    "settings": _check_parameters,
    "space": _check_space,
    "trust": _check_trust,
    "source": _check_sources,
}
