"""``signalcli cache``: list the cache of fits, and clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.options.command import VerbCommand
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.config.cache import CacheConfig
from signalcli.config.output import OutputConfig
from signalcli.errors import NoInputError, OutputError, printable

if TYPE_CHECKING:
    from signalcli.training.cache.folder import CacheFolder

cache = typer.Typer(help="List the cache of fits (fit and run fill it), and clear it.", rich_markup_mode=None)
Folder = Annotated[CacheConfig, Only("cache")]


@cache.command("list", cls=VerbCommand)
@verb
def list_(folder: Folder = CacheConfig(), output: OutputConfig = OutputConfig()) -> None:
    """List the cached fits by model and version, with their size and last use."""
    from signalcli.training.cache.listing import list_cache

    emit_listing(list_cache(_existing(folder)), output)


@cache.command(cls=VerbCommand)
@verb
def clear(folder: Folder = CacheConfig(), output: OutputConfig = OutputConfig()) -> None:
    """Remove every cached fit, and print how many there were."""
    from signalcli.training.cache.listing import clear_cache

    existing = _existing(folder)
    try:
        removed = clear_cache(existing)
    except OSError as error:
        text = f"{printable(existing.root)}: {printable(error.strerror or error)}; some fits remain"
        raise OutputError("CACHE-WRITE", text) from error
    emit_listing(removed, output)


def _existing(config: CacheConfig) -> CacheFolder:
    """Return the folder. Raises NoInputError for one that does not exist."""
    from signalcli.training.cache.open import cache_folder

    folder = cache_folder(config)
    if folder is None or not folder.root.is_dir():
        place = config.cache if folder is None else str(folder.root)
        raise NoInputError("CACHE-NONE", f"{printable(place)}: no cache there; fit and run make one")
    return folder
