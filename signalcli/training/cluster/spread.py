"""Where tasks run: in this process, in several of this machine, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from signalcli.training.cluster.cluster import Cluster
from signalcli.training.parallel import map_in_order

Spread = Callable[..., Iterator[Any]]
"""From a function, what all tasks share, and the tasks to their results in order."""


def spread_over(jobs: int, cluster: Cluster | None = None) -> Spread:
    """`map_in_order` of the cluster, else in ``jobs`` processes."""
    return partial(map_in_order, jobs=jobs) if cluster is None else cluster.map_in_order
