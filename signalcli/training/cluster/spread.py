"""Where tasks run: in this process, in several of this machine, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from signalcli.training.cluster.cluster import Cluster
from signalcli.training.parallel import map_in_order, task_runner

Spread = Callable[..., Iterator[Any]]
"""From a function, what all tasks share, and the tasks to their results in order."""


def spread_over(jobs: int, cluster: Cluster | None = None) -> Spread:
    """`map_in_order` of the cluster, else in ``jobs`` processes."""
    return partial(map_in_order, jobs=jobs) if cluster is None else cluster.map_in_order


@contextmanager
def spread_runner(
    function: Callable[[Any, Any], Any], shared: Any, jobs: int, cluster: Cluster | None = None
) -> Iterator[Callable[..., Iterator[Any]]]:
    """Yield a function of tasks and ``done`` that gives results in order, as often as it is called."""
    if cluster is not None:
        yield partial(cluster.map_in_order, function, shared)
        return
    with task_runner(function, shared, jobs) as run:
        yield run
