"""Pictures as PNG or SVG: matplotlib without a window, the same bytes each time, whole or not at all."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.errors import UsageError, printable
from signalcli.io.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
PALETTE = 64  # colours of a PNG
COLOURS = ("#1b6ca8", "#c8553d", "#4f772d", "#7b4b94", "#8d6a00")  # told apart in grey, too
# What is nothing to look at: a salt that differs between runs would change every identifier in an SVG.
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "signalcli",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.0,
    "legend.frameon": False,
}


def refuse_figure(path: str) -> None:
    """Raise UsageError when no picture could be written there: to be asked before the work, not after it."""
    if Path(path).suffix.lower().lstrip(".") not in FORMATS:
        raise UsageError("PLOT-FORMAT", f"--plot {printable(path)}: must end in .png or .svg")
    if find_spec("matplotlib") is None:
        raise UsageError("PLOT-EXTRA", "--plot needs matplotlib: pip install 'signalcli[plot]'")


@contextmanager
def figure(path: str, width: float = 8.0, height: float = 4.0) -> Iterator[Figure]:
    """Yield an empty matplotlib Figure (inches) to draw on; it is written to ``path`` at the end.

    The format follows the name. Nothing is written when drawing fails. Raises UsageError and OutputError.
    """
    refuse_figure(path)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # of its caches, which are nobody's business
    import matplotlib as mpl
    from matplotlib.figure import Figure

    form = Path(path).suffix.lower().lstrip(".")
    with mpl.rc_context(_STYLE):
        drawn = Figure(figsize=(width, height), layout="constrained")
        yield drawn
        content = _png(drawn) if form == "png" else _svg(drawn)
    write_bytes(path, content)


def _svg(drawn: Figure) -> bytes:
    """Without date and version, which would change the bytes."""
    content = io.BytesIO()
    drawn.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return content.getvalue()


def _png(drawn: Figure) -> bytes:
    """With a palette, which a line drawing does not miss and which makes it three times smaller."""
    from PIL import Image

    content, small = io.BytesIO(), io.BytesIO()
    drawn.savefig(content, format="png", dpi=110)
    picture = Image.open(content).convert("RGB")
    picture = picture.quantize(PALETTE, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    picture.save(small, format="png", optimize=True)
    return small.getvalue()
