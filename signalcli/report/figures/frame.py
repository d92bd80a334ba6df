"""Curves that leave their panel: cut where they do, or clipped, and never without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return f"{name} leaves the frame{where} and reaches {farthest:,.3g}".replace("-", "−")


def write_leaving(axes: Axes, texts: Sequence[str]) -> None:
    """Write the words of `leaving` above the right end of a panel, clear of the curves."""
    text = "; ".join(text for text in texts if text)
    if text:
        axes.text(1, 1.015, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=9, color=MUTED)
