"""One live line while models are fitted, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalcli.cli.notes import NOTES

if TYPE_CHECKING:
    from signalcli.walkforward import Progress


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A callback for `walk_forward` that draws a bar on stderr, or None where nobody watches."""
    if not NOTES.watched:
        yield None
        return
    from signalcli.report.progress import live_bar

    with live_bar() as report:
        yield report
