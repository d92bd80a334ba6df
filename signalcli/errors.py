"""The errors a user can act on, their exit statuses, and helpers for their messages."""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FEW = 30  # known names that an error message may list in full
LONGEST_LINE = 1000  # characters of a line that is shown


class ExitStatus(IntEnum):
    """Exit status of the command, for scripts and schedulers (BSD sysexits where one fits)."""

    OK = 0
    BUG = 1
    USAGE = 2
    CHECK_FAILED = 3
    DATA = 65
    NO_INPUT = 66
    UNAVAILABLE = 69
    IO = 74
    LOCKED = 75
    CONFIG = 78
    INTERRUPTED = 130
    PIPE = 141
    TERMINATED = 143


class SignalcliError(Exception):
    """An error the user can act on; its message says in one line where, what, and what to do.

    Parameters
    ----------
    code : str
        Stable identifier printed in brackets, such as ``DATA-HIGHLOW``.
    message : str
        One line. The caller escapes foreign text with `printable`.

    Attributes
    ----------
    symbol : str or None
        The symbol that has no bars, where the error is that of one symbol of several.
    """

    exit_status: ExitStatus = ExitStatus.BUG
    symbol: str | None = None

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[SignalcliError], tuple[str, str]]:
        """Keep both arguments when the error is pickled in a worker process."""
        return type(self), (self.code, self.message)


class UsageError(SignalcliError):
    """An option or argument is invalid."""

    exit_status = ExitStatus.USAGE


class DataError(SignalcliError):
    """The data violates its schema, or there are too few rows."""

    exit_status = ExitStatus.DATA


class NoInputError(SignalcliError):
    """The input is missing, unreadable, or does not contain what was requested."""

    exit_status = ExitStatus.NO_INPUT


class UnavailableError(SignalcliError):
    """A data source failed or sent an invalid answer; trying later may help."""

    exit_status = ExitStatus.UNAVAILABLE


class OutputError(SignalcliError):
    """The result could not be written."""

    exit_status = ExitStatus.IO


class LockedError(SignalcliError):
    """Another process holds a lock that this one needs; trying later helps."""

    exit_status = ExitStatus.LOCKED


class CheckFailedError(SignalcliError):
    """A requested check failed; its findings have already been written."""

    exit_status = ExitStatus.CHECK_FAILED


class ConfigError(SignalcliError):
    """A saved model or a job file is invalid."""

    exit_status = ExitStatus.CONFIG


def printable(text: object) -> str:
    """Return text on one line, with control and text-direction characters escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


def one_line(text: object) -> str:
    """Return text on one printable line of at most `LONGEST_LINE` characters; the middle is cut out.

    Every line on standard error ends up here, so that no foreign text can steer a terminal or flood a log.
    """
    line = printable(text)
    if len(line) <= LONGEST_LINE:
        return line
    tail = LONGEST_LINE // 3  # what to do stands at the end
    return f"{line[: LONGEST_LINE - tail - 3]} … {line[-tail:]}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 row``, ``16,000 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(names: Collection[object], most: int = 5) -> str:
    """Return the first names, and how many more there are, so that none is left out without a sign."""
    shown = ", ".join(printable(name) for name, _ in zip(names, range(most), strict=False))
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def first_of(texts: Sequence[str]) -> str:
    """Return the first of several sentences, and how many more there are."""
    return texts[0] + (f" and {len(texts) - 1} more" if texts[1:] else "")


def typed(names: Collection[str]) -> str:
    """Return names as the value of one flag, quoted for a shell."""
    return shlex.quote(",".join(names))


def nearest(name: str, known: Collection[str], most: int = 1) -> str:
    """Return the known names closest to a misspelled one, joined with " or ".

    If none is close, returns all known names, or the first `FEW` and "..." when there are more.
    """
    if near := get_close_matches(name, known, n=most):
        return " or ".join(near)
    names = list(known)
    return " or ".join(names[:FEW] + ["..."] * (len(names) > FEW))
