"""A page with the table of what was reproduced, and its pictures beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.errors import OutputError, printable
from signalcli.files import write_bytes
from signalcli.report.figure import figure
from signalcli.reproduce.systems import SYSTEMS

if TYPE_CHECKING:
    from signalcli.reproduce.outcome import Figures, Outcome

HEAD = """# Reproduced

Written by `signalcli reproduce all --page docs/reproduce.md`: the systems that signalcli grew from, with the
figure their authors printed, the one measured here, and that of a naive forecast. Seconds are of one machine
and not alike from run to run; all other numbers are seeded.
"""


def draw(outcome: Outcome, path: str) -> None:
    """Draw an outcome that has a picture. Raises UsageError and OutputError."""
    if outcome.draw is not None:
        with figure(path, *outcome.size) as drawn:
            outcome.draw(drawn)


def write_page(outcomes: dict[str, Outcome], path: str) -> None:
    """Write Markdown to ``path`` and an SVG a picture into a folder of its name. Raises OutputError."""
    page = Path(path)
    folder = page.with_suffix("")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "OUTPUT-WRITE", f"{printable(folder)}: {error.strerror}; nothing was kept"
        ) from error
    for name, outcome in outcomes.items():
        draw(outcome, str(folder / f"{name}.svg"))
    write_bytes(path, "".join([HEAD, *_sections(outcomes, folder.name)]).encode())


def _sections(outcomes: dict[str, Outcome], folder: str) -> Iterator[str]:
    for name, outcome in outcomes.items():
        yield f"\n## {name}\n\n{SYSTEMS[name].summary[0].upper()}{SYSTEMS[name].summary[1:]}.\n\n"
        yield "| variant | measure | published | ours | naive | seconds |\n|---|---|---|---|---|---|\n"
        yield from (_line(row) for row in outcome.rows)
        meanings = dict.fromkeys((row.measure, row.meaning) for row in outcome.rows)
        yield "\n" + "".join(f"- {measure}: {meaning}.\n" for measure, meaning in meanings)
        if outcome.draw is not None:
            yield f"\n![{name}]({folder}/{name}.svg)\n"


def _line(row: Figures) -> str:
    numbers = " | ".join(_plain(x) for x in (row.published, row.ours, row.naive))
    return f"| {row.variant} | {row.measure} | {numbers} | {row.seconds:.1f} |\n"


def _plain(value: float) -> str:
    """A number to four digits, whole ones in full; unknown ones empty."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
