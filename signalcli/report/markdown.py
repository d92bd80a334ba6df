"""Document → Markdown for a pull request: verdict, facts and the brief tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from signalcli.report.document.document import Document, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@$&:-])")
_AS_ENTITY = "<>|@&:"  # a backslash does not take their meaning away


def write_markdown(document: Document) -> str:
    """Return the short report. Foreign text cannot become markup, a link or a mention."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"## {escaped(document.title)}\n"
    yield f"**{escaped(document.headline)}.** {escaped(document.verdict)}\n"
    yield from (f"- {escaped(label)}: {escaped(value)}" for label, value in document.facts)
    for section in document.sections:
        for table in section.tables:
            if table.brief:
                yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    numbers = [bool(table.rows) and cell.is_number for cell in (table.rows[0] if table.rows else ())]
    yield f"\n### {escaped(table.caption)}\n"
    yield _row(table.columns)
    yield _row("---:" if number else "---" for number in numbers)
    yield from (_row(escaped(cell.text) for cell in row) for row in table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text in which no character means anything to Markdown, nor ends a line."""
    return _SPECIAL.sub(
        lambda m: f"&#{ord(m[1])};" if m[1] in _AS_ENTITY else f"\\{m[1]}", " ".join(text.split())
    )
