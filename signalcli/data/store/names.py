"""Symbols and sources as file names: an allow-list, so that no name leaves its folder."""

from __future__ import annotations

import string
from pathlib import Path
from urllib.parse import unquote

from signalcli.config.fetch import FetchConfig
from signalcli.errors import UsageError, printable
from signalcli.io.files import STDIO

ENDING = ".parquet"
_ALLOWED = frozenset(string.ascii_letters + string.digits + ".-_^")
# A leading dot hides a file, a leading underscore hides it from readers of whole folders, and a dash makes it
# an option.
_NOT_FIRST = frozenset(".-_")
_LONGEST = 200


def file_name(symbol: str) -> str:
    """Symbol as a file name without its ending; different symbols have different names.

    Every other byte is written as ``%3D``, the way of web addresses. Raises UsageError for a symbol that is
    empty or too long for a file.
    """
    first, rest = symbol[:1], symbol[1:]
    name = _escaped(first, _ALLOWED - _NOT_FIRST) + _escaped(rest, _ALLOWED)
    if not 0 < len(name) <= _LONGEST:
        raise UsageError("STORE-SYMBOL", f"'{printable(symbol[:40])}' cannot be the name of a file")
    return name


def symbol_of(path: Path) -> str:
    """Symbol whose bars, or whose vintage, a file holds."""
    return unquote(path.name.removesuffix(ENDING).partition("@")[0])


def shelf_name(config: FetchConfig) -> str:
    """Folder of the bars of one source, interval and adjustment, as ``yahoo-1d-total``.

    The interval of a file is the file's own, so its folder says the file's name instead.
    """
    if config.source in {"yahoo", "synthetic"}:
        return f"{config.source}-{file_name(config.interval)}-{config.adjust}"
    stem = "stdin" if config.source == STDIO else Path(config.source).stem
    return f"file-{file_name(stem)}-{config.adjust}"


def _escaped(text: str, allowed: frozenset[str]) -> str:
    return "".join(c if c in allowed else _percent(c) for c in text)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
