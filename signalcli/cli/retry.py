"""A command is tried again when a source did not answer (exit 69) or a lock was held (exit 75)."""

from __future__ import annotations

import time
from collections.abc import Callable

from signalcli.cli.console import console
from signalcli.cli.held_streams import HeldOutput, held_streams, replayed_input
from signalcli.config.retry import RetryConfig
from signalcli.errors import ExitStatus, SignalcliError

TEMPORARY = (ExitStatus.UNAVAILABLE, ExitStatus.LOCKED)


def with_retries(
    config: RetryConfig, command: Callable[[], None], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Run a command, and run it again after a temporary failure, as often as the config says.

    Only the last try is seen: what an earlier one has printed is dropped, and each try reads standard input
    from its start. Raises what the last try has raised.
    """
    if not config.tries:
        command()
        return
    replayed = replayed_input()
    for left in range(config.tries, -1, -1):
        console.hold()
        with held_streams(replayed) as held:
            failure = _failure(command)
        if left == 0 or not _is_temporary(failure):
            break
        _wait(failure, left, config.pause.total_seconds(), sleep)
    _show(held)
    if failure is not None:
        raise failure


def _failure(command: Callable[[], None]) -> BaseException | None:
    """Return what a command has raised: it is raised again once its output is delivered."""
    try:
        command()
    except BaseException as error:  # noqa: BLE001 (not swallowed)
        return error
    return None


def _is_temporary(failure: BaseException | None) -> bool:
    return isinstance(failure, SignalcliError) and failure.exit_status in TEMPORARY


def _wait(failure: object, left: int, pause: float, sleep: Callable[[float], None]) -> None:
    console.discard()
    console.note(f"{failure}; the next try of {left} is in {pause:g} s")
    sleep(pause)


def _show(held: HeldOutput | None) -> None:
    """Print what the last try has printed."""
    console.release()
    if held is not None:
        held.deliver()
