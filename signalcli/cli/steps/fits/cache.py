"""The cache of fits: opened for a verb, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.cache import DEFAULT, CacheConfig
from signalcli.config.fit import FitConfig
from signalcli.errors import OutputError, count, printable

if TYPE_CHECKING:
    from signalcli.training.cache.fits import FitCache
    from signalcli.training.cache.folder import CacheFolder


@contextmanager
def fit_cache(config: CacheConfig, fits: FitConfig) -> Iterator[FitCache | None]:
    """Yield the cache, None when there is none; then tell how it was used.

    While the block runs, compiled programs of networks are kept there too.

    Raises OutputError, after the fits, for a named folder that could not be written.
    """
    from signalcli.training.cache.fits import FitCache
    from signalcli.training.cache.open import cache_folder
    from signalcli.training.cache.programs import kept_programs

    folder = cache_folder(config)
    if folder is None:
        yield None
        return
    cache = FitCache(folder)
    with kept_programs(folder.root) if _has_networks(fits) else nullcontext():
        yield cache
    _tell(cache, config)


def _has_networks(config: FitConfig) -> bool:
    from signalcli.models.libraries import every_library

    return "tensorflow" in every_library({m: config.settings.get(m, {}) for m in config.models})


def _tell(cache: FitCache, config: CacheConfig) -> None:
    if cache.damaged:
        are = "was damaged and is" if cache.damaged == 1 else "were damaged and are"
        entries = f"{cache.damaged:,} {'entry' if cache.damaged == 1 else 'entries'}"
        console.warn(f"{printable(cache.folder.root)}: {entries} of the cache {are} fitted again")
    if cache.taken:
        fits = count(cache.taken + cache.fitted, "fit")
        console.note(f"{cache.taken:,} of {fits} from the cache; --cache off fits all again")
    if cache.fault is not None:
        _tell_fault(cache.folder, cache.fault, config)


def _tell_fault(folder: CacheFolder, fault: OSError, config: CacheConfig) -> None:
    """A folder that the user named must work; the default one only warns."""
    reason = f"{printable(folder.root)}: {printable(fault.strerror or fault)}"
    if config.cache != DEFAULT:
        raise OutputError("CACHE-WRITE", f"{reason}; name another folder with --cache, or --cache off")
    console.warn(f"fits are not cached: {reason}; --cache DIR names another folder")
