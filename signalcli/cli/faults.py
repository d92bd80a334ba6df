"""How an exception is told: code, one line, and exit status."""

from __future__ import annotations

import errno
import re
import resource
from collections.abc import Iterator

import typer

from signalcli.errors import ExitStatus, SignalcliError, printable
from signalcli.io.libraries import EXTRAS, NOT_FOR_SERVING, is_installed, missing_libraries

Told = tuple[str, str, ExitStatus]

MEMORY = "MEMORY"
OUT_OF_MEMORY = "out of memory; fewer symbols, rows, features or --jobs need less"
_NO_MEMORY = re.compile(
    r"bad.alloc|bad allocation|cannot allocate memory|failed to (allocate|map segment)|can't start new thread"
    r"|OOM when allocating|insufficient memory|out of memory",
    re.IGNORECASE,
)


def explain(error: BaseException) -> Told:
    """Return code, line and exit status of an exception; one that nobody foresaw is a bug."""
    if _lacks_memory(error):
        return MEMORY, OUT_OF_MEMORY, ExitStatus.UNAVAILABLE
    if isinstance(error, SignalcliError):
        return error.code, error.message, error.exit_status
    if isinstance(error, typer.TyperException):
        return "USAGE", f"{printable(error.format_message())} (try --help)", ExitStatus.USAGE
    if isinstance(error, OSError):
        return _explain_disk(error)
    if isinstance(error, ImportError):
        return _explain_import(error)
    text = f"{type(error).__name__}: {printable(error)}; this is a bug in signalcli, --debug shows where"
    return "BUG", text, ExitStatus.BUG


def is_interrupt(error: BaseException) -> bool:
    """Whether Ctrl-C ended the work, also where a library that was being loaded made another error of it."""
    return any(isinstance(one, KeyboardInterrupt | typer.Abort) for one in _chain(error))


def _explain_import(error: ImportError) -> Told:
    """A library that this installation leaves out, or one that is damaged."""
    library = (error.name or "").partition(".")[0]
    if library in EXTRAS | NOT_FOR_SERVING and not is_installed(library):
        return explain(missing_libraries([library], "this command"))
    text = f"{printable(error.name or 'a library')}: cannot be loaded: {_first_line(error)}"
    return "LIBRARY", f"{text}; install signalcli again", ExitStatus.UNAVAILABLE


def _explain_disk(error: OSError) -> Told:
    """A fault of the system; without a file it concerns a stream, while help is printed."""
    reason = printable(error.strerror or error)
    if error.filename is None:
        return "OUTPUT-WRITE", f"stdout: {reason}", ExitStatus.IO
    return "FILE-FAULT", f"{printable(error.filename)}: {reason}; nothing was replaced", ExitStatus.IO


def _lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out, here or in a library, which reports that in many ways."""
    return any(_is_memory(one) for one in _chain(error))


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, SystemError | ImportError) and _is_limited():
        return True  # compiled code forgets to say why it failed
    foreign = isinstance(error, Exception) and not isinstance(error, SignalcliError)
    return foreign and _NO_MEMORY.search(str(error)) is not None


def _is_limited() -> bool:
    """Whether the address space of this process has a limit (``ulimit -v``)."""
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, what it was raised from, and so on; an error of ours has a context by chance only."""
    for _ in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if isinstance(error, SignalcliError) else error.__context__)


def _first_line(error: BaseException) -> str:
    return printable(next(iter(str(error).strip().splitlines()), ""))
