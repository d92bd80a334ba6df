"""What runs on a worker, and on the scheduler."""

from __future__ import annotations

import importlib
import importlib.metadata
import math
import pickle
import platform
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from signalcli.errors import ConfigError
from signalcli.training.cache.environment import code_hash, processor

_COMPARED = ("numpy", "pandas", "scipy", "scikit-learn", "dask", "distributed", "cloudpickle", "msgpack")
_PACKAGES = {"sklearn": "scikit-learn"}  # where the package has another name than the import
_one_fit = threading.Lock()  # libraries count threads and warnings by process


class Software(NamedTuple):
    """What a process computes with: versions by name, and its processor.

    ``libraries`` are the names by which the libraries of the models are imported.
    """

    libraries: tuple[str, ...]
    versions: dict[str, str]
    processor: str

    def difference(self, other: Software) -> str:
        """The first version that differs, in words; empty without one."""
        for name, own in self.versions.items():
            if other.versions.get(name) != own:
                return f"{name} is {other.versions.get(name) or 'missing'}, here {own or 'missing'}"
        return ""


@cache
def software(libraries: tuple[str, ...] = ()) -> Software:
    """Software of this process."""
    names = sorted({*_COMPARED, *(_PACKAGES.get(name, name) for name in libraries)})
    versions = {"python": platform.python_version(), "signalcli": code_hash().removeprefix("signalcli ")[:24]}
    return Software(libraries, versions | {name: _version(name) for name in names}, processor())


@dataclass(frozen=True)
class OnePiece:
    """What all tasks share, sent as one piece: tens of thousands of arrays take seconds one by one.

    No tuple, of which each element would be sent on its own.
    """

    value: Any

    def __reduce__(self) -> tuple[Any, ...]:
        """The value as bytes; without this, every array of it would be a message of its own."""
        return _from_bytes, (pickle.dumps(self.value, pickle.HIGHEST_PROTOCOL),)


def _from_bytes(data: bytes) -> OnePiece:
    return OnePiece(pickle.loads(data))  # noqa: S301 (from the client, which sends code as well)


def import_libraries(names: tuple[str, ...]) -> None:
    """Import what fits need while the client plans them; a fit tells of what is missing."""
    for name in ("signalcli.training.fits.fit", *names):
        with suppress(ImportError):
            importlib.import_module(name)


def call(task: Any, function: Callable[[Any, Any], Any], shared: OnePiece, here: Software) -> Any:
    """``function(shared.value, task)`` on a worker, one at a time in each process.

    Raises ConfigError on a worker that came later and has other software than the client.
    """
    if difference := here.difference(software(here.libraries)):
        raise ConfigError("CLUSTER-VERSIONS", f"a worker: {difference}; install the same versions everywhere")
    with _one_fit:
        return function(shared.value, task)


class Policy(NamedTuple):
    """What a scheduler does when a worker dies.

    Parameters
    ----------
    failures : int
        Deaths of a worker that a task may cause.
    saturation : float
        Tasks that a worker holds for each of its threads. The death of a worker counts for all that it holds,
        so that above 1 a task is charged with what another one did.
    """

    failures: int
    saturation: float


def set_policy(policy: Policy, dask_scheduler: Any) -> Policy:
    """Set what happens when a worker dies, and return what was set before. Runs on the scheduler."""
    before = Policy(dask_scheduler.allowed_failures, dask_scheduler.WORKER_SATURATION)
    dask_scheduler.allowed_failures = policy.failures
    if math.isfinite(before.saturation):  # a scheduler without a queue cannot get one while it runs
        dask_scheduler.WORKER_SATURATION = policy.saturation
    return before


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
