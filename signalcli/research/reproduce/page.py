"""Markdown page with the measurements and figures of reproduced systems."""

from __future__ import annotations

from pathlib import Path

from signalcli.errors import OutputError, printable
from signalcli.io.files import read_bytes, write_bytes
from signalcli.report.figures.figure import figure
from signalcli.report.text.tables import format_number
from signalcli.research.reproduce.reproduction import Measurement, Reproduction
from signalcli.research.reproduce.systems import SYSTEMS

TITLE = "\n## "
HEAD = """# Reproduced

Written by `signalcli reproduce all --page docs/reproduce.md`: the systems that signalcli grew from, with the
result their authors published, the result measured here, and the result of a naive forecast. Seconds depend
on the machine and vary between runs; all other numbers are seeded.
"""


def draw(reproduction: Reproduction, path: str) -> None:
    """Write the figure of a system that has one. Raises UsageError and OutputError."""
    if reproduction.draw is not None:
        with figure(path, *reproduction.size) as fig:
            reproduction.draw(fig)


def write_page(reproductions: dict[str, Reproduction], path: str) -> None:
    """Write Markdown to ``path`` and one PNG a figure into the folder of the same name.

    Sections of other systems on an existing page are kept, because some systems take minutes. Raises
    NoInputError and OutputError.
    """
    page = Path(path)
    folder = page.with_suffix("")
    sections = _read_sections(page) | {
        name: _section(name, system, folder.name) for name, system in reproductions.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"{printable(folder)}: cannot create the folder: {error.strerror}; nothing was written"
        raise OutputError("OUTPUT-WRITE", text) from error
    for name, system in reproductions.items():
        draw(system, str(folder / f"{name}.png"))
    write_bytes(path, "".join([HEAD, *(sections[name] for name in SYSTEMS if name in sections)]).encode())


def _read_sections(page: Path) -> dict[str, str]:
    """Sections of an existing page, by system."""
    if not page.exists():
        return {}
    _, *sections = read_bytes(str(page)).decode("utf-8", "replace").split(TITLE)
    return {text.partition("\n")[0]: TITLE + text for text in sections}


def _section(name: str, system: Reproduction, folder: str) -> str:
    summary = SYSTEMS[name].summary
    lines = [
        f"{TITLE}{name}\n\n{summary[0].upper()}{summary[1:]}.\n\n",
        "| variant | measure | published | ours | plain Keras | naive | seconds |\n",
        "|---|---|---|---|---|---|---|\n",
        *(_table_row(row) for row in system.rows),
        "\n",
        *_seeds_line(system),
        *dict.fromkeys(f"- {row.measure}: {row.meaning}.\n" for row in system.rows),
    ]
    if system.draw is not None:
        lines.append(f"\n![{name}]({folder}/{name}.png)\n")
    return "".join(lines)


def _table_row(row: Measurement) -> str:
    numbers = (
        format_number(row.published),
        _with_deviation(row.ours, row.ours_sd),
        _with_deviation(row.keras, row.keras_sd),
        format_number(row.naive),
    )
    return f"| {row.variant} | {row.measure} | {' | '.join(numbers)} | {row.seconds:.1f} |\n"


def _with_deviation(mean: float, deviation: float) -> str:
    """Mean ± standard deviation; the mean alone where there is no deviation."""
    return f"{format_number(mean)} ± {format_number(deviation, 2)}" if deviation > 0 else format_number(mean)


def _seeds_line(system: Reproduction) -> list[str]:
    seeds = system.rows[0].seeds
    text = f"- ours and plain Keras: mean ± standard deviation over {seeds} random seeds; plain Keras is the"
    return [f"{text} same network with Keras' own layers, optimizer and loop.\n"] * (seeds > 1)
