"""Which sources are services that are asked for symbols, and no files."""

import re
from functools import cache

BUILT_IN = ("yahoo", "tiingo", "synthetic")
EXCHANGE = "ccxt:"  # before the name of an exchange
GROUP = "signalcli.sources"  # entry points
_OWN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_BARE = re.compile(r"[A-Za-z_][\w-]*")


def services_of(source: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the services that a source names, in order and without repetition; empty when it names files."""
    texts = (source,) if isinstance(source, str) else source
    names = tuple(dict.fromkeys(part.strip() for text in texts for part in text.split(",")))
    return names if all(map(is_service, names)) else ()


def is_service(name: str) -> bool:
    """Return whether a name is that of a service: built in, ``module:function``, or an installed entry point.

    A file of such a name is read as ``./name``.
    """
    return name in BUILT_IN or _OWN.fullmatch(name) is not None or _is_installed(name)


def is_own(name: str) -> bool:
    """Return whether a service is a function that the command line names: ``module:function``."""
    return ":" in name and not name.startswith(EXCHANGE)


@cache
def _is_installed(name: str) -> bool:
    if not _BARE.fullmatch(name):
        return False
    from importlib import metadata  # here, because it takes a while, and few names are bare

    return any(point.name == name for point in metadata.entry_points(group=GROUP))
