"""Tests run in a forked process: nothing is imported twice, and a crash stays in the child."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

CRASHED = "crashed"
PATIENCE = 20  # seconds on the clock


def in_child(work: Callable[[], Any], cpu_seconds: float | None = None, *, silent: bool = True) -> Any:
    """What ``work`` returns in a forked process; ``CRASHED`` when it ends without a result or in time."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, write, cpu_seconds, silent=silent)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        answer = stream.read()
    os.waitpid(pid, 0)
    return pickle.loads(answer) if answer else CRASHED  # noqa: S301 (from our own child)


def _work_and_exit(work: Callable[[], Any], write: int, cpu_seconds: float | None, *, silent: bool) -> None:
    try:
        if silent:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
        if cpu_seconds is not None:
            limit = int(cpu_seconds + _used()) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            signal.alarm(PATIENCE + int(10 * cpu_seconds))  # a lock that never comes costs none
        answer = pickle.dumps(work())
        with os.fdopen(write, "wb") as stream:
            stream.write(answer)
    except BaseException as error:  # noqa: BLE001 (the parent is told by the missing answer)
        sys.stderr.write(f"{error!r}\n")
    finally:
        sys.stdout.flush()
        os._exit(0)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
