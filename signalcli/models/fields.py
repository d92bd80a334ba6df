"""Model parameters as dataclass fields: default, help text and allowed values in one place.

Imports the standard library only, so that parameters can be listed without loading a model library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a model.

    Parameters
    ----------
    name, default, help
        Its name, default value and meaning.
    low, high : float or None
        Allowed numbers, both ends included; None = numbers are not checked.
    choices : tuple of str
        Allowed words, beside numbers where ``low`` is set.
    kind : str
        The annotation of the field, such as ``str | None``; empty = only range and choices are checked.
    """

    name: str
    default: Any
    help: str
    low: float | None = None
    high: float = math.inf
    choices: tuple[str, ...] = ()
    kind: str = ""

    def check(self, value: Any) -> None:
        """Raise ValueError for a value outside the range or choices, or of another type."""
        if isinstance(value, str) and value in self.choices:
            return
        self._check_type(value)
        if self.low is not None:
            self._check_number(value, self.low)
        elif self.choices:
            near = get_close_matches(str(value), self.choices, n=1)
            hint = f"did you mean {near[0]}?" if near else f"must be {' or '.join(self.choices)}"
            raise ValueError(f"{self.name}={value!r}: {hint}")

    def _check_type(self, value: Any) -> None:
        """Require true or false, or text, where the field holds nothing else: a word is not true."""
        kinds = set(self.kind.split(" | "))
        if kinds == {"bool"} and (isinstance(value, str) or value not in (True, False)):
            raise ValueError(f"{self.name}={value!r}: must be true or false")
        text = isinstance(value, str) or (value is None and "None" in kinds)
        if "str" in kinds and kinds <= {"str", "None"} and not self.choices and not text:
            raise ValueError(f"{self.name}={value!r}: must be text")

    def _check_number(self, value: Any, low: float) -> None:
        """Require a real number where the default is a float, else an integer."""
        real = isinstance(self.default, float)
        number = isinstance(value, Real if real else Integral) and not isinstance(value, bool)
        if not number or not low <= value <= self.high:
            what = "a number" if real else "a whole number"
            raise ValueError(f"{self.name}={value!r}: must be {what} from {low:g} to {self.high:g}")


def parameter(
    default: T, text: str, *, low: float | None = None, high: float = math.inf, choices: tuple[str, ...] = ()
) -> T:
    """Dataclass field of a parameter with its help text; the others as in `Parameter`."""
    described = {"help": text, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=described)


@dataclass(kw_only=True, eq=False, repr=False)
class NoParameters:
    """A model without parameters that are known here."""


def parameters_of(cls: type) -> list[Parameter]:
    """List the parameters of a dataclass, or of a model derived from one, in order of definition."""
    return [Parameter(f.name, f.default, **f.metadata, kind=str(f.type)) for f in fields(cls)]


def check_parameters(model: Any) -> None:
    """Raise ValueError for the first parameter of a model outside its range or choices.

    Called in ``fit``, because scikit-learn's estimators accept any value in ``__init__``.
    """
    for declared in parameters_of(type(model)):
        declared.check(getattr(model, declared.name))
