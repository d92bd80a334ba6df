"""Everything that can go wrong on purpose, and the exit status that says so."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit status of the command, as a scheduled job reads it (BSD sysexits where one fits)."""

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
    """A fault the user can act on: one line that says where, what, and what to do.

    Parameters
    ----------
    code : str
        Stable identifier printed in brackets, such as ``DATA-HIGHLOW``.
    message : str
        One line; line breaks in foreign text are the caller's to escape (see `printable`).
    """

    exit_status: ExitStatus = ExitStatus.BUG

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[SignalcliError], tuple[str, str]]:
        """Both arguments, where an error comes out of another process."""
        return type(self), (self.code, self.message)


class UsageError(SignalcliError):
    """An option or an argument cannot be meant as it was written."""

    exit_status = ExitStatus.USAGE


class DataError(SignalcliError):
    """The data breaks its contract, or there are too few rows."""

    exit_status = ExitStatus.DATA


class NoInputError(SignalcliError):
    """The input is missing, unreadable, or holds nothing of what was asked for."""

    exit_status = ExitStatus.NO_INPUT


class UnavailableError(SignalcliError):
    """A data source did not answer properly; trying later may help."""

    exit_status = ExitStatus.UNAVAILABLE


class OutputError(SignalcliError):
    """The result could not be written."""

    exit_status = ExitStatus.IO


class LockedError(SignalcliError):
    """Another run holds what this one needs; trying later helps."""

    exit_status = ExitStatus.LOCKED


class CheckFailedError(SignalcliError):
    """The check that was asked for said no; its findings are written by now."""

    exit_status = ExitStatus.CHECK_FAILED


class ConfigError(SignalcliError):
    """A saved model or a job file breaks its contract."""

    exit_status = ExitStatus.CONFIG


def printable(text: object) -> str:
    """Foreign text as one line without control, direction or escape characters."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
