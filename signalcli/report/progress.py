"""Live progress bars on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from signalcli.errors import printable
from signalcli.training.progress import Progress, Step


@contextmanager
def live_line(console: Console | None = None) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a callback (done, total, text) that draws one bar, erased at the end."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console or Console(stderr=True), transient=True) as bars:
        task = bars.add_task("")
        yield lambda done, total, text: bars.update(
            task, description=printable(text), completed=done, total=total
        )


@contextmanager
def live_bars(console: Console | None = None) -> Iterator[Progress]:
    """Yield a callback that draws one bar a model: current step, share done, time elapsed and remaining.

    The bars are erased at the end.
    """
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console or Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(step: Step) -> None:
            if step.model not in tasks:
                tasks[step.model] = bars.add_task("")
            epochs = step.epoch / step.epochs if step.epochs else 0.0
            bars.update(
                tasks[step.model],
                description=printable(step),
                completed=step.done + epochs,
                total=step.total,
            )

        yield report
