"""Messages of a watch, sent by a command, or by apprise."""

from __future__ import annotations

import logging
import shlex
import subprocess
from typing import Any

from signalcli.errors import UnavailableError, UsageError, printable
from signalcli.io.libraries import require_library

PLACE = "{}"  # in a command: where the message stands
SECONDS = 60


def check_notify(target: str) -> None:
    """Raise UsageError for a command that cannot be parsed, and an address that apprise does not know."""
    if _is_service(target):
        _sender(target)
    elif not _words(target):
        raise UsageError(
            "OPTION-VALUE", f"--notify {printable(target)}: must be a command, such as 'mail -s alarm me'"
        )


def notify(target: str, message: str) -> None:
    """Send one message. Raises UnavailableError when that failed, so that it is sent later.

    ``target`` is a command, which gets the message on standard input and in the place of ``{}``, or the
    address of a service of apprise, such as ``mailto://…``. No shell is involved.
    """
    if _is_service(target):
        fault = _send(target, message)
    else:
        fault = _run([word.replace(PLACE, message) for word in _words(target)], message)
    if fault:
        raise UnavailableError(
            "NOTIFY", f"--notify: not sent: {printable(fault)}; it is sent by the next run"
        )


def _is_service(target: str) -> bool:
    return "://" in target.partition(" ")[0]


def _words(target: str) -> list[str]:
    try:
        return shlex.split(target)
    except ValueError as error:
        raise UsageError(
            "OPTION-VALUE", f"--notify {printable(target)}: {error}; close the quotes"
        ) from error


def _run(words: list[str], message: str) -> str:
    """Why a command failed; empty if it did not."""
    try:
        done = subprocess.run(  # noqa: S603 (the user named the command)
            words, input=f"{message}\n", text=True, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return str(error)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return f"{words[0]} ended with {done.returncode} {last}".strip() if done.returncode else ""


def _send(target: str, message: str) -> str:
    """Why a service failed; empty if it did not."""
    sent = _sender(target).notify(title="signalcli", body=message)
    return "" if sent else "the service refused it, or could not be reached"


def _sender(target: str) -> Any:
    """What sends to an address, of which messages show the kind only: the rest may be a password."""
    require_library("apprise", "--notify with an address", "or name a command")
    import apprise

    logging.getLogger("apprise").addHandler(logging.NullHandler())  # else its lines go to stderr
    sender = apprise.Apprise()
    if not sender.add(target):
        kind = printable(target.partition("://")[0])
        raise UsageError("OPTION-VALUE", f"--notify {kind}://…: apprise does not know this address")
    return sender
