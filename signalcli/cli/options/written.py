"""Files that a verb writes: none of them is a file that it reads, or another one that it writes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from signalcli.cli.job_file import PATHS
from signalcli.config.option import Setting, brief
from signalcli.config.plot import COLON, is_name
from signalcli.errors import UsageError
from signalcli.io.files import STDIO


def refuse_lost_files(
    texts: Mapping[str, Any], settings: Iterable[Setting], words: Iterable[str], files: list[str]
) -> None:
    """Raise UsageError, before the work, where a file would be replaced that holds something else by then.

    ``texts`` are the values of the command line by parameter, ``words`` the parameters that are arguments,
    ``files`` those that set parameters.
    """
    settings = list(settings)
    read = {place: "the input" for name in words for place in _files(texts.get(name))}
    read |= dict.fromkeys(_files(files), "a file of settings")
    for one in settings:
        if not one.option.writes and (one.option.complete in PATHS or "FILE" in one.option.metavar):
            read |= dict.fromkeys(_files(texts.get(one.parameter)), f"the file of {one.flags[0]}")
    for one in settings:
        for text in _texts(texts.get(one.parameter)) if one.option.writes else ():
            _refuse(one.flags[0], text, read)


def _refuse(flag: str, text: str, taken: dict[str, str]) -> None:
    """Raise UsageError for a file that is taken; else it is from now on."""
    file = _without_figure(text)
    place = os.path.realpath(file)
    if place in taken:
        raise UsageError(
            "OPTION-VALUE", f"{flag} {brief(text)}: this is {taken[place]}, too; name another file"
        )
    if file != STDIO and _is_regular(place):
        taken[place] = f"the file of {flag}"


def _is_regular(place: str) -> bool:
    """Whether a regular file is there, or would be made: no folder, pipe or device."""
    try:
        return Path(place).is_file() or not Path(place).exists()
    except OSError:  # too long; the verb says so when it writes
        return False


def _files(value: Any) -> Iterator[str]:
    """Places of the regular files among texts."""
    yield from (os.path.realpath(text) for text in _texts(value) if text != STDIO and _is_file(text))


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long, or no name of a file
        return False


def _texts(value: Any) -> list[str]:
    texts = value if isinstance(value, list | tuple) else [value]
    return [text for text in texts if isinstance(text, str) and text and "\0" not in text]


def _without_figure(text: str) -> str:
    """The file in ``equity:out.png``."""
    figure, colon, file = text.partition(COLON)
    return file if colon and is_name(figure) else text
