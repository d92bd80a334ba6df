"""An option is a field: help, flag, unit, choices and bounds of a setting stand on the field that holds it.

A config is a frozen dataclass whose fields are annotated with `Option`. From these annotations come the flags
of the command line and their headings, the keys of a job file, the environment variables, the example of
``job init`` and the reference in ``docs/``. Standard library only: importing this must stay cheap.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
from dataclasses import dataclass
from keyword import iskeyword
from numbers import Integral, Real
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from signalcli.errors import UsageError, printable

LARGEST = 1e15  # a larger magnitude is a typing error in every setting there is
LONGEST = 4096  # characters of a value that is text
WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True)
class Option:
    """What a setting needs to be typed, checked and explained.

    Parameters
    ----------
    help : str
        One line: a noun or an imperative, with the unit.
    flags : tuple of str
        Flags; the first one names the setting. None means ``--field-name``.
    metavar : str
        Placeholder of the value in the help; derived from the type when empty.
    choices : tuple of str
        Allowed values of text, or of each element of a tuple of text.
    minimum, maximum : float or None
        Bounds, included.
    above, below : float or None
        Bounds, excluded.
    advanced : bool
        Shown by ``--help-all`` only.
    heading : str
        Heading in the help; the one of the class when empty.
    key : str
        Key in a job file; the name of the flag when empty. ``-`` keeps it out of job files.
    complete : str
        What the shell completes: ``models``, ``files`` and the like (`signalcli.cli.options.complete`).
    env : str
        Environment variable, where it cannot be derived from the flag.
    writes : bool
        Whether the value names a file that is written; it must be none that is read.
    """

    help: str
    flags: tuple[str, ...] = ()
    metavar: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    advanced: bool = False
    heading: str = ""
    key: str = ""
    complete: str = ""
    env: str = ""
    writes: bool = False


class Setting(NamedTuple):
    """A field with its option: what the shell, the job file and the checks read."""

    name: str
    kind: Any
    option: Option
    default: Any

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags as they are typed."""
        return self.option.flags or (f"--{self.name.replace('_', '-')}",)

    @property
    def parameter(self) -> str:
        """Name on the command line and in the environment: the first flag in snake case."""
        name = self.flags[0].lstrip("-").replace("-", "_")
        return self.name if iskeyword(name) else name

    @property
    def key(self) -> str:
        """Key in a job file."""
        return self.option.key or self.parameter

    @property
    def optional(self) -> bool:
        """Whether None is a value."""
        return type(None) in get_args(self.kind)

    @property
    def plain(self) -> Any:
        """The type without None."""
        return self._alternatives[0]

    @property
    def repeatable(self) -> bool:
        """Whether the flag may be given several times: the value is one, or a tuple of several."""
        return len(self._alternatives) > 1

    @property
    def _alternatives(self) -> list[Any]:
        parts = get_args(self.kind) if get_origin(self.kind) is Union else (self.kind,)
        return [kind for kind in parts if kind is not type(None)]

    @property
    def element(self) -> Any:
        """Type of each element of a tuple, else of the value itself."""
        return (
            dict if get_origin(self.plain) is dict else get_args(self.plain)[0] if self.many else self.plain
        )

    @property
    def many(self) -> bool:
        """Whether the value is a tuple."""
        return get_origin(self.plain) is tuple

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values of text that are allowed; empty when any is."""
        return get_args(self.element) if get_origin(self.element) is Literal else self.option.choices

    def parse(self, text: str) -> Any:
        """Return the value of a text as it is typed: commas separate elements, a name counts once."""
        if self.optional and text.lower() == "none":
            return None
        if self.many:
            parts = [self._parsed(part.strip()) for part in text.split(",") if part.strip()]
            return self.checked(tuple(parts if self.element is float else dict.fromkeys(parts)), text)
        return self.checked(self._parsed(text.strip()), text)

    def text(self, value: Any) -> str:
        """Return a value as it is typed; `parse` reads it back."""
        if isinstance(value, bool) or value is None:
            return str(value).lower()
        return ",".join(map(self.text, value)) if isinstance(value, tuple | list) else str(value)

    def checked(self, value: Any, shown: object = None) -> Any:
        """Return the value in its exact type, or raise UsageError with what it must be."""
        if value is None and self.optional:
            return None
        if (self.many or self.repeatable) and isinstance(value, list | tuple):
            exact = tuple(self._exact(part) for part in value)
            fits = all(map(self._fits, exact)) and (self.many or len(exact) > 0)
            exact = exact[0] if self.repeatable and len(exact) == 1 else exact
        else:
            exact = self._exact(value)
            fits = not self.many and self._fits(exact)
        if not fits:
            raise self.refused(self.text(value) if shown is None else shown)
        return exact

    def refused(self, shown: object) -> UsageError:
        """Return the error for a value that is not allowed."""
        return UsageError("OPTION-VALUE", f"{self.flags[0]} {brief(shown)}: must be {self.wish}")

    @property
    def wish(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            return f"{'any of' if self.many else 'one of'} {', '.join(self.choices)}"
        noun = _NOUNS[self.element]
        words = [f"{noun[1]}, separated by commas" if self.many else noun[0], self.bounds]
        return ", ".join(filter(None, words))

    @property
    def bounds(self) -> str:
        """The bounds in words, such as ``at least 2``; empty without bounds."""
        o = self.option
        limits = (("at least", o.minimum), ("above", o.above), ("at most", o.maximum), ("below", o.below))
        return " and ".join(f"{word} {_number(limit)}" for word, limit in limits if limit is not None)

    def _parsed(self, text: str) -> Any:
        """Return one element of its type; text that is no such element stays text and is refused later."""
        if self.element is bool:
            return WORDS.get(text.lower(), text)
        if self.element in {int, float} and len(text) <= 32:
            try:
                return self.element(text)
            except ValueError:
                return text
        return text

    def _exact(self, value: Any) -> Any:
        """Numbers of NumPy become Python's, a whole number a float where one is wanted, ISO text a date."""
        if isinstance(value, Real) and not isinstance(value, bool):
            value = int(value) if isinstance(value, Integral) else float(value)
        if self.element is float and type(value) is int and abs(value) < LARGEST:
            return float(value)
        if self.element is dt.date and isinstance(value, str):
            return _date(value)
        return value.date() if self.element is dt.date and isinstance(value, dt.datetime) else value

    def _fits(self, value: Any) -> bool:
        if self.choices:
            return value in self.choices
        if type(value) is not self.element:
            return self.element is dict and isinstance(value, dict)
        if isinstance(value, str):
            return len(value) <= LONGEST
        return not isinstance(value, int | float) or isinstance(value, bool) or self._in_bounds(value)

    def _in_bounds(self, value: float) -> bool:
        o = self.option
        return (
            math.isfinite(value)
            and abs(value) < LARGEST
            and (o.minimum is None or value >= o.minimum)
            and (o.maximum is None or value <= o.maximum)
            and (o.above is None or value > o.above)
            and (o.below is None or value < o.below)
        )


