"""Text with rare separators, or runs of blanks, between its cells → text with tabs between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from signalcli.data.sources.csv.grid.delimiter import FEWEST

RARE = "~^\x1f\x01\x02\x1e┆│¦§!#&*@:/"
_BORDER = " │"  # beside the outer cells of a printed table
_WIDE = re.compile(r"\s{2,}|\t")
_QUOTED = re.compile(r"""(?:"[^"]*"|'[^']*'(?=\s|$)|\S)+""")
_COMMA_DATE = re.compile(rb"^([A-Za-z]{3,9}\.? +\d{1,2}, *\d{4}),", re.MULTILINE)
_HEAD = 4096  # bytes that show whether dates have commas
_SAMPLE = 40  # lines that show which separator fits
Split = Callable[[str], list[str]]


def with_quoted_dates(content: bytes) -> bytes:
    """Return the text with quotes around ``Jan 2, 2024`` at the start of lines."""
    head = content[:_HEAD]
    most = 2 * len(_COMMA_DATE.findall(head)) > head.count(b"\n") > 0
    return _COMMA_DATE.sub(rb'"\1",', content) if most else content


def with_tabs(content: bytes) -> Iterator[bytes]:
    """Yield the text with tabs instead of each separator that gives most lines the same number of cells.

    Lines stay where they are. Runs of two blanks come before single ones, which may stand inside of a cell.
    """
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.split("\n")
    if "\t" in text:
        return
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    for split in sorted(_splits(sample), key=lambda split: -_uniform(sample, split)):
        if 2 * _uniform(sample, split) > len(sample):
            yield "\n".join("\t".join(split(line)) for line in lines).encode()


def _splits(sample: Sequence[str]) -> list[Split]:
    """Return the ways to split a line that may fit, the most certain first."""
    marks = [mark for mark in RARE if sum(mark in line for line in sample) * 2 > len(sample)]
    return [partial(_at_mark, mark=mark) for mark in marks] + [_at_wide_blanks, _at_blanks]


def _at_mark(line: str, mark: str) -> list[str]:
    return [cell.strip(_BORDER) for cell in line.split(mark)]


def _at_wide_blanks(line: str) -> list[str]:
    return _WIDE.split(line.strip())


def _at_blanks(line: str) -> list[str]:
    return _QUOTED.findall(line)


def _uniform(sample: Sequence[str], split: Split) -> int:
    """Return how many lines have the same number of cells, at least `FEWEST`."""
    widths = Counter(width for line in sample if (width := len(split(line))) >= FEWEST)
    return max(widths.values(), default=0)
