"""Figures as PNG or SVG files: one style, no window, the same bytes for the same data."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.errors import UsageError, printable
from signalcli.io.files import write_bytes
from signalcli.io.libraries import require_library

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
MAX_SYMBOLS = 20  # with a row of panels each
PNG_COLORS = 64
COLORS = ("#1b6ca8", "#c8553d", "#4f772d", "#7b4b94", "#8d6a00")  # distinguishable in gray print as well
_STYLE: dict[Any, Any] = {
    # A random salt would give the identifiers of an SVG new names in each run.
    "svg.hashsalt": "signalcli",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.0,
    "legend.frameon": False,
}


def check_figure_path(path: str) -> None:
    """Raise UsageError when no figure can be written to ``path``. Call it before long work starts."""
    suffix = Path(path).suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise UsageError("PLOT-FORMAT", f"--plot {printable(path)}: must end in .png or .svg")
    require_library("matplotlib", "--plot")
    if suffix == "png":
        require_library("PIL", f"--plot {printable(path)}", "a .svg does not need it")


def check_symbol_count(count: int) -> None:
    """Raise UsageError for more symbols than one figure can show. Call it before long work starts."""
    if count > MAX_SYMBOLS:
        raise UsageError("PLOT-MANY", f"--plot shows up to {MAX_SYMBOLS} symbols; these bars have {count}")


@contextmanager
def figure(path: str, width: float = 8.0, height: float = 4.0) -> Iterator[Figure]:
    """Yield an empty matplotlib Figure (size in inches) and write it to ``path`` at the end.

    The suffix of ``path`` decides the format. Nothing is written when drawing fails. Raises UsageError and
    OutputError.
    """
    check_figure_path(path)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # no messages about its font cache
    import matplotlib as mpl
    from matplotlib.figure import Figure

    form = Path(path).suffix.lower().lstrip(".")
    with mpl.rc_context(_STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        yield fig
        content = _to_png(fig) if form == "png" else _to_svg(fig)
    write_bytes(path, content)


def _to_svg(fig: Figure) -> bytes:
    """SVG without date and version, which would change the bytes from run to run."""
    content = io.BytesIO()
    fig.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return content.getvalue()


def _to_png(fig: Figure) -> bytes:
    """PNG with a color palette: a third of the size, without visible loss in line drawings."""
    from PIL import Image

    content, reduced = io.BytesIO(), io.BytesIO()
    fig.savefig(content, format="png", dpi=110)
    image = Image.open(content).convert("RGB")
    image = image.quantize(PNG_COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    image.save(reduced, format="png", optimize=True)
    return reduced.getvalue()
