"""The findings of ``doctor`` as text; without a library, because one of them may be what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from signalcli.errors import count

_MARKS = {"ok": " ", "absent": "-", "warning": "!", "fault": "✗"}


def findings_text(findings: Iterable[Mapping[str, str]]) -> str:
    """Return one line for each finding, its remedy below it, and the number of warnings and faults."""
    rows = list(findings)
    width = max((len(row["name"]) for row in rows), default=0)
    numbers = [count(_number(rows, status), status) for status in ("warning", "fault")]
    return "".join(_lines(row, min(width, 40)) for row in rows) + f"{', '.join(numbers)}\n"


def _lines(row: Mapping[str, str], width: int) -> str:
    line = f"{_MARKS[row['status']]} {row['check']:8} {row['name']:{width}}  {row['found']}\n"
    return line + (f"{'':11}→ {row['remedy']}\n" if row["remedy"] else "")


def _number(rows: list[Mapping[str, str]], status: str) -> int:
    return sum(row["status"] == status for row in rows)
