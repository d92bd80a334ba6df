"""Document → one HTML file: figures, style and script inside, nothing to ask for, the same bytes again."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from signalcli.io.libraries import is_installed, missing_libraries
from signalcli.report.document.document import Cell, Document
from signalcli.report.figures.palette import PALETTE
from signalcli.report.figures.picture import Picture
from signalcli.report.html.svg import Drawing, Styles, drawings

FOLDER = Path(__file__).parent
LONG = 60  # rows from which a table scrolls in a window of its own
TONES = 8  # steps of the color of a cell, on either side
TONE = 0.5  # opacity of the strongest one: ink stays readable on it


def check_html() -> None:
    """Raise UsageError when no page can be written. Call it before long work starts."""
    missing = [library for library in ("jinja2", "matplotlib") if not is_installed(library)]
    if missing:
        raise missing_libraries(missing, "an HTML report", "--format md needs neither")


def write_html(document: Document) -> str:
    """Return the page. All text is escaped, and a policy forbids every request and every other script."""
    styles = Styles()
    pictures = {
        figure.picture.name: list(drawings(figure.picture, styles))
        for section in document.sections
        for figure in section.figures
    }
    script = (FOLDER / "sort.js").read_text(encoding="utf-8")
    sheet = "\n".join(
        [_variables(), (FOLDER / "style.css").read_text(encoding="utf-8"), _tones(), str(styles)]
    )
    return str(
        _template().render(
            document=document,
            pictures=pictures,
            alt=_alternative,
            tone=_tone,
            long=LONG,
            script=_safe(script),
            sheet=_safe(sheet),
            policy=f"default-src 'none'; style-src '{_hash(sheet)}'; script-src '{_hash(script)}'",
        )
    )


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawn"] = _drawn
    return environment.get_template("page.html")


def _drawn(drawing: Drawing) -> Any:
    """The SVG as it is: it was made, and its text escaped, by the XML writer."""
    return _safe(drawing.svg)


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 (our own files, and SVG from the XML writer)


def _alternative(picture: Picture) -> str:
    """Text for readers who do not see the figure."""
    return f"{picture.title}. {picture.caption}"


def _tone(cell: Cell) -> str:
    """Class of a colored cell; empty for the others."""
    step = round(abs(cell.tone) * TONES)
    return f"{'gain' if cell.tone > 0 else 'loss'}{step}" if step else ""


def _tones() -> str:
    return "\n".join(
        f"td.{side}{step} {{background: {_mixed(side, step)}}}"
        for side in ("gain", "loss")
        for step in range(1, TONES + 1)
    )


def _mixed(side: str, step: int) -> str:
    return f"color-mix(in srgb, var(--{side}) {100 * TONE * step / TONES:g}%, transparent)"


def _variables() -> str:
    """Colors of both grounds; print is always light."""
    light, dark = (
        "".join(f"--{name}:{getattr(color, ground)};" for name, color in PALETTE.items())
        for ground in ("light", "dark")
    )
    return f":root {{{light}}}\n@media screen and (prefers-color-scheme: dark) {{:root {{{dark}}}}}"


def _hash(text: str) -> str:
    """Hash by which a policy names a script or a style sheet."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
