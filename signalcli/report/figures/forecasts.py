"""The picture of ``forecast``: what came true in black, what models said in colours, a panel a symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.config.forecast import ForecastConfig
from signalcli.errors import UsageError, printable
from signalcli.report.figures.figure import COLOURS, figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST = 20  # symbols in one picture
BEYOND = 0.5  # of the span of the actual values, above and below them, that is shown


def refuse_symbols(count: int) -> None:
    """Raise UsageError for more symbols than a picture holds: to be asked before the work, not after it."""
    if count > MOST:
        raise UsageError("PLOT-MANY", f"--plot shows up to {MOST} symbols; these bars have {count}")


def draw_forecasts(forecasts: pd.DataFrame, errors: pd.DataFrame, config: ForecastConfig, path: str) -> None:
    """Draw FORECASTS with their METRICS to ``path``. Raises UsageError and OutputError."""
    symbols = list(forecasts["symbol"].unique())
    refuse_symbols(len(symbols))
    with figure(path, 9, 3.6 * len(symbols) + 0.2) as drawn:
        for axes, symbol in zip(drawn.subplots(len(symbols), 1, squeeze=False)[:, 0], symbols, strict=True):
            of_symbol, numbers = (t[t["symbol"] == symbol] for t in (forecasts, errors))
            _panel(axes, of_symbol, numbers)
            axes.set_title(f"{printable(symbol)}: {printable(config.column)}, {_mode(config)}", fontsize=9)
            axes.set_ylabel(printable(config.column))
            axes.set_xlabel("date")


def _mode(config: ForecastConfig) -> str:
    if config.steps is not None:
        start = {"last": "the last window", "zeros": "zeros"}[config.start]
        return f"{config.steps} bars from forecast to forecast, from {start}"
    return "one bar ahead" if config.block == 1 else f"blocks of {config.block} bars"


def _panel(axes: Axes, rows: pd.DataFrame, errors: pd.DataFrame) -> None:
    colours = iter(COLOURS * len(errors))
    for _, of_model in errors.iterrows():
        line = rows[rows["model"] == of_model["model"]]
        look: dict[str, Any] = (
            {"color": "0.6", "linestyle": "--", "zorder": 1}
            if of_model["baseline"]
            else {"color": next(colours), "zorder": 3}
        )
        axes.plot(line["date"].to_numpy(), line["forecast"].to_numpy(), label=_label(of_model), **look)
    actual = rows[rows["model"] == errors["model"].iloc[0]]
    axes.plot(actual["date"].to_numpy(), actual["actual"].to_numpy(), color="black", label="actual", zorder=2)
    _limit(axes, actual["actual"].to_numpy("float64"))
    axes.legend(fontsize=8)


def _label(of_model: pd.Series[Any]) -> str:
    error = of_model["rmse"]
    return f"{of_model['model']}, RMSE {error:.4g}" if np.isfinite(error) else str(of_model["model"])


def _limit(axes: Axes, actual: np.ndarray) -> None:
    """A forecast that runs away must not flatten all others."""
    known = actual[np.isfinite(actual)]
    if len(known) and np.ptp(known) > 0:
        low, high = axes.get_ylim()
        beyond = BEYOND * float(np.ptp(known))
        axes.set_ylim(max(low, known.min() - beyond), min(high, known.max() + beyond))
