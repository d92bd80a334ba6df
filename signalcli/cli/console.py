"""What is said on stderr besides errors: warnings, and notes for someone who watches."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass
class Notes:
    """How much is said; set by --quiet, --verbose and --debug."""

    quiet: bool = False
    verbose: bool = False
    debug: bool = False

    @property
    def watched(self) -> bool:
        """Whether a person at a terminal sees stderr and did not ask for silence."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    def warn(self, text: str) -> None:
        """Say what the result does not show by itself, unless --quiet."""
        if not self.quiet:
            _say(f"signalcli: warning: {text}")

    def note(self, text: str) -> None:
        """Say what is nice to know: to a person at a terminal, or with --verbose."""
        if self.watched or self.verbose:
            _say(f"signalcli: {text}")

    def error(self, code: str, text: str) -> None:
        """Say why the command failed."""
        _say(f"signalcli: error[{code}]: {text}")


def _say(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


NOTES = Notes()
