"""Vanishing gradients: the gradient of the loss by lag, for each cell before any training."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.report.figures.palette import COLORS
from signalcli.research.gradients import gradients_by_lag
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import GradientsConfig

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALL, ORTHOGONAL = "random_normal(stddev=0.1)", "orthogonal"  # initializers of the recurrent weights
MEANINGS = {
    SMALL: "small initial recurrent weights as in textbooks: only the lstm keeps its gradient",
    ORTHOGONAL: "orthogonal initial recurrent weights as in Keras: an rnn then keeps its gradient as well",
}
UNTRAINED = {"epochs": 1, "patience": 0, "learning_rate": 1e-12}


def run(config: GradientsConfig, cells: tuple[str, ...], seed: int) -> Reproduction:
    """Norm of the gradient of the loss by lag, as a share of the largest norm."""
    bars = synthetic_bars("walk", rows=config.rows + config.window, seed=seed)
    features = build(bars, FeatureConfig(window=config.window, sets=("lags",), channels=("ret",)))
    curves, rows = {}, []
    for initializer in (SMALL, ORTHOGONAL):
        for cell in cells:
            with Timer() as timer:
                curve = _shares(features, cell, initializer, config, seed)
            curves[cell, initializer] = curve
            measure = f"share of the gradient {config.window - 1} bars back; {initializer.partition('(')[0]}"
            meaning = MEANINGS[initializer]
            rows.append(Measurement(cell, measure, nan, curve[-1], nan, timer.seconds, meaning))
    return Reproduction(rows, lambda fig: _draw(fig, curves))


def _shares(
    features: pd.DataFrame, cell: str, initializer: str, config: GradientsConfig, seed: int
) -> np.ndarray:
    """Share of the largest norm by lag, newest bar first, (window,)."""
    settings = {cell: {**UNTRAINED, "units": config.units, "recurrent_initializer": initializer}}
    table = gradients_by_lag(features, FitConfig((cell,), settings, random_state=seed))
    return table["share"].to_numpy()


def _draw(fig: Figure, curves: dict[tuple[str, str], np.ndarray]) -> None:
    """One panel an initializer of the recurrent weights: gradient by lag, a line a cell."""
    cells = list(dict.fromkeys(cell for cell, _ in curves))
    panels = fig.subplots(1, 2, sharey=True)
    for axes, initializer in zip(panels, (SMALL, ORTHOGONAL), strict=True):
        for cell, color in zip(cells, COLORS, strict=False):
            axes.semilogy(np.maximum(curves[cell, initializer], 1e-16), color=color, label=cell)
        axes.set(title=f"starts {initializer}", xlabel="lag (bars)")
        axes.yaxis.set_major_formatter("{x:.0e}")
    panels[0].set_ylabel("norm of the gradient / largest norm")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(cells))
