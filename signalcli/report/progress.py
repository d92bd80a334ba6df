"""Live progress on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from signalcli.errors import printable
from signalcli.training.progress import Progress, Step


@contextmanager
def live_bars(console: Console | None = None) -> Iterator[Progress]:
    """Yield a callback that draws one line a model: what it does, how far, time gone and left.

    The lines vanish at the end.
    """
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console or Console(stderr=True), transient=True) as bars:
        lines: dict[str, TaskID] = {}

        def report(step: Step) -> None:
            if step.model not in lines:
                lines[step.model] = bars.add_task("")
            part = step.epoch / step.epochs if step.epochs else 0.0
            bars.update(
                lines[step.model],
                description=printable(step),
                completed=step.done + part,
                total=step.total,
            )

        yield report
