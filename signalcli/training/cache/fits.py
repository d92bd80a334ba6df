"""Fits through a cache: what is known is read, the rest is fitted and written as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from signalcli.schemas import FITTED_BASELINES
from signalcli.training.cache.entry import Shape, decode, encode
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.cache.keys import FitKeys
from signalcli.training.fits.data import FitData
from signalcli.training.fits.fit import FitResult
from signalcli.training.plan import FitTask

Done = Callable[[int, Any], None]
FitMissing = Callable[[list[FitTask], Done], Iterator[FitResult]]
"""From tasks to their results in order; ``Done`` is told of each when it ends, which may be earlier."""


class CachedFit(NamedTuple):
    """Where the result of a fit is kept, and what it must look like; without a key it is not kept."""

    key: str | None
    model: str
    shape: Shape


def cached_fit(keys: FitKeys, task: FitTask) -> CachedFit:
    """The place of the result of a fit."""
    data = keys.data
    rows = len(data.groups[task.group].folds[task.fold].test)
    bands = data.config.coverage is not None and task.model not in FITTED_BASELINES
    return CachedFit(keys.key(task), task.model, Shape(rows, len(data.shown), bands))


@dataclass
class FitCache:
    """A folder of results, and a count of how they were used.

    Attributes
    ----------
    folder : CacheFolder
        Where they are.
    taken, fitted : int
        Fits that were read, and that were not.
    damaged : int
        Entries that could not be believed, and were fitted again.
    fault : OSError or None
        Why nothing is written any more.
    """

    folder: CacheFolder
    taken: int = 0
    fitted: int = 0
    damaged: int = 0
    fault: OSError | None = None

    def results(self, data: FitData, tasks: Sequence[FitTask], fit: FitMissing) -> Iterator[FitResult]:
        """Results in the order of the tasks, the same bytes as without a cache."""
        keys = FitKeys(data)
        places = [cached_fit(keys, task) for task in tasks]
        return self.through(places, lambda missing, done: fit([tasks[number] for number in missing], done))

    def through(
        self, places: Sequence[CachedFit], fit: Callable[[list[int], Done], Iterator[Any]]
    ) -> Iterator[Any]:
        """Results in the order of their places; ``fit`` gives those of the missing positions, in order.

        What `Done` is told of is written, unless it is no `FitResult`.
        """
        known = [self._read(place) for place in places]
        missing = [number for number, result in enumerate(known) if result is None]
        self.taken, self.fitted = self.taken + len(places) - len(missing), self.fitted + len(missing)
        fitted = fit(missing, lambda number, result: self._write(places[missing[number]], result))
        for result in known:
            yield next(fitted) if result is None else result

    def _read(self, place: CachedFit) -> FitResult | None:
        content = None if place.key is None else self.folder.read(place.key)
        if place.key is None or content is None:
            return None
        result = decode(place.key, content, place.shape)
        self.damaged += result is None
        return result

    def _write(self, place: CachedFit, result: Any) -> None:
        """Write an entry; after the first fault no further one is tried, because the fits go on."""
        if place.key is None or self.fault is not None or not isinstance(result, FitResult):
            return
        try:
            self.folder.write(place.key, encode(place.key, place.model, result))
        except OSError as error:
            self.fault = error
