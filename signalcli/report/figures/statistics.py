"""Figure of ``inspect``: prices, distribution of returns, ACF and PACF, one row of panels a symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.errors import printable
from signalcli.report.figures.figure import check_symbol_count, figure
from signalcli.report.figures.palette import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_statistics(bars: pd.DataFrame, statistics: pd.DataFrame, path: str) -> None:
    """Draw BARS and the sections acf and pacf of `describe_bars`. Raises UsageError and OutputError."""
    symbols = list(bars["symbol"].unique())
    check_symbol_count(len(symbols))
    with figure(path, 11, 2.4 * len(symbols) + 0.4) as fig:
        panels = fig.subplots(len(symbols), 4, squeeze=False, width_ratios=(3, 2, 3, 3))
        for row, symbol in zip(panels, symbols, strict=True):
            symbol_bars, numbers = (table[table["symbol"] == symbol] for table in (bars, statistics))
            _draw_prices(row[0], symbol_bars, printable(symbol))
            _draw_returns(row[1], symbol_bars)
            for axes, section in zip(row[2:], ("acf", "pacf"), strict=True):
                _draw_correlations(axes, numbers[numbers["section"] == section], section)


def _draw_prices(axes: Axes, bars: pd.DataFrame, symbol: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    axes.plot(bars["date"].to_numpy(), bars["close"].to_numpy(), color=COLORS[0])
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_title(f"{symbol}: close (log scale)")
    dates = AutoDateLocator(maxticks=6)
    axes.xaxis.set_major_locator(dates)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(dates))


def _draw_returns(axes: Axes, bars: pd.DataFrame) -> None:
    """Histogram of log returns with the Gaussian density of the same mean and standard deviation."""
    returns = np.diff(np.log(bars["close"].to_numpy("float64")))
    axes.set_title("log returns and Gaussian density")
    if len(returns) < 2 or np.std(returns) <= 0:
        return
    mean, deviation = np.mean(returns), np.std(returns)
    edges = mean + deviation * np.linspace(-5, 5, 61)
    axes.hist(np.clip(returns, edges[0], edges[-1]), edges, density=True, color=COLORS[0], alpha=0.6)
    x = np.linspace(edges[0], edges[-1], 200)
    density = np.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    axes.plot(x, density, color=COLORS[1])
    axes.set_yticks([])


def _draw_correlations(axes: Axes, numbers: pd.DataFrame, section: str) -> None:
    lags = numbers["lag"].to_numpy("float64")
    axes.vlines(lags, 0, numbers["value"].to_numpy(), color=COLORS[0])
    axes.axhline(0, color="black", linewidth=0.6)
    axes.fill_between(lags, numbers["low"], numbers["high"], color=COLORS[1], alpha=0.2, linewidth=0)
    axes.set(title=f"{section.upper()} of log returns, 95 % band", xlabel="lag")
