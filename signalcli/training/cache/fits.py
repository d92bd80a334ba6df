"""Fits through a cache: what is known is read, the rest is fitted and written as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from signalcli.schemas import FITTED_BASELINES
from signalcli.training.cache.entry import Shape, decode, encode
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.cache.keys import FitKeys
from signalcli.training.fits.data import FitData
from signalcli.training.fits.fit import FitResult
from signalcli.training.plan import FitTask

Done = Callable[[int, FitResult], None]
FitMissing = Callable[[list[FitTask], Done], Iterator[FitResult]]
"""From tasks to their results in order; ``Done`` is told of each when it ends, which may be earlier."""


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
        named = [keys.key(task) for task in tasks]
        known = [self._read(key, data, task) for key, task in zip(named, tasks, strict=True)]
        missing = [number for number, result in enumerate(known) if result is None]
        self.taken, self.fitted = self.taken + len(tasks) - len(missing), self.fitted + len(missing)

        def done(number: int, result: FitResult) -> None:
            place = missing[number]
            self._write(named[place], tasks[place].model, result)

        fitted = fit([tasks[place] for place in missing], done)
        for result in known:
            yield next(fitted) if result is None else result

    def _read(self, key: str | None, data: FitData, task: FitTask) -> FitResult | None:
        content = None if key is None else self.folder.read(key)
        if key is None or content is None:
            return None
        rows = len(data.groups[task.group].folds[task.fold].test)
        bands = data.config.coverage is not None and task.model not in FITTED_BASELINES
        result = decode(key, content, Shape(rows, len(data.shown), bands))
        self.damaged += result is None
        return result

    def _write(self, key: str | None, model: str, result: FitResult) -> None:
        """Write an entry; after the first fault no further one is tried, because the fits go on."""
        if key is None or self.fault is not None:
            return
        try:
            self.folder.write(key, encode(key, model, result))
        except OSError as error:
            self.fault = error
