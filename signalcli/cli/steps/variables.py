"""Variables of the environment that look like settings of signalcli and are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches

from signalcli.cli.commands import VERBS, load
from signalcli.cli.options.environment import variables_of

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
        yield from variables_of(command, f"{PREFIX}{verb.upper()}")
        for name, one in inner.items():
            yield from variables_of(one, f"{PREFIX}{verb.upper()}_{name.upper().replace('-', '_')}")
