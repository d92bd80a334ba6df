"""Colors of all figures: four hues that color-blind readers tell apart, on a light and on a dark ground.

Text is drawn in these colors, so each has a contrast of at least 4.5 with its ground (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Color(NamedTuple):
    """A color on the light ground, and what takes its place on the dark one."""

    light: str
    dark: str


PALETTE = {
    "ground": Color("#ffffff", "#14181d"),
    "ink": Color("#1d2733", "#e8ebee"),
    "muted": Color("#5b6672", "#a3adb8"),
    "grid": Color("#e3e7eb", "#2c333b"),
    "axis": Color("#9aa4ae", "#5d6873"),
    "first": Color("#1766b8", "#6c9bf2"),
    "second": Color("#c04a06", "#f08a24"),
    "third": Color("#231a6b", "#d9d6ff"),
    "fourth": Color("#00706a", "#2fb59a"),
    "gain": Color("#2a6fb0", "#6ea8e0"),
    "loss": Color("#b8561a", "#e79a5c"),
}
GROUND, INK, MUTED, GRID, AXIS = (PALETTE[name].light for name in ("ground", "ink", "muted", "grid", "axis"))
HUES = tuple(PALETTE[name].light for name in ("first", "second", "third", "fourth"))
COLORS = (*HUES, "#8a6600")
GAIN, LOSS = PALETTE["gain"].light, PALETTE["loss"].light
DASHES = ("-", (0, (4, 1.5)), (0, (1.5, 1.2)))
BASELINE_STYLES = {"buy_hold": "-", "majority": (0, (5, 2)), "persistence": (0, (2, 1.5)), "ar1": (0, (1, 1))}


def line_style(number: int) -> dict[str, Any]:
    """Color and dashes of a model by its number: each hue solid first, then dashed, then dotted."""
    return {"color": HUES[number % len(HUES)], "linestyle": DASHES[number // len(HUES) % len(DASHES)]}


def luminance(color: str) -> float:
    """Relative luminance of a color such as ``#1766b8``, 0 … 1 (WCAG 2.2)."""
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(color))


def linear(color: str) -> np.ndarray:
    """Linear red, green and blue of a color, (3,), 0 … 1."""
    values = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colors, 1 … 21 (WCAG 2.2)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
