"""The picture of ``inspect``: prices, the distribution of returns, ACF and PACF, a row of panels a symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.errors import UsageError, printable
from signalcli.report.figures.figure import COLOURS, figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST = 20  # symbols in one picture


def draw_sections(bars: pd.DataFrame, table: pd.DataFrame, path: str) -> None:
    """Draw BARS and the sections acf and pacf of `inspect` to ``path``. Raises UsageError and OutputError."""
    symbols = list(bars["symbol"].unique())
    if len(symbols) > MOST:
        raise UsageError("PLOT-MANY", f"--plot shows up to {MOST} symbols; these bars have {len(symbols)}")
    with figure(path, 11, 2.4 * len(symbols) + 0.4) as drawn:
        panels = drawn.subplots(len(symbols), 4, squeeze=False, width_ratios=(3, 2, 3, 3))
        for line, symbol in zip(panels, symbols, strict=True):
            of_symbol, numbers = (t[t["symbol"] == symbol] for t in (bars, table))
            _prices(line[0], of_symbol, printable(symbol))
            _returns(line[1], of_symbol)
            for axes, section in zip(line[2:], ("acf", "pacf"), strict=True):
                _correlations(axes, numbers[numbers["section"] == section], section)


def _prices(axes: Axes, bars: pd.DataFrame, symbol: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    axes.plot(bars["date"].to_numpy(), bars["close"].to_numpy(), color=COLOURS[0])
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_title(f"{symbol}: close (log scale)", fontsize=9)
    dates = AutoDateLocator(maxticks=6)
    axes.xaxis.set_major_locator(dates)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(dates))


def _returns(axes: Axes, bars: pd.DataFrame) -> None:
    """Histogram beside the Gaussian of the same mean and deviation."""
    returns = np.diff(np.log(bars["close"].to_numpy("float64")))
    axes.set_title("log returns, Gaussian", fontsize=9)
    if len(returns) < 2 or np.std(returns) <= 0:
        return
    mean, deviation = np.mean(returns), np.std(returns)
    edges = mean + deviation * np.linspace(-5, 5, 61)
    axes.hist(np.clip(returns, edges[0], edges[-1]), edges, density=True, color=COLOURS[0], alpha=0.6)
    at = np.linspace(edges[0], edges[-1], 200)
    bell = np.exp(-(((at - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    axes.plot(at, bell, color=COLOURS[1])
    axes.set_yticks([])


def _correlations(axes: Axes, numbers: pd.DataFrame, section: str) -> None:
    lags, values = numbers["lag"].to_numpy("float64"), numbers["value"].to_numpy()
    axes.vlines(lags, 0, values, color=COLOURS[0])
    axes.axhline(0, color="black", linewidth=0.6)
    axes.fill_between(lags, numbers["low"], numbers["high"], color=COLOURS[1], alpha=0.2, linewidth=0)
    axes.set_title(f"{section.upper()} of log returns, 95 % band", fontsize=9)
    axes.set_xlabel("lag")
