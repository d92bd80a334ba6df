"""What is printed on standard error: warnings, notes and errors."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass

from signalcli.errors import one_line


@dataclass
class Console:
    """Standard error, as --quiet, --verbose and --debug want it."""

    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    out_of_memory: bool = False
    held: list[str] | None = None  # lines of a try that may be repeated

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
            self._say(f"signalcli: warning: {text}")

    def note(self, text: str) -> None:
        """Print a note on a terminal, or with --verbose."""
        if self.watched or self.verbose:
            self._say(f"signalcli: {text}")

    def error(self, code: str, text: str) -> None:
        """Print why the command failed."""
        self._say(f"signalcli: error[{code}]: {text}")

    def trace(self, error: BaseException) -> None:
        """Print where an error came from (--debug)."""
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            self._say(line)

    def hold(self) -> None:
        """Keep lines back until `release` or `discard`, unless someone watches them."""
        self.held = None if self.watched else []

    def release(self) -> None:
        """Print the lines that were kept back."""
        lines, self.held = self.held or [], None
        for line in lines:
            _print(line)

    def discard(self) -> None:
        """Forget the lines that were kept back."""
        self.held = None

    def _say(self, line: str) -> None:
        if self.held is None:
            _print(line)
        else:
            self.held.append(line)


def _print(line: str) -> None:
    """Print one escaped line; a standard error that cannot be written changes no exit status."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{one_line(line)}\n")
        sys.stderr.flush()
    except OSError:
        silence_stderr()


def silence_stderr() -> None:
    """Point stderr at nothing, and let the interpreter exit without another try of what is in its buffer."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.stderr = None


console = Console()
