"""Figure of ``inspect``: prices, distribution of returns, ACF and PACF, two rows of panels a symbol."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.report.figures.axes import draw_line, label, limits, log_axis, percent_axis, time_axis
from signalcli.report.figures.figure import check_symbol_count
from signalcli.report.figures.palette import HUES, MUTED
from signalcli.report.figures.picture import Panel, Picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEVIATIONS = 5  # standard deviations on either side of the histogram
BINS = 60
CAPTION = (
    "Returns: log returns of the close; the outermost bars hold all beyond them, the line is the Gaussian "
    "density of the same mean and deviation. Gray band: 95 % interval of no correlation."
)


def draw_statistics(bars: pd.DataFrame, statistics: pd.DataFrame, path: str) -> None:
    """Draw BARS and the sections acf and pacf of `describe_bars`. Raises UsageError and OutputError."""
    symbols = list(bars["symbol"].unique())
    check_symbol_count(len(symbols))
    panels = [
        panel
        for symbol in symbols
        for panel in _panels(label(symbol), *(t[t["symbol"] == symbol] for t in (bars, statistics)))
    ]
    write_picture(Picture("inspect", "Statistics of bars", CAPTION, tuple(panels), columns=2), path)


def _panels(symbol: str, bars: pd.DataFrame, statistics: pd.DataFrame) -> list[Panel]:
    """Prices, returns, ACF and PACF, the last two with the same axes."""
    numbers = {name: statistics[statistics["section"] == name] for name in ("acf", "pacf")}
    height = limits(*(table[c] for table in numbers.values() for c in ("value", "low", "high")), around=0.0)
    return [
        Panel(f"{symbol}: close, logarithmic scale", partial(_draw_prices, bars=bars)),
        Panel(f"{symbol}: returns", partial(_draw_returns, bars=bars)),
        *(
            Panel(
                f"{symbol}: {name.upper()} by lag", partial(_draw_correlations, numbers=table, height=height)
            )
            for name, table in numbers.items()
        ),
    ]


def _draw_prices(axes: Axes, bars: pd.DataFrame) -> None:
    dates, close = bars["date"].to_numpy(), bars["close"].to_numpy("float64")
    time_axis(axes, dates)
    log_axis(axes, *limits(np.log10(close)))
    draw_line(axes, dates, close, color=HUES[0])


def _draw_returns(axes: Axes, bars: pd.DataFrame) -> None:
    """Histogram of log returns with the Gaussian density of the same mean and standard deviation."""
    returns = np.diff(np.log(bars["close"].to_numpy("float64")))
    axes.set_yticks([])
    if len(returns) < 2 or np.std(returns) <= 0:
        axes.set_xticks([])
        return
    mean, deviation = float(np.mean(returns)), float(np.std(returns))
    edges = mean + deviation * np.linspace(-DEVIATIONS, DEVIATIONS, BINS + 1)
    percent_axis(axes, edges[0], edges[-1], "x")
    axes.hist(np.clip(returns, edges[0], edges[-1]), edges.tolist(), density=True, color=HUES[0], alpha=0.6)
    x = np.linspace(edges[0], edges[-1], 200)
    density = np.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    axes.plot(x, density, color=HUES[1], linewidth=1.4)


def _draw_correlations(axes: Axes, numbers: pd.DataFrame, height: tuple[float, float]) -> None:
    from matplotlib.ticker import MaxNLocator

    lags = numbers["lag"].to_numpy("float64")
    axes.set_ylim(*height)
    axes.set_xlim(0.0, lags.max(initial=1.0) + 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.fill_between(lags, numbers["low"], numbers["high"], color=MUTED, alpha=0.2, linewidth=0)
    axes.axhline(0, color=MUTED, linewidth=0.9)
    axes.vlines(lags, 0, numbers["value"].to_numpy(), color=HUES[0], linewidth=2)