_NOUNS: dict[Any, tuple[str, str]] = {
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("true or false", "true or false"),
    str: ("text", "names"),
    dt.date: ("a date such as 2024-01-31", "dates"),
    dict: ("NAME=VALUE", "NAME=VALUE"),
}


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _date(text: str) -> Any:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def brief(value: object) -> str:
    """Return foreign text on one line, escaped and cut at a readable length."""
    text = printable(str(value)[:200])
    return text if len(text) <= 100 else f"{text[:97]}…"


def setting(name: str, annotation: Any, default: Any = None) -> Setting | None:
    """Return the setting of one annotated name; None where the annotation has no option."""
    if get_origin(annotation) is not Annotated:
        return None
    kind, *marks = get_args(annotation)
    kind = Union[get_args(kind)] if isinstance(kind, types.UnionType) else kind  # noqa: UP007
    return next((Setting(name, kind, mark, default) for mark in marks if isinstance(mark, Option)), None)


def settings_of(config: type) -> tuple[Setting, ...]:
    """Return the settings of a config class, in the order of its fields."""
    if config not in _SETTINGS:
        hints = get_type_hints(config, include_extras=True)
        found = (setting(f.name, hints[f.name], _default(f)) for f in dataclasses.fields(config))
        _SETTINGS[config] = tuple(s for s in found if s is not None)
    return _SETTINGS[config]


_SETTINGS: dict[type, tuple[Setting, ...]] = {}


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default_factory() if callable(field.default_factory) else field.default
