"""Functions that workers of a cluster can import."""

from __future__ import annotations

import os
import time
from typing import Any

from signalcli.errors import DataError
from signalcli.training.cluster.worker import Software, software


def where(shared: str, task: int) -> tuple[str, int, str]:
    """What a worker sees."""
    from distributed import get_worker

    time.sleep(0.2 if task == 0 else 0.01)  # the first task ends last
    return shared, task, get_worker().address


def failing(shared: None, task: int) -> int:
    """Two of the tasks fail; the later one fails first."""
    time.sleep(0.3 if task == 1 else 0)
    if task in {1, 2}:
        raise DataError("DATA-FEW", f"task {task}")
    return task


asked: list[int] = []


def other_software(libraries: tuple[str, ...] = ()) -> Software:
    """Software of another version where it is asked for first: by the client."""
    asked.append(1)
    found = software(libraries)
    return found if len(asked) > 1 else found._replace(versions=found.versions | {"numpy": "0.0"})


def add_up(shared: tuple[Any, ...], task: int) -> float:
    """The first numbers of all arrays, and the task."""
    return float(sum(array[0] for array in shared)) + task


told: list[tuple[str, ...]] = []


def note_libraries(names: tuple[str, ...]) -> None:
    """Remember what a worker is asked to import."""
    told.append(names)


def deadly(shared: str, task: int) -> int:
    """The second task ends its worker, every time."""
    if task == 1:
        os._exit(9)
    return task
