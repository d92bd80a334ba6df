"""Which folder is the cache."""

from __future__ import annotations

from pathlib import Path

from signalcli.config.cache import DEFAULT, OFF, CacheConfig
from signalcli.io.xdg import user_folder
from signalcli.training.cache.folder import CacheFolder

MEGABYTE = 2**20


def cache_folder(config: CacheConfig) -> CacheFolder | None:
    """The cache that a config names; None for ``off``, and where the user has no cache folder."""
    root = _default_root() if config.cache == DEFAULT else Path(config.cache)
    return None if root is None or config.cache == OFF else CacheFolder(root, config.cache_size * MEGABYTE)


def _default_root() -> Path | None:
    folder = user_folder("XDG_CACHE_HOME", ".cache")
    return None if folder is None else folder / "signalcli"
