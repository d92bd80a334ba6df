"""The processes of ``--jobs``, which import their libraries while the verb reads its input."""

from __future__ import annotations

from collections.abc import Iterator

from signalcli.config.fit import FitConfig
from signalcli.config.parallel import ParallelConfig

STARTS_THREADS = "tensorflow"  # a fork does not copy threads, so each process imports it itself


def start_processes(parallel: ParallelConfig, config: FitConfig) -> None:
    """Begin with the imports of the processes that will fit these models; nothing for one process."""
    from signalcli.training.parallel import prepare_processes

    if parallel.cluster is None:
        prepare_processes(parallel.jobs, list(_modules(config.every_model)))


def _modules(models: tuple[str, ...]) -> Iterator[str]:
    """Modules that fitting the models imports; models of one's own are left to the processes."""
    from signalcli.models.registry import MODELS

    yield "signalcli.training.fits.fit"
    for entry in (MODELS[model] for model in models if model in MODELS):
        if entry.library != STARTS_THREADS:
            yield f"signalcli.models.{entry.module}"
            yield from filter(None, [entry.library])
