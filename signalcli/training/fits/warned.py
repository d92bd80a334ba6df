"""Python's warnings of a fit as data, so that they come back from another process, or from a cache."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

_SHOWN: dict[Any, Any] = {}  # registry of Python's warnings: one place shows a text once


class Warned(NamedTuple):
    """One warning: name of its class (``module.Class``), text, and place in the code."""

    category: str
    text: str
    file: str
    line: int


@contextmanager
def recorded() -> Iterator[list[Warned]]:
    """Collect the warnings of the block in the list, whatever filters are set; none is shown."""
    found: list[Warned] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield found
    for one in caught:
        name = f"{one.category.__module__}.{one.category.__qualname__}"
        found.append(Warned(name, str(one.message), one.filename, one.lineno))


def warn_again(recorded: Iterable[Warned]) -> None:
    """Issue warnings through the filters of this process."""
    for one in recorded:
        warnings.warn_explicit(one.text, _category(one.category), one.file, one.line, registry=_SHOWN)


def _category(name: str) -> type[Warning]:
    """The class of a name among the loaded modules, `UserWarning` without one; nothing is imported."""
    module, _, own = name.rpartition(".")
    found = getattr(sys.modules.get(module), own, None)
    return found if isinstance(found, type) and issubclass(found, Warning) else UserWarning
