"""Parts of panels: axes of time and of shares, labels at the end of lines, lines of few points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.report.figures.dates import date_labels
from signalcli.report.figures.letters import cut
from signalcli.report.figures.palette import AXIS
from signalcli.report.fixed import fixed
from signalcli.report.results import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVELS = (1, 1.5, 2, 3, 5, 7)  # labels of a logarithmic axis, times powers of ten
LARGEST_POWER = 300.0  # of ten; a float holds little more
LABEL = 20  # letters of a label in a panel
SPACING = 13.0  # pixels between two labels
BUCKET = 2.5  # pixels in which a line has two points
TICK = 58  # pixels of a date below an axis


class End(NamedTuple):
    """A label at the right end of a line at the height ``y``."""

    text: str
    y: float
    color: str


def label(model: str, most: int = LABEL) -> str:
    """Name of a model, short enough for a panel."""
    return cut(short_name(model), most)


def time_axis(axes: Axes, dates: np.ndarray) -> None:
    """Limit the x axis to the dates, with as many labels as fit."""
    first, last = dates[0], dates[-1]
    if first == last:
        day = np.timedelta64(1, "D")
        axes.set_xlim(first - day, first + day)
        axes.set_xticks(*date_labels(first, first, 1))
        return
    axes.set_xlim(first, last)
    axes.set_xticks(*date_labels(first, last, labels_across(axes)))


def percent_axis(axes: Axes, low: float, high: float, axis: str = "y") -> None:
    """Limit an axis to fractions, with a few labels in percent."""
    (axes.set_ylim if axis == "y" else axes.set_xlim)(low, high)
    percent_ticks(axes, axis, 4 if axis == "y" else min(labels_across(axes), 4))


def percent_ticks(axes: Axes, axis: str, most: int) -> None:
    """Put about ``most`` round labels in percent on an axis, with the decimals that tell them apart."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    of_axis = axes.yaxis if axis == "y" else axes.xaxis
    locator = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10])
    digits = percent_digits(np.asarray(locator.tick_values(*of_axis.get_view_interval())))
    of_axis.set_major_locator(locator)
    of_axis.set_major_formatter(FuncFormatter(lambda x, _: percent(x, digits)))


def labels_across(axes: Axes) -> int:
    """Number of labels for which the x axis has room, at least 2."""
    return max(int(axes.bbox.width / TICK), 2)


def percent_digits(fractions: np.ndarray) -> int:
    """Decimals with which every one of these fractions, in percent, is written as it is; at most 4."""
    values = 100 * np.asarray(fractions, dtype="float64")
    step = float(np.min(np.diff(values))) if len(values) > 1 else 1.0
    exact = (d for d in range(4) if np.allclose(values, values.round(d), rtol=0, atol=1e-3 * step))
    return next(exact, 4)


def percent(value: float, digits: int = 0) -> str:
    """A fraction in percent, with a minus sign instead of a hyphen."""
    return f"{fixed(100 * value, digits)} %".replace("-", "−")


def log_axis(axes: Axes, low: float, high: float) -> None:
    """Make the y axis logarithmic, from 10**low to 10**high, with a few round labels."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes.set_yscale("log")
    low, high = max(low, -LARGEST_POWER), min(high, LARGEST_POWER)
    axes.set_ylim(10**low, 10**high)
    axes.yaxis.set_major_locator(FixedLocator(log_levels(10**low, 10**high)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))


def log_levels(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from low to high for the labels of a logarithmic axis, at most about ``most``."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for leads in (LEVELS, (1, 2, 5), (1, 3), (1,)):
        levels = [
            lead * 10.0**power for power in powers for lead in leads if low <= lead * 10.0**power <= high
        ]
        if len(levels) <= most:
            break
    return levels[:: -(-len(levels) // most)] if len(levels) > most else levels


def limits(*values: np.ndarray, around: float | None = None, margin: float = 0.06) -> tuple[float, float]:
    """Lowest and highest finite value with a margin; ``around`` is always inside."""
    finite = [v[np.isfinite(v)] for v in (np.asarray(v, dtype="float64") for v in values)]
    every = np.concatenate([*finite, np.array([] if around is None else [around])])
    if not len(every):
        return 0.0, 1.0
    low, high = float(every.min()), float(every.max())
    space = (high - low) * margin or abs(high) * margin or 0.5
    return low - space, high + space


def draw_line(axes: Axes, dates: np.ndarray, values: np.ndarray, **style: Any) -> None:
    """Draw a line of about as many points as its panel has pixels; extremes stay."""
    kept = thinned(values, max(int(axes.bbox.width / BUCKET), 60))
    shape: dict[str, Any] = {"linewidth": 1.4, "solid_capstyle": "round"}
    axes.plot(dates[kept], values[kept], **shape | style)


def thinned(values: np.ndarray, buckets: int) -> np.ndarray:
    """Positions of the first, lowest, highest and last value of each bucket, rising."""
    n = len(values)
    if n <= 2 * buckets:
        return np.arange(n)
    edges = np.linspace(0, n, buckets + 1).astype("int64")
    low = np.where(np.isfinite(values), values, np.inf)
    high = np.where(np.isfinite(values), values, -np.inf)
    parts = [slice(*ends) for ends in pairwise(edges)]
    extremes = [p.start + int(x) for p in parts for x in (low[p].argmin(), high[p].argmax())]
    return np.unique([0, n - 1, *extremes])


def label_ends(axes: Axes, ends: list[End]) -> None:
    """Write labels to the right of the axes, at the height of their lines and clear of each other."""
    shown = sorted((end for end in ends if np.isfinite(end.y)), key=lambda end: end.y)
    if not shown:
        return
    height, x = axes.bbox.height, float(axes.get_xlim()[1])
    wished = axes.transData.transform([(x, end.y) for end in shown])[:, 1] - axes.bbox.y0
    width, places = axes.bbox.width, spread(wished, SPACING, height)
    for end, wish, place in zip(shown, wished, places, strict=True):
        style: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
        line = [1 + 2 / width, 1 + 9 / width], [wish / height, place / height]
        axes.plot(*line, color=AXIS, linewidth=0.7, **style)
        axes.text(
            1 + 12 / width, place / height, end.text, va="center", fontsize=10.5, color=end.color, **style
        )


def spread(wished: np.ndarray, spacing: float, height: float) -> np.ndarray:
    """Heights nearest to the wished ones (rising) that are ``spacing`` apart, inside 0 … height if they fit.

    Labels that are too close form a block around the mean of their wishes.
    """
    blocks: list[tuple[float, int]] = []  # lowest height, and number of labels
    for wish in np.clip(wished, 0.0, height):
        blocks.append((float(wish), 1))
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] * spacing > blocks[-1][0]:
            blocks[-2:] = [_merged(blocks[-2], blocks[-1], spacing, height)]
    return np.array([low + spacing * i for low, count in blocks for i in range(count)])


def _merged(
    lower: tuple[float, int], upper: tuple[float, int], spacing: float, height: float
) -> tuple[float, int]:
    """The block of the labels of both, around the mean of their wishes and inside the height if it fits."""
    count = lower[1] + upper[1]
    low = (lower[0] * lower[1] + (upper[0] - lower[1] * spacing) * upper[1]) / count
    return max(min(low, height - (count - 1) * spacing), 0.0), count
