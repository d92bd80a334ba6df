"""When a service does not answer, the next one is asked, and a line says so."""

from __future__ import annotations

from collections.abc import Sequence

from signalcli.errors import ExitStatus, SignalcliError, count, printable, shortened


def unanswered(failures: Sequence[SignalcliError]) -> list[SignalcliError]:
    """Return the failures of symbols for which a service gave no answer; "no such symbol" is an answer."""
    return [f for f in failures if f.exit_status is ExitStatus.UNAVAILABLE and f.symbol is not None]


def failover_lines(late: Sequence[SignalcliError], service: str, following: Sequence[str]) -> list[str]:
    """Return one line about the symbols that are asked of the following service; none without one."""
    if not late or not following:
        return []
    symbols = shortened([failure.symbol for failure in late])
    reason = late[0].message.removesuffix("; try again later")
    what = f"{printable(service)} gave no answer for {count(len(late), 'symbol')} ({symbols})"
    return [f"{what}; {printable(following[0])} is asked instead; the reason: {reason}"]
