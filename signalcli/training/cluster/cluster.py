"""Tasks on a cluster: submitted at once, taken as they end, given back in order."""

from __future__ import annotations

import queue
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from signalcli.errors import UnavailableError, count, printable
from signalcli.training.cluster.worker import OnePiece, Software, call
from signalcli.training.parallel import chunk_size, run_each, tell_each

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

LOOK = 5.0  # seconds after which the state of the cluster is looked at
NO_WORKER = 120.0  # seconds without any worker until the work is given up
ROUNDS = 20  # times that lost work is sent again
TIMES_ALONE = 2  # times that a task without others is lost until it is to blame
PAUSE = 1.0  # seconds in which the scheduler learns that a worker is gone


@dataclass(frozen=True)
class Cluster:
    """Workers of a scheduler.

    Parameters
    ----------
    client : distributed.Client
        Connection to the scheduler.
    where : str
        Address or file, as the user named it.
    software : Software
        What this process computes with; a worker with another one refuses its tasks.
    exact : bool
        Whether all workers compute with the same instructions as this process.
    lines : tuple of str
        What the user should know of the workers.
    """

    client: Any
    where: str
    software: Software
    exact: bool = True
    lines: tuple[str, ...] = ()

    def map_in_order(
        self,
        function: Callable[[Shared, Task], Result],
        shared: Shared,
        tasks: Sequence[Task],
        done: Callable[[int, Result], None] | None = None,
    ) -> Iterator[Result]:
        """``function(shared, task)`` of every task, in order; the first error in that order is raised.

        Same results as `signalcli.training.parallel.map_in_order`. ``shared`` is sent once; what a worker had
        when it died is done again elsewhere. Raises UnavailableError for a task that ended two workers, and
        when the scheduler or all workers are gone.
        """
        size = chunk_size(len(tasks), len(self.client.nthreads()))
        places = range(0, len(tasks), size)
        chunks = [tasks[place : place + size] for place in places]
        work = _Work(self, partial(run_each, function), shared, chunks, done and partial(_tell, done, size))
        try:
            for number in range(len(chunks)):
                yield from work.result(number)
        finally:
            work.cancel()


def _tell(done: Callable[[int, Any], None], size: int, number: int, results: list[Any]) -> None:
    """Pass on the results of a chunk."""
    tell_each(done, number * size, results)


