"""File names of symbols and datasets; only allowed characters, so that no path leaves its folder."""

from __future__ import annotations

import string
from pathlib import Path
from urllib.parse import unquote

from signalcli.config.fetch import FetchConfig
from signalcli.errors import UsageError, printable
from signalcli.io.files import STDIO

ENDING = ".parquet"
_ALLOWED = frozenset(string.ascii_letters + string.digits + ".-_^")
# A leading dot hides a file, an underscore hides it from readers of whole folders, a dash makes it an option.
_NOT_FIRST = frozenset(".-_")
_LONGEST = 200


def file_name(symbol: str) -> str:
    """Return a symbol as a file name without ending; different symbols get different names.

    Other bytes are percent-encoded, such as ``%3D``. Raises UsageError for an empty or too long symbol.
    """
    first, rest = symbol[:1], symbol[1:]
    name = _escape(first, _ALLOWED - _NOT_FIRST) + _escape(rest, _ALLOWED)
    if not 0 < len(name) <= _LONGEST:
        raise UsageError("STORE-SYMBOL", f"'{printable(symbol[:40])}' cannot be the name of a file")
    return name


def symbol_of(path: Path) -> str:
    """Return the symbol whose bars or vintage a file holds."""
    return unquote(path.name.removesuffix(ENDING).partition("@")[0])


def dataset_name(config: FetchConfig) -> str:
    """Return the name of the dataset of a source, interval and adjustment, such as ``yahoo-1d-total``.

    The interval of a file is not known, so its dataset is named after the file, or after all files.
    """
    if not config.reads_files:
        service = file_name(config.services[0])
        source = f"{service}.{file_name(config.process)}" if config.process else service
        return f"{source}-{file_name(config.interval)}-{config.adjust}"
    stems = ["stdin" if source == STDIO else Path(source).stem for source in config.sources]
    return f"file-{file_name('+'.join(stems))}-{config.adjust}"


def _escape(text: str, allowed: frozenset[str]) -> str:
    return "".join(c if c in allowed else _percent_encode(c) for c in text)


def _percent_encode(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
