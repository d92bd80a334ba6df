"""A connection to a Dask scheduler: found, compared with this process, and closed again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from signalcli.errors import ConfigError, NoInputError, UnavailableError, UsageError, printable
from signalcli.io.files import read_bytes
from signalcli.io.libraries import require_library
from signalcli.models.registry import is_own
from signalcli.training.cluster.cluster import Cluster
from signalcli.training.cluster.worker import Policy, Software, import_libraries, set_policy, software

CONNECT = 8.0  # seconds until an address that does not answer is given up
FIRST_WORKER = 30.0  # seconds until a scheduler without workers is given up
LARGEST_FILE = 2**20  # bytes of a scheduler file
POLICY = Policy(failures=1, saturation=1.0)  # the second worker that a task ends, ends the command


@contextmanager
def connect(where: str, models: Sequence[str], libraries: Sequence[str]) -> Iterator[Cluster]:
    """Yield the cluster of a scheduler, once its workers are known to have the same software.

    Parameters
    ----------
    where : str
        Address such as ``tcp://host:8786``, or a scheduler file.
    models : sequence of str
        Models that will be fitted; code of one's own is refused, because it is not sent.
    libraries : sequence of str
        Names by which the libraries of the models are imported.

    Raises
    ------
    UnavailableError
        When the scheduler does not answer, or has no worker.
    ConfigError
        When a worker has other versions, or lacks signalcli.
    UsageError
        For a model of one's own, and where distributed is not installed.
    """
    require_library("distributed", "--cluster")
    _refuse_own(models)
    client = _client(where, _address(where))
    try:
        _wait_for_worker(client, where)
        with _policy(client):
            compared = _compare(client, software(tuple(libraries)), where)
            if models:
                _import_there(client, libraries)
            yield Cluster(client, where, *compared)
    finally:
        with suppress(Exception):  # a scheduler that is gone cannot say goodbye
            client.close(timeout=2)


def _refuse_own(models: Sequence[str]) -> None:
    own = [name for name in models if is_own(name)]
    if own:
        raise UsageError(
            "CLUSTER-OWN",
            f"--cluster: {printable(', '.join(own))} is code of your own, which is not sent to workers; "
            "use --jobs",
        )


def _address(where: str) -> str:
    """The address, read from a scheduler file where one is named."""
    if "://" in where:
        return where
    try:
        address = json.loads(read_bytes(where, LARGEST_FILE))["address"]
    except NoInputError as error:
        text = f"--cluster {error}; name tcp://HOST:PORT or a scheduler file"
        raise NoInputError(error.code, text) from error
    except (ValueError, LookupError, TypeError) as error:
        text = f"--cluster {printable(where)}: not a scheduler file (dask scheduler --scheduler-file FILE)"
        raise ConfigError("CLUSTER-FILE", text) from error
    return str(address)


def _client(where: str, address: str) -> Any:
    import dask
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # our own lines say what matters
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    with dask.config.set({"distributed.comm.retry.count": 0}):
        try:
            return Client(address, timeout=CONNECT, set_as_default=False, name="signalcli")
        except (OSError, TimeoutError, ValueError) as error:
            text = f"--cluster {printable(where)}: no scheduler answers within {CONNECT:g} s"
            raise UnavailableError("CLUSTER-CONNECT", f"{text}; start one with: dask scheduler") from error


def _wait_for_worker(client: Any, where: str) -> None:
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError as error:
        text = f"--cluster {printable(where)}: the scheduler has no worker; start one with: dask worker"
        raise UnavailableError("CLUSTER-EMPTY", f"{text} {client.scheduler.address}") from error


@contextmanager
def _policy(client: Any) -> Iterator[None]:
    """Set `POLICY` on the scheduler; what was set is restored for whoever uses it next."""
    before = None
    with suppress(Exception):  # a scheduler that runs no functions keeps its own setting
        before = client.run_on_scheduler(set_policy, POLICY)
    try:
        yield
    finally:
        if before is not None:
            with suppress(Exception):
                client.run_on_scheduler(set_policy, before)


def _import_there(client: Any, libraries: Sequence[str]) -> None:
    """Let every worker begin with the imports of its first fit."""
    from distributed import fire_and_forget

    for worker in client.nthreads():
        fire_and_forget(client.submit(import_libraries, tuple(libraries), workers=[worker], pure=False))


def _compare(client: Any, here: Software, where: str) -> tuple[Software, bool, tuple[str, ...]]:
    """Our software, whether every worker computes with the same instructions, and what to warn of."""
    answers = client.run(software, here.libraries, on_error="return")
    answers = {worker: there for worker, there in answers.items() if not isinstance(there, OSError)}
    for worker, there in answers.items():  # one that died is compared when it comes back
        if not isinstance(there, Software):
            text = f"worker {printable(worker)}: cannot run signalcli ({printable(there)})"
            raise ConfigError("CLUSTER-VERSIONS", f"{text}; install 'signalcli[cluster]' there")
        if difference := here.difference(there):
            text = f"worker {printable(worker)}: {printable(difference)}"
            raise ConfigError("CLUSTER-VERSIONS", f"{text}; install the same versions on every machine")
    others = [worker for worker, there in answers.items() if there.processor != here.processor]
    threads = [worker for worker, count in client.nthreads().items() if count > 1]
    return here, not others, (*_other_processors(others, where), *_threads(threads))


def _other_processors(workers: Sequence[str], where: str) -> list[str]:
    if not workers:
        return []
    which = f"{len(workers)} of the workers of {printable(where)}"
    return [f"{which} have other processors: the last digits may differ, and nothing is cached"]


def _threads(workers: Sequence[str]) -> list[str]:
    if not workers:
        return []
    which = f"{printable(workers[0])} has several threads"
    return [f"worker {which}, of which fits use one; start it with --nthreads 1 --nworkers auto"]
