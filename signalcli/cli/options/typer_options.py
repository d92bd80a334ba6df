"""Settings as options of typer. Every value arrives as text, or true or false, and is parsed by its field."""

from __future__ import annotations

from inspect import Parameter
from typing import Annotated, Any, Literal, get_origin

import typer

from signalcli.cli.options.complete import completer
from signalcli.config.option import Setting

WIDEST = 28  # characters of the column of flags in the help


def option(one: Setting, heading: str, *, hidden: bool) -> Parameter:
    """Return the parameter of which typer makes the option of a setting; ``hidden`` ones need --help-all."""
    several = one.many or one.repeatable or one.element is dict
    kind: Any = bool if one.plain is bool else list[str] if several else str
    info = typer.Option(
        *_flags(one),
        help=_help(one),
        metavar=None if kind is bool else _metavar(one),
        show_default=False,
        show_envvar=False,
        envvar=one.option.env or None,
        hidden=one.option.advanced or hidden,
        rich_help_panel=one.option.heading or heading,
        autocompletion=completer(one),
    )
    return _parameter(one.parameter, kind | None, info)


def override(flag: str) -> Parameter:
    """Return the parameter of a flag that changes any field by ``NAME=VALUE``; not in the help."""
    info = typer.Option(flag, help="Change a setting.", metavar="NAME=VALUE", hidden=True, show_envvar=False)
    return _parameter(flag.lstrip("-"), list[str] | None, info)


def help_all() -> Parameter:
    """Return the parameter of ``--help-all``."""
    info = typer.Option(
        "--help-all",
        help="Show all options and exit.",
        is_eager=True,
        callback=_print_help,
        rich_help_panel="General",
        show_envvar=False,
        show_default=False,
    )
    return _parameter("help_all", bool, info, default=False)


def _print_help(context: typer.Context, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        context.meta["help_all"] = True
        typer.echo(context.get_help())
        raise typer.Exit


def _parameter(name: str, kind: Any, info: Any, default: Any = None) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info])


def _flags(one: Setting) -> tuple[str, ...]:
    """A flag of a truth value has its opposite, so that it can be taken back from a job file."""
    if one.plain is not bool:
        return one.flags
    long = next(flag for flag in one.flags if flag.startswith("--"))
    return f"{long}/--no-{long[2:]}", *(flag for flag in one.flags if flag != long)


def _metavar(one: Setting) -> str:
    if one.option.metavar:
        return one.option.metavar
    if get_origin(one.element) is Literal:
        return _choices(one) if _are_few(one) else "NAME"
    return {int: "N", float: "X"}.get(one.element, "TEXT")


def _choices(one: Setting) -> str:
    return "|".join(one.choices)


def _are_few(one: Setting) -> bool:
    """Whether the choices fit into the column of flags."""
    return len(f"{one.flags[0]} {_choices(one)}") <= WIDEST


def _help(one: Setting) -> str:
    """Return the help with the choices, where the metavar does not show them, and the default."""
    listed = get_origin(one.element) is Literal and not _are_few(one)
    remarks = [_choices(one)] * listed + [f"default: {one.text(one.default)}"] * _has_default(one)
    return f"{one.option.help}  [{'; '.join(remarks)}]" if remarks else one.option.help


def _has_default(one: Setting) -> bool:
    return one.plain is not bool and one.default not in (None, "", (), {}, "-")
