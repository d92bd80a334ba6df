"""``--plot FILE``: the figure of a verb."""

from __future__ import annotations

from typing import Annotated

from signalcli.config.option import Option

PlotFile = Annotated[
    str | None,
    Option(
        "Draw the figure to this file (.png or .svg).", metavar="FILE", heading="Output", complete="files"
    ),
]


def check_plot(plot: str | None) -> None:
    """Raise UsageError, before the work, for a figure that cannot be drawn."""
    if plot is not None:
        from signalcli.report.figures.figure import check_figure_path

        check_figure_path(plot)