@dataclass
class _Work:
    """Chunks of tasks on their way: futures of those that have not ended, outcomes of those that have.

    After a loss the first chunk goes alone and the others are ``waiting``: one that ends every worker, with
    the data that all tasks share, is known by the number of times that it was lost ``alone``.
    """

    cluster: Cluster
    function: Callable[[Any, Any], Any]
    shared: Any
    tasks: Sequence[Any]
    done: Callable[[int, Any], None] | None
    running: dict[str, tuple[int, Any]] = field(default_factory=dict)
    outcomes: dict[int, Any] = field(default_factory=dict)
    ended: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    rounds: int = 0
    waiting: list[int] = field(default_factory=list)
    alone: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._submit(range(len(self.tasks)))

    def result(self, number: int) -> Any:
        """Wait for the result of a task, or raise its error."""
        while number not in self.outcomes:
            self._take(self._next())
        outcome = self.outcomes.pop(number)
        if isinstance(outcome, BaseException):
            raise self._explained(outcome, number)
        return outcome

    def cancel(self) -> None:
        """Stop what still runs."""
        if self.running:
            self.cluster.client.cancel([future for _, future in self.running.values()], force=True)
            self.running.clear()

    def _submit(self, numbers: Sequence[int]) -> None:
        """Send what all tasks share, then the tasks, the first ones with the highest priority."""
        if not numbers:
            return
        client, shared = self.cluster.client, self._share()
        for number in numbers:
            future = client.submit(
                call,
                self.tasks[number],
                self.function,
                shared,
                self.cluster.software,
                pure=False,
                priority=-number,
            )
            self.running[future.key] = (number, future)
            future.add_done_callback(self.ended.put)

    def _share(self) -> Any:
        """Future of what all tasks share, once there is a worker that takes it."""
        client = self.cluster.client
        while True:
            try:
                client.wait_for_workers(1, timeout=NO_WORKER)
                return client.scatter(OnePiece(self.shared), broadcast=True, hash=False)
            except TimeoutError as error:
                text = "no worker is left to send the data to; start one with: dask worker"
                raise self._gone("CLUSTER-EMPTY", text) from error
            except OSError:  # the connection to a worker that dies while it receives
                self._count_loss()
                time.sleep(PAUSE)

    def _next(self) -> Any:
        """The next future that ends. Raises UnavailableError when nothing can end any more."""
        idle = 0.0
        while True:
            try:
                return self.ended.get(timeout=LOOK)
            except queue.Empty:
                idle = 0.0 if self._has_workers() else idle + LOOK
                if idle >= NO_WORKER:
                    text = f"no worker is left for {len(self.running):,} tasks; start one with: dask worker"
                    raise self._gone("CLUSTER-EMPTY", text) from None

    def _has_workers(self) -> bool:
        client = self.cluster.client
        if client.status != "running":
            raise self._gone("CLUSTER-LOST", "the scheduler is gone; start it and run again")
        return bool(client.scheduler_info(n_workers=-1)["workers"])

    def _take(self, future: Any) -> None:
        """Keep the outcome of a future; work that was lost with its worker is sent again."""
        if future.key not in self.running:
            return
        number, _ = self.running[future.key]
        outcome = _outcome(future)
        if outcome is _LOST:
            self._send_again()
            return
        del self.running[future.key]
        self.outcomes[number] = outcome
        if self.done is not None and not isinstance(outcome, BaseException):
            self.done(number, outcome)
        if not self.running:
            numbers, self.waiting = self.waiting, []
            self._submit(numbers)

    def _send_again(self) -> None:
        """Send the first that has not ended, with what the tasks share, which died with its last holder."""
        self._count_loss()
        numbers = sorted([number for number, _ in self.running.values()] + self.waiting)
        if len(self.running) == 1:
            self.alone[numbers[0]] += 1
        self.cancel()
        if self.alone[numbers[0]] == TIMES_ALONE:
            raise self._killed(numbers[0])
        self.waiting = numbers[1:]
        self._submit(numbers[:1])

    def _count_loss(self) -> None:
        """Raise UnavailableError when the scheduler is gone, or work was lost too often."""
        self._has_workers()
        self.rounds += 1
        if self.rounds > ROUNDS:
            raise self._gone("CLUSTER-LOST", f"work was lost {ROUNDS} times; look at the workers' logs")

    def _gone(self, code: str, text: str) -> UnavailableError:
        return UnavailableError(code, f"--cluster {printable(self.cluster.where)}: {text}")

    def _explained(self, error: BaseException, number: int) -> BaseException:
        """The error of a task; one that ended its workers names the task and what to do."""
        return self._killed(number) if type(error).__name__ == "KilledWorker" else error

    def _killed(self, number: int) -> UnavailableError:
        first, *others = self.tasks[number]
        what = printable(first) + (f" or one of the {count(len(others), 'task')} after it" if others else "")
        text = f"{what} ended two workers, most likely out of memory; give the workers more"
        return self._gone("CLUSTER-KILLED", text)


_LOST = object()


def _outcome(future: Any) -> Any:
    """Result or error of a future that ended; `_LOST` when its inputs or its result are gone."""
    from concurrent.futures import CancelledError

    try:
        if future.status == "error":
            return future.exception()
        return _LOST if future.status != "finished" else future.result()
    except (CancelledError, OSError):
        return _LOST
    except Exception as error:  # noqa: BLE001 (raised in the order of the tasks)
        return error
