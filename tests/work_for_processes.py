"""Functions that other processes can import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from signalcli.errors import DataError


def where(given: str, task: int) -> tuple[str, int, str, int]:
    """What a worker sees."""
    time.sleep(0.2 if task == 0 else 0)  # the first task ends last
    return given, task, os.environ.get("OMP_NUM_THREADS", ""), os.getpid()


def mask_of_interrupts(given: str, task: int) -> bool:
    """Whether this process was started with interrupts blocked."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def failing(given: None, task: int) -> int:
    """Two of the tasks fail; the later one fails first."""
    time.sleep(0.5 if task == 1 else 0)
    if task in {1, 2}:
        raise DataError("DATA-FEW", f"task {task}")
    return task


def dying(given: None, task: int) -> None:
    """As if memory had run out."""
    os._exit(9)


def slow(given: str, task: int) -> int:
    """Write a file when begun, another when done."""
    Path(given, f"begun{task}").touch()
    time.sleep(60)
    Path(given, f"done{task}").touch()
    return task


def environment_of(name: str, task: int) -> tuple[int, str | None]:
    """A variable as this process has it."""
    return task, os.environ.get(name)
