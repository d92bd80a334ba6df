"""Figure of ``forecast``: actual values and the forecasts of each model over time, one panel a symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.config.forecast import ForecastConfig
from signalcli.errors import printable
from signalcli.report.figures.figure import check_symbol_count, figure
from signalcli.report.figures.palette import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.5  # visible above and below the actual values, as a share of their range


def draw_forecasts(forecasts: pd.DataFrame, errors: pd.DataFrame, config: ForecastConfig, path: str) -> None:
    """Draw FORECASTS with the RMSE of their METRICS to ``path``. Raises UsageError and OutputError."""
    symbols = list(forecasts["symbol"].unique())
    check_symbol_count(len(symbols))
    with figure(path, 9, 3.6 * len(symbols) + 0.2) as fig:
        for axes, symbol in zip(fig.subplots(len(symbols), 1, squeeze=False)[:, 0], symbols, strict=True):
            _draw_panel(axes, *(table[table["symbol"] == symbol] for table in (forecasts, errors)))
            column = printable(config.column)
            title = f"{printable(symbol)}: {column}, {_describe_mode(config)}"
            axes.set(title=title, xlabel="date", ylabel=column)


def _describe_mode(config: ForecastConfig) -> str:
    if config.steps is not None:
        start = {"last": "the last window", "zeros": "zeros"}[config.start]
        return f"{config.steps} bars recursively, starting from {start}"
    return "one bar ahead" if config.block == 1 else f"blocks of {config.block} bars"


def _draw_panel(axes: Axes, forecasts: pd.DataFrame, errors: pd.DataFrame) -> None:
    colors = iter(COLORS * len(errors))
    for _, metrics in errors.iterrows():
        line = forecasts[forecasts["model"] == metrics["model"]]
        style: dict[str, Any] = (
            {"color": "0.6", "linestyle": "--", "zorder": 1}
            if metrics["baseline"]
            else {"color": next(colors), "zorder": 3}
        )
        axes.plot(line["date"].to_numpy(), line["forecast"].to_numpy(), label=_label(metrics), **style)
    first = forecasts[forecasts["model"] == errors["model"].iloc[0]]
    actual = first["actual"].to_numpy("float64")
    axes.plot(first["date"].to_numpy(), actual, color="black", label="actual", zorder=2)
    _limit_y(axes, actual)
    axes.legend(fontsize=8)


def _label(metrics: pd.Series[Any]) -> str:
    rmse = metrics["rmse"]
    return f"{metrics['model']}, RMSE {rmse:.4g}" if np.isfinite(rmse) else str(metrics["model"])


def _limit_y(axes: Axes, actual: np.ndarray) -> None:
    """Limit the y axis to the actual values and a margin: a diverging forecast would flatten the rest."""
    finite = actual[np.isfinite(actual)]
    if len(finite) and np.ptp(finite) > 0:
        low, high = axes.get_ylim()
        margin = MARGIN * float(np.ptp(finite))
        axes.set_ylim(max(low, finite.min() - margin), min(high, finite.max() + margin))
