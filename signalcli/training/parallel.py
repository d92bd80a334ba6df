"""Run a function on many tasks, in this process or in several, with the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext
from multiprocessing.queues import Queue
from typing import Any, TypeVar

from signalcli.errors import UnavailableError

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

CHUNKS = (
    64  # of all tasks for each process: a message for each of thousands of tasks takes longer than many fits
)


def map_in_order(
    function: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Sequence[Task],
    jobs: int,
    done: Callable[[int, Result], None] | None = None,
) -> Iterator[Result]:
    """``function(shared, task)`` of every task, in order; the first error in that order is raised.

    With ``jobs`` > 1 the tasks run in processes that inherit no threads and no locks. Each receives
    ``shared`` once and has ended when this returns or raises. ``done`` is called with the position and the
    result of each task when it ends, before those of earlier tasks that take longer.
    """
    if min(jobs, len(tasks)) < 2:
        for number, task in enumerate(tasks):
            result = function(shared, task)
            if done is not None:
                done(number, result)
            yield result
        return
    count = min(jobs, len(tasks))
    size = chunk_size(len(tasks), count)
    with _process_pool(function, shared, count) as pool:
        yield from _start(pool, tasks, done, size)


def chunk_size(tasks: int, workers: int) -> int:
    """Number of tasks that go to a worker in one message; 1 unless there are thousands."""
    return max(tasks // (CHUNKS * max(workers, 1)), 1)


def run_each(
    function: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task]
) -> list[Result]:
    """Results of one chunk of tasks, in their order."""
    return [function(shared, task) for task in tasks]


@contextmanager
def task_runner(
    function: Callable[[Shared, Task], Result], shared: Shared, jobs: int
) -> Iterator[Callable[..., Iterator[Result]]]:
    """Yield a function of tasks and ``done`` that maps as `map_in_order` does, as often as it is called.

    With ``jobs`` > 1 the processes stay until the end of the block.
    """
    if jobs < 2:
        yield partial(map_in_order, function, shared, jobs=1)
        return
    with _process_pool(function, shared, jobs) as pool:
        yield partial(_start, pool)


def prepare_processes(count: int, modules: Sequence[str]) -> None:
    """Start the process that ``count`` workers are forked from; it imports modules while this one goes on.

    Nothing happens for fewer than two workers. A module that is not installed is left out. The server of the
    first call stays; without a call, one without modules is started when it is needed.
    """
    if count < 2:
        return
    forkserver.set_forkserver_preload(list(modules))
    with _threads_per_process(count), _interrupts_blocked():
        forkserver.ensure_running()


def _start(
    pool: ProcessPoolExecutor,
    tasks: Sequence[Any],
    done: Callable[[int, Any], None] | None = None,
    size: int = 1,
) -> Iterator[Any]:
    """Hand tasks to the processes, ``size`` at a time; return their results in order, as they come."""
    places = range(0, len(tasks), size)
    with _interrupts_blocked():
        futures = [pool.submit(_run, tasks[place : place + size]) for place in places]
    if done is not None:
        for place, future in zip(places, futures, strict=True):
            future.add_done_callback(partial(_tell, done, place))
    futures.reverse()
    while futures:
        yield from futures.pop().result()


def _tell(done: Callable[[int, Any], None], place: int, future: Future[Any]) -> None:
    """Pass on the results of tasks that succeeded."""
    if not future.cancelled() and future.exception() is None:
        tell_each(done, place, future.result())


def tell_each(done: Callable[[int, Any], None], place: int, results: Sequence[Any]) -> None:
    """Pass on the results of a chunk of tasks that begins at this place among all."""
    for number, result in enumerate(results, start=place):
        done(number, result)


@contextmanager
def one_blas_thread(model: str) -> Iterator[None]:
    """Limit matrix products in the block to one thread: one order of additions, and no crowded cores.

    Loaded libraries are searched once for each ``model``, because models import different ones.
    """
    with _thread_controller(model).limit(limits=1, user_api="blas"):
        yield


@cache
def _thread_controller(_model: str) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def _process_pool(function: Any, shared: Any, count: int) -> Iterator[ProcessPoolExecutor]:
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("forkserver")
    with _threads_per_process(count), _handed_out((function, shared), count, context) as queue:
        pool = ProcessPoolExecutor(count, context, initializer=_start_worker, initargs=(queue,))
        try:
            yield pool
        except BaseException as error:
            # shut down first, or the pool would report the ended workers as crashed
            pool.shutdown(wait=False, cancel_futures=True)
            _terminate(set(multiprocessing.active_children()) - others)
            if isinstance(error, BrokenProcessPool):
                reason = "a worker process died, most likely out of memory; try fewer --jobs"
                raise UnavailableError("JOBS-DIED", reason) from error
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _handed_out(work: Any, count: int, context: ForkServerContext) -> Iterator[Queue[Any]]:
    """Queue with what each of ``count`` workers needs; a thread fills it.

    As an argument of the process it would go through a pipe that this process fills itself: a worker that
    dies before it reads would block it for good.
    """
    queue = context.Queue()
    queue.cancel_join_thread()  # what nobody takes is dropped
    environment = dict(os.environ)  # the server was started in an earlier one
    for _ in range(count):
        queue.put((work, environment))
    try:
        yield queue
    finally:
        queue.close()


def _terminate(children: set[Any]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.join()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Delay Ctrl-C to the end of the block; processes started in it never get it and print no traceback.

    The mask is for the workers, which inherit it. Another thread of this process may still receive the
    signal, and Python would raise here, with a worker half started that then complains of its broken pipe.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    resource_tracker.ensure_running()  # where it starts, it unblocks the signal of this thread
    received: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler or signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if received:
        raise KeyboardInterrupt


@contextmanager
def _threads_per_process(count: int) -> Iterator[None]:
    """Divide the cores among ``count`` processes, unless the user set ``OMP_NUM_THREADS``.

    Libraries read this variable when they are loaded.
    """
    name = "OMP_NUM_THREADS"
    if name in os.environ:
        yield
        return
    os.environ[name] = str(max((os.cpu_count() or 1) // count, 1))
    try:
        yield
    finally:
        del os.environ[name]


_worker: list[tuple[Callable[[Any, Any], Any], Any]] = []  # function and shared value of this worker process


def _start_worker(queue: Queue[Any]) -> None:
    warnings.simplefilter("ignore")
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    work, environment = queue.get()
    os.environ.clear()
    os.environ.update(environment)
    _worker.append(work)


def _exit_with_parent() -> None:
    """End this worker when its parent was killed; otherwise it would wait forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(tasks: Sequence[Any]) -> list[Any]:
    function, shared = _worker[0]
    return run_each(function, shared, tasks)
