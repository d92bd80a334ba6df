"""The same work on many tasks, in this process or in several, with the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from signalcli.errors import UnavailableError

Given = TypeVar("Given")
Task = TypeVar("Task")
Result = TypeVar("Result")


def each(
    work: Callable[[Given, Task], Result], given: Given, tasks: Sequence[Task], jobs: int
) -> Iterator[Result]:
    """``work(given, task)`` of every task, in order; the first error in that order is raised.

    With ``jobs`` > 1 the work is done by processes that are started afresh, so that none inherits threads or
    locks. They get ``given`` once, import what they need once, and are gone when this returns or raises.
    """
    if min(jobs, len(tasks)) < 2:
        yield from (work(given, task) for task in tasks)
        return
    with _workers(work, given, min(jobs, len(tasks))) as pool:
        with _interrupts_wait():
            results = pool.map(_run, tasks)
        yield from results


@contextmanager
def one_blas_thread(what: str) -> Iterator[None]:
    """Matrix products inside the block use one thread: sums keep one order, and processes do not crowd.

    what : name of what has been imported by now; libraries are looked for once for each name.
    """
    with _libraries(what).limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries(_what: str) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def _workers(work: Any, given: Any, count: int) -> Iterator[ProcessPoolExecutor]:
    others = set(multiprocessing.active_children())
    fresh = multiprocessing.get_context("spawn")
    with _threads_for(count):
        pool = ProcessPoolExecutor(count, fresh, initializer=_begin, initargs=(work, given))
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(
                wait=False, cancel_futures=True
            )  # first, or it would take their end for an accident
            _end(set(multiprocessing.active_children()) - others)
            if isinstance(error, BrokenProcessPool):
                why = "a worker process died, most likely for want of memory; try fewer --jobs"
                raise UnavailableError("JOBS-DIED", why) from error
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _end(children: set[Any]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.join()


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C reaches us after the block, and never the processes started in it: they would each shout."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _threads_for(count: int) -> Iterator[None]:
    """Share the cores out: libraries read this variable while they are loaded; the user's own value wins."""
    name = "OMP_NUM_THREADS"
    if name in os.environ:
        yield
        return
    os.environ[name] = str(max((os.cpu_count() or 1) // count, 1))
    try:
        yield
    finally:
        del os.environ[name]


_mine: list[tuple[Callable[[Any, Any], Any], Any]] = []  # what this worker does, and what it was given


def _begin(work: Callable[[Any, Any], Any], given: Any) -> None:
    _mine.append((work, given))
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """A worker whose parent was killed would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(task: Any) -> Any:
    work, given = _mine[0]
    return work(given, task)
