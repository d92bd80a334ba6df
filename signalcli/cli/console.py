"""What is printed on standard error: warnings, notes and errors."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass
class Console:
    """Standard error, as --quiet, --verbose and --debug want it."""

    quiet: bool = False
    verbose: bool = False
    debug: bool = False

    def configure(self, *, quiet: bool = False, verbose: bool = False, debug: bool = False) -> None:
        """Set how much is printed."""
        self.quiet, self.verbose, self.debug = quiet, verbose, debug

    @property
    def watched(self) -> bool:
        """Whether standard error is a terminal and --quiet is not set."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    def warn(self, text: str) -> None:
        """Print a warning, unless --quiet."""
        if not self.quiet:
            _print(f"signalcli: warning: {text}")

    def note(self, text: str) -> None:
        """Print a note on a terminal, or with --verbose."""
        if self.watched or self.verbose:
            _print(f"signalcli: {text}")

    def error(self, code: str, text: str) -> None:
        """Print why the command failed."""
        _print(f"signalcli: error[{code}]: {text}")


def _print(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


console = Console()
