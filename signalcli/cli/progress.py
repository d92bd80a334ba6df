"""One live line a model while it is fitted, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalcli.cli.console import NOTES

if TYPE_CHECKING:
    from signalcli.training.progress import Progress


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A callback for `walk_forward` that draws on stderr, or None where nobody watches."""
    if not NOTES.watched:
        yield None
        return
    from signalcli.report.progress import live_bars

    with live_bars() as report:
        yield report
