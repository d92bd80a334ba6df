"""Shell completion is asked for by environment variables; a broken request is an error of usage."""

from __future__ import annotations

import os
import re

from signalcli.errors import UsageError, printable

VARIABLE = "_SIGNALCLI_COMPLETE"
_REQUEST = re.compile(r"(?P<what>source|complete)_(?P<shell>bash|zsh|fish|powershell|pwsh)")


def check_completion() -> None:
    """Raise UsageError where the variables of a completion script cannot be answered."""
    asked = os.environ.get(VARIABLE)
    if not asked:
        return
    request = _REQUEST.fullmatch(asked)
    if request is None:
        raise UsageError("COMPLETE", f"{VARIABLE}={printable(asked[:60])}: set by shells only; unset it")
    if asked == "complete_bash" and not ("COMP_WORDS" in os.environ and _is_count("COMP_CWORD")):
        raise UsageError("COMPLETE", f"{VARIABLE} needs COMP_WORDS and COMP_CWORD, set by bash; unset it")


def _is_count(variable: str) -> bool:
    return re.fullmatch("[0-9]{1,6}", os.environ.get(variable, "")) is not None
