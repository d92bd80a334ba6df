"""The delimiter of a file without a header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from signalcli.data.sources.csv.grid.grid import cells_of

FEWEST = 5  # cells of a bar: a date and four prices


def guess_delimiter(lines: Sequence[str]) -> str | None:
    """Return the delimiter that gives most lines the same number of cells, at least `FEWEST`.

    A comma comes last, because between other delimiters it may mark decimals.
    """
    filled = [line for line in lines if line.strip()]
    return next((mark for mark in "\t;|," if _fits(filled, mark)), None)


def _fits(lines: Sequence[str], mark: str) -> bool:
    counts = Counter(len(cells_of(line, mark)) for line in lines)
    width, times = counts.most_common(1)[0] if counts else (0, 0)
    return width >= FEWEST and 2 * times > len(lines)
