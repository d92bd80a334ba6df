"""The cluster of a verb: connected before the work, with a line for what is odd about its workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.fit import FitConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.errors import count

if TYPE_CHECKING:
    from signalcli.training.cluster.cluster import Cluster


@contextmanager
def connected(parallel: ParallelConfig, config: FitConfig | None = None) -> Iterator[Cluster | None]:
    """Yield the cluster that ``--cluster`` names, None without one; ``config`` is what will be fitted there.

    Raises the errors of `signalcli.training.cluster.connect.connect`.
    """
    if parallel.cluster is None:
        yield None
        return
    from signalcli.training.cluster.connect import connect

    with connect(parallel.cluster, *_needs(config)) as cluster:
        warn(cluster.lines)
        console.note(f"{count(len(cluster.client.nthreads()), 'worker')} of {parallel.cluster}")
        yield cluster


def _needs(config: FitConfig | None) -> tuple[list[str], list[str]]:
    """Names of the models, those inside ensembles included, and of the libraries that fit them."""
    if config is None:
        return [], []
    from signalcli.models.libraries import every_library, with_members

    models = {m: config.settings.get(m, {}) for m in config.every_model}
    names = [name for model, own in models.items() for name in with_members(model, own)]
    return names, sorted(every_library(models))
