"""Which settings fill each argument of a verb: a config is built from the options of its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from signalcli.config.base import Config
from signalcli.config.option import Setting, setting, settings_of

NOTHING: dict[str, Any] = {}  # default of a `Given` argument
SETTINGS = "settings"  # the field that holds parameters by model or by process


class Only:
    """Marks a config of which a verb has only these options; the other fields keep their defaults."""

    def __init__(self, *names: str) -> None:
        self.names = names


class Given:
    """Marks a dict argument: of these fields of a config, those that the user has set."""

    def __init__(self, config: type[Config], *names: str) -> None:
        self.config, self.names = config, names


@dataclass(frozen=True)
class Slot:
    """One argument of a verb.

    Parameters
    ----------
    name : str
        Name of the argument.
    heading : str
        Heading of its options in the help.
    settings : tuple of Setting
        The settings it is made of.
    build : callable
        Makes the argument of the values that the user has set, by field.
    override : str
        Flag that changes any field by ``NAME=VALUE``; empty without one.
    """

    name: str
    heading: str
    settings: tuple[Setting, ...]
    build: Callable[[Mapping[str, Any]], Any]
    override: str = ""

    def has(self, field: str) -> bool:
        """Whether a field of this name is among the settings."""
        return any(s.name == field for s in self.settings)

    def default(self, field: str) -> Any:
        """Return the default of a field."""
        return next(s.default for s in self.settings if s.name == field)


def slots_of(function: Callable[..., Any]) -> tuple[list[Slot], list[Parameter]]:
    """Return the slots of a verb, and the parameters that typer fills by itself."""
    hints = get_type_hints(function, include_extras=True)
    slots: list[Slot] = []
    plain: list[Parameter] = []
    for name, parameter in signature(function).parameters.items():
        slot = _slot(name, hints[name], parameter.default)
        if slot is None:
            plain.append(parameter.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY))
        else:
            slots.append(slot)
    return slots, plain


def _slot(name: str, hint: Any, default: Any) -> Slot | None:
    kind, marks = (get_args(hint)[0], get_args(hint)[1:]) if get_origin(hint) is Annotated else (hint, ())
    for mark in marks:
        if isinstance(mark, Given):
            chosen = tuple(s for s in settings_of(mark.config) if s.name in mark.names)
            return Slot(name, mark.config.heading, chosen, dict)
    if isinstance(kind, type) and issubclass(kind, Config):
        names = next((mark.names for mark in marks if isinstance(mark, Only)), None)
        return _config_slot(name, default if isinstance(default, Config) else kind(), names)
    one = setting(name, hint, default)
    return one and Slot(name, "Options", (one,), lambda values: values.get(name, default))


def _config_slot(name: str, base: Config, chosen: tuple[str, ...] | None) -> Slot:
    settings = tuple(
        s._replace(default=getattr(base, s.name))
        for s in settings_of(type(base))
        if chosen is None or s.name in chosen
    )
    override = base.override_flag if chosen is None else ""
    return Slot(name, base.heading, settings, lambda values: replace(base, **values), override)
