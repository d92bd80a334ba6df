"""Vanishing gradients: what the oldest bar of a window still moves, cell by cell, before any training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.features.build import build
from signalcli.report.figures.figure import COLOURS
from signalcli.research.gradients import gradients
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import GradientsConfig

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SMALL, KEPT = "random_normal(stddev=0.1)", "orthogonal"
WORDS = {
    SMALL: "state weights start small: textbooks' case; only the open gate of an lstm carries far",
    KEPT: "state weights start orthogonal as in Keras: a simple cell then carries as far",
}
UNTRAINED = {"epochs": 1, "patience": 0, "learning_rate": 1e-12}


def run(config: GradientsConfig, cells: tuple[str, ...], seed: int) -> Outcome:
    """Norm of the gradient of the loss by the bar of each lag, as a share of the largest."""
    bars = synthetic_bars("walk", rows=config.rows + config.window, seed=seed)
    features = build(bars, FeatureConfig(window=config.window, sets=("lags",), channels=("ret",)))
    curves, rows = {}, []
    for start in (SMALL, KEPT):
        for cell in cells:
            with timed() as watch:
                curve = _share(features, cell, start, config, seed)
            curves[cell, start] = curve
            measure = f"share of the gradient {config.window - 1} bars back; {start.partition('(')[0]}"
            rows.append(Figures(cell, measure, UNKNOWN, curve[-1], UNKNOWN, watch.seconds, WORDS[start]))
    return Outcome(rows, lambda drawn: _draw(drawn, curves))


def _share(features: pd.DataFrame, cell: str, start: str, config: GradientsConfig, seed: int) -> np.ndarray:
    """Share of the largest norm by lag, newest bar first, (window,)."""
    settings = {cell: {**UNTRAINED, "units": config.units, "recurrent_initializer": start}}
    found = gradients(features, FitConfig((cell,), settings, random_state=seed))
    return found["share"].to_numpy()


def _draw(drawn: Figure, curves: dict[tuple[str, str], np.ndarray]) -> None:
    cells = list(dict.fromkeys(cell for cell, _ in curves))
    panels = drawn.subplots(1, 2, sharey=True)
    for axes, start in zip(panels, (SMALL, KEPT), strict=True):
        for cell, colour in zip(cells, COLOURS, strict=False):
            axes.semilogy(np.maximum(curves[cell, start], 1e-16), color=colour, label=cell)
        axes.set_title(f"state weights start {start}", fontsize=9)
        axes.set_xlabel("bars back")
    panels[0].set_ylabel("gradient, share of the largest")
    panels[0].legend()
