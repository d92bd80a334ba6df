"""A figure as panels that draw themselves, so that a file and a page can lay them out in their own way."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalcli.report.figures.figure import figure
from signalcli.report.figures.letters import text_width
from signalcli.report.figures.palette import AXIS, GRID, INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, TOP, BOTTOM = 48, 14, 26, 26  # pixels around the data of a panel
HEAD, LINE = 46, 15  # pixels of title and caption in a file, and of each further line of the caption
WIDE, NARROW = 860, 290  # pixels of a panel in a file: alone, and in three columns
LETTER = 6.3  # pixels of a letter, at most, in the mean
PIXEL = 1 / 72  # inches


@dataclass(frozen=True)
class Panel:
    """One pair of axes; ``draw`` draws into them and sets their limits. ``height`` in pixels."""

    title: str
    draw: Callable[[Axes], None]
    height: int = 200


@dataclass(frozen=True)
class Picture:
    """A figure.

    Parameters
    ----------
    name : str
        As it is asked for, such as ``equity``.
    title, caption : str
        What is shown; units, intervals, and what is left out.
    panels : tuple of Panel
        Small panels share their axes.
    wide : bool
        Whether a panel is as wide as the page.
    ends : tuple of str
        Labels at the right end of lines, which need a margin.
    starts : tuple of str
        Labels to the left of a panel, if they are no numbers.
    columns : int
        Panels beside each other, at most.
    """

    name: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    wide: bool = False
    ends: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    columns: int = 3

    @property
    def left(self) -> float:
        """Pixels to the left of the data."""
        return max((text_width(text) * LETTER + 14 for text in self.starts), default=LEFT)

    @property
    def right(self) -> float:
        """Pixels to the right of the data."""
        return RIGHT + max((text_width(text) * LETTER for text in self.ends), default=0.0)


def write_picture(picture: Picture, path: str) -> None:
    """Write a picture to a PNG or SVG file. Raises UsageError and OutputError."""
    columns = 1 if picture.wide else min(len(picture.panels), picture.columns)
    width = WIDE if picture.wide or columns == picture.columns else 2 * NARROW
    caption = textwrap.wrap(picture.caption, int(width / LETTER * 1.08)) or [""]
    tops = _row_tops(picture, columns, HEAD + LINE * (len(caption) - 1))
    with figure(path, width * PIXEL, tops[-1] * PIXEL, layout=None) as fig:
        _write_head(fig, picture.title, caption)
        for number, panel in enumerate(picture.panels):
            row, column = divmod(number, columns)
            place = (column * width / columns, tops[row], width / columns, panel.height)
            draw_panel(fig, panel, place, (picture.left, picture.right))


def _row_tops(picture: Picture, columns: int, head: int) -> list[int]:
    """Pixels from the top at which each row of panels begins, and at which the last one ends."""
    heights = [panel.height for panel in picture.panels]
    rows = [max(heights[k : k + columns]) for k in range(0, len(heights), columns)]
    return [head + sum(rows[:k]) for k in range(len(rows) + 1)]


def draw_panel(
    fig: Figure, panel: Panel, place: tuple[float, float, float, float], sides: tuple[float, float]
) -> None:
    """Draw a panel into the rectangle left, top, width, height of a figure, with margins left and right.

    All are in pixels.
    """
    x, y, width, height = place
    left, right = sides
    full_width, full_height = fig.get_size_inches() / PIXEL
    box = (x + left, full_height - y - height + BOTTOM, width - left - right, height - TOP - BOTTOM)
    scale = (full_width, full_height, full_width, full_height)
    axes = fig.add_axes(tuple(value / whole for value, whole in zip(box, scale, strict=True)))
    style_axes(axes)
    axes.set_title(panel.title, loc="left", fontsize=11, fontweight="bold", color=INK, pad=8)
    panel.draw(axes)


def style_axes(axes: Axes) -> None:
    """A ground line and horizontal grid lines; no frame and no tick marks."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    axes.grid(visible=False, axis="x")
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(AXIS)
    axes.tick_params(left=False, bottom=False, labelsize=10.5, labelcolor=MUTED, which="both")


def _write_head(fig: Figure, title: str, caption: list[str]) -> None:
    height = fig.get_size_inches()[1] / PIXEL
    left = LEFT * PIXEL / fig.get_size_inches()[0]
    fig.text(left, 1 - 17 / height, title, fontsize=13, fontweight="bold", color=INK, va="center")
    for number, line in enumerate(caption):
        y = 1 - (34 + LINE * number) / height
        fig.text(left, y, line, fontsize=10.5, color=MUTED, va="center")
