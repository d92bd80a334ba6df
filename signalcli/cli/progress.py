"""Progress of fits: one live line for each model, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalcli.cli.console import console

if TYPE_CHECKING:
    from signalcli.research.tuning.tune import Observer
    from signalcli.training.progress import Progress


@contextmanager
def search_progress() -> Iterator[Observer | None]:
    """Yield an observer for `tune` that draws on standard error; None when that is no terminal."""
    if not console.watched:
        yield None
        return
    from signalcli.report.progress import live_line

    with live_line() as draw:
        yield lambda stage: draw(*stage)


@contextmanager
def progress() -> Iterator[Progress | None]:
    """Yield a callback for `walk_forward` that draws on standard error; None when that is no terminal."""
    if not console.watched:
        yield None
        return
    from signalcli.report.progress import live_bars

    with live_bars() as report:
        yield report
