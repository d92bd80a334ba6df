"""A page with the table of what was reproduced, and its pictures beside it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.errors import OutputError, printable
from signalcli.io.files import read_bytes, write_bytes
from signalcli.report.figures.figure import figure
from signalcli.research.reproduce.systems import SYSTEMS

if TYPE_CHECKING:
    from signalcli.research.reproduce.outcome import Figures, Outcome

TITLE = "\n## "
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
    """Write Markdown to ``path`` and a PNG a picture into a folder of its name.

    Sections that the page has of other systems stay, because some take minutes. Raises NoInputError and
    OutputError.
    """
    page = Path(path)
    folder = page.with_suffix("")
    sections = _sections(page) | {
        name: _section(name, found, folder.name) for name, found in outcomes.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"{printable(folder)}: {error.strerror}; nothing was kept"
        raise OutputError("OUTPUT-WRITE", text) from error
    for name, outcome in outcomes.items():
        draw(outcome, str(folder / f"{name}.png"))
    write_bytes(path, "".join([HEAD, *(sections[name] for name in SYSTEMS if name in sections)]).encode())


def _sections(page: Path) -> dict[str, str]:
    """Sections of a page that is there, by system."""
    if not page.exists():
        return {}
    _, *sections = read_bytes(str(page)).decode("utf-8", "replace").split(TITLE)
    return {text.partition("\n")[0]: TITLE + text for text in sections}


def _section(name: str, outcome: Outcome, folder: str) -> str:
    summary = SYSTEMS[name].summary
    lines = [
        f"{TITLE}{name}\n\n{summary[0].upper()}{summary[1:]}.\n\n",
        "| variant | measure | published | ours | naive | seconds |\n|---|---|---|---|---|---|\n",
        *(_line(row) for row in outcome.rows),
        "\n",
        *dict.fromkeys(f"- {row.measure}: {row.meaning}.\n" for row in outcome.rows),
    ]
    if outcome.draw is not None:
        lines.append(f"\n![{name}]({folder}/{name}.png)\n")
    return "".join(lines)


def _line(row: Figures) -> str:
    numbers = " | ".join(_plain(x) for x in (row.published, row.ours, row.naive))
    return f"| {row.variant} | {row.measure} | {numbers} | {row.seconds:.1f} |\n"


def _plain(value: float) -> str:
    """A number to four digits, whole ones in full; unknown ones empty."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
