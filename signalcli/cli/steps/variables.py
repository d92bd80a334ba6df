"""Variables of the environment that look like settings of signalcli and are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from signalcli.cli.commands import VERBS, load

PREFIX = "SIGNALCLI_"


def unknown_variables() -> dict[str, str]:
    """Return the variables that no option reads, each with the nearest one that exists; empty if none is."""
    given = [name for name in os.environ if name.startswith(PREFIX)]
    known = set(_variables()) if given else set()
    return {name: next(iter(get_close_matches(name, known, n=1)), "") for name in given if name not in known}


def _variables() -> Iterator[str]:
    """Yield the variable of every option of every verb."""
    for verb in VERBS:
        command = load(verb)
        inner = getattr(command, "commands", {})
        yield from _of_command(command, f"{PREFIX}{verb.upper()}")
        for name, one in inner.items():
            yield from _of_command(one, f"{PREFIX}{verb.upper()}_{name.upper().replace('-', '_')}")


def _of_command(command: Any, prefix: str) -> Iterator[str]:
    for parameter in command.params:
        named = parameter.envvar
        yield from [named] if isinstance(named, str) else named or [f"{prefix}_{parameter.name.upper()}"]
