"""Names above rows that have more cells: an index without a name, a clock time beside the date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

from signalcli.data.sources.csv.dates.looks import is_clock, is_date
from signalcli.data.sources.csv.header.fields import match_fields

Cells = Sequence[str]


def aligned(names: Cells, below: Sequence[Cells]) -> list[str]:
    """Return the names with one for each cell of the rows below, where the rows show what is missing.

    ``Open High`` above ``2024-01-02 1.5 2`` lacks the name of the first column; ``Date Open`` above
    ``2024-01-02 09:30 1.5`` that of the clock time. Names that fit, or for which nothing fits, stay.
    """
    known = [*names]
    while known and not known[-1].strip():
        known.pop()
    width = Counter(len(row) for row in below if len(row) > 1).most_common(1)
    rows = [row for row in below if width and len(row) == width[0][0]]
    if not rows or len(rows[0]) - len(known) not in {1, 2} or len(known) < 4:
        return [*names]
    found = (new for new in _candidates(known, len(rows[0]) - len(known)) if _fits(new, rows))
    return next(found, [*names])


def _candidates(names: list[str], extra: int) -> list[list[str]]:
    """Return the names with a nameless first column, a time right of the date, or both."""
    candidates = []
    for first, clock in product((0, 1), (0, 1)):
        if first + clock == extra:
            date = match_fields(names).get("date", -1) + 1  # without a date, right of a nameless first column
            candidates.append([*[""] * first, *names[:date], *["time"] * clock, *names[date:]])
    return candidates


def _fits(names: list[str], rows: Sequence[Cells]) -> bool:
    """Return whether the date has dates and the time clock times."""
    fields = match_fields(names)
    clock = [i for i, name in enumerate(names) if name == "time"]
    date = clock[0] - 1 if clock else fields.get("date", 0)
    return date >= 0 and all(is_date(row[date]) and all(is_clock(row[i]) for i in clock) for row in rows)
