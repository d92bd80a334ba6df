"""Words of a command line that may be symbols, files, lists of them, or ranges of symbols."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from signalcli.cli.console import console
from signalcli.config.fetch import FetchConfig
from signalcli.errors import NoInputError, UsageError, printable
from signalcli.io.files import STDIO
from signalcli.io.missing import missing_hint

ADDRESS = "; an address is not read: download the file and name it"
LIST = "@"  # first character of a word that names a file of words
RANGE = re.compile(r"(.*?)([0-9]+)\.\.\1([0-9]+)")  # S001..S500
_LONGEST_RANGE = 100_000  # symbols
_DIGITS = 9  # of a number in a range
_LONGEST_LIST = 2**24  # bytes
# Endings of files of bars; no symbol of Yahoo has one.
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".feather", ".arrow", ".ipc",
    ".xlsx", ".xls", ".zip", ".gz", ".bz2", ".xz", ".zst", ".db", ".sqlite", ".sqlite3", ".duckdb",
    ".prn", ".asc", ".dat", ".mst", ".tab", ".psv", ".ods", ".xlsm", ".h5", ".hdf5", ".pkl", ".html",
)  # fmt: skip


def expand_lists(words: list[str]) -> list[str]:
    """Return the words, with those in the file for each ``@FILE``, and all of each range ``S001..S500``.

    Raises NoInputError and UsageError.
    """
    found = (_read_list(word) if word.startswith(LIST) and len(word) > 1 else [word] for word in words)
    return [one for part in found for word in part for one in _expand_range(word)]


def _expand_range(word: str) -> list[str]:
    """Return every symbol from the first number to the last, both included; another word as it is."""
    match = RANGE.fullmatch(word)
    if match is None:
        return [word]
    prefix, first, last = match.groups()
    count = int(last) - int(first) + 1 if len(first + last) <= 2 * _DIGITS else 0
    if not 0 < count <= _LONGEST_RANGE:
        raise UsageError(
            "SYMBOL-RANGE", f"{printable(word)}: must be FIRST..LAST of 1 to {_LONGEST_RANGE:,} symbols"
        )
    return [f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]


def _read_list(word: str) -> list[str]:
    """Return the words of a file, separated by spaces, commas or lines; text after # is a comment."""
    path = Path(word.removeprefix(LIST))
    try:
        with path.open("rb") as handle:
            content = handle.read(_LONGEST_LIST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        text = f"{printable(word)}: {printable(reason)}{missing_hint(path, error)}"
        raise NoInputError("INPUT-OPEN", text) from error
    if len(content) > _LONGEST_LIST:
        raise UsageError(
            "SYMBOL-LIST", f"{printable(word)}: more than {_LONGEST_LIST:,} bytes are no list of symbols"
        )
    words = re.split(r"[\s,;]+", re.sub(r"#.*", "", _text(content, word)))
    if not any(words):
        raise UsageError("SYMBOL-LIST", f"{printable(word)}: no symbol in it")
    return [name for name in dict.fromkeys(words) if name]


def _text(content: bytes, word: str) -> str:
    from signalcli.io.containers.encoding import to_utf8
    from signalcli.io.containers.part import never

    return to_utf8(content, printable(word), never)[0].decode("utf-8").removeprefix("\ufeff")


def split_words(
    words: list[str], fetching: FetchConfig, given: dict[str, Any]
) -> tuple[list[str], FetchConfig]:
    """Return the symbols among the words, and a config that reads the files among them.

    A word is a file when it names one that exists and looks like a path (with a slash, or an ending such as
    ``.csv``); without --source and --store any name of a file is one, and a line says so when it could be a
    symbol as well. ``given`` holds the source that the user has set. Raises NoInputError for a path that does
    not exist.
    """
    words = expand_lists(words)
    alone = "source" not in given and fetching.store is None
    named_service = "source" in given and bool(fetching.services)
    files = [word for word in words if _is_file(word, alone=alone, slashes=named_service)]
    if not files:
        return words, fetching
    for word in files:
        if not _looks_like_path(word):
            console.warn(
                f"{printable(word)}: read as the file of this name; --source yahoo asks for the symbol"
            )
    named = fetching.sources if "source" in given else ()
    source = tuple(dict.fromkeys([*named, *files]))
    return [word for word in words if word not in files], replace(fetching, source=source)


def _is_file(word: str, *, alone: bool, slashes: bool) -> bool:
    """Whether a word is a file; with ``slashes`` one such as BTC/USD may be a symbol."""
    try:
        exists = Path(word).exists()
        folder = Path(word).is_dir()
    except (OSError, ValueError):
        return False
    if _looks_like_path(word):
        if not exists and slashes and not word.lower().endswith(_ENDINGS) and word != STDIO:
            return False
        if not exists and word != STDIO:
            hint = ADDRESS if "://" in word else missing_hint(word)
            text = f"{printable(word)}: No such file or directory{hint}"
            raise NoInputError("INPUT-OPEN", text)
        return True
    return alone and exists and not folder


def _looks_like_path(word: str) -> bool:
    return word == STDIO or "/" in word or word.lower().endswith(_ENDINGS)
