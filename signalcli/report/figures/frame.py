"""Curves that leave their panel: cut where they do, or clipped, and never without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.report.figures.palette import MUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


def before_leaving(values: np.ndarray, low: float, high: float) -> int:
    """Number of values before the first one outside low … high, or all; NaN is not outside."""
    outside = (values < low) | (values > high)
    return int(outside.argmax()) if outside.any() else len(values)


def leaving(name: str, values: np.ndarray, low: float, high: float, where: str = "") -> str:
    """The words for a curve that leaves low … high, with the value farthest outside; empty if it does not."""
    if before_leaving(values, low, high) == len(values):
        return ""
    known = values[~np.isnan(values)]
    farthest = known[np.argmax(np.maximum(known - high, low - known))]
    return f"{name} leaves the frame{where}, as far as {farthest:,.4g}".replace("-", "−")


def write_leaving(axes: Axes, texts: Sequence[str]) -> None:
    """Write the words of `leaving` at the top of a panel, a line each."""
    lines = [text for text in texts if text]
    if lines:
        place: dict[str, Any] = {"transform": axes.transAxes, "va": "top", "fontsize": 9.5, "color": MUTED}
        ground = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
        axes.text(0.01, 0.98, "\n".join(lines), bbox=ground, zorder=5, **place)
