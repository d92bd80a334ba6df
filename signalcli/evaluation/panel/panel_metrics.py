"""PREDICTIONS of many symbols → metrics of their order: information coefficients, quantiles, turnover."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.panel import PanelConfig
from signalcli.errors import DataError
from signalcli.evaluation.metrics.moments import mean as mean_of
from signalcli.evaluation.metrics.moments import ratio
from signalcli.evaluation.metrics.moments import spread as spread_of
from signalcli.evaluation.panel.correlation import ic, rank_ic
from signalcli.evaluation.panel.cross_section import CrossSections, cross_sections
from signalcli.evaluation.panel.quantiles import (
    extreme_returns,
    quantile_of_rows,
    quantile_returns,
    spread,
)
from signalcli.evaluation.panel.turnover import quantile_turnover, rank_autocorrelation
from signalcli.evaluation.significance.long_run import mean_test
from signalcli.evaluation.significance.newey_west import error_of_mean, lags
from signalcli.features.labels.overlap import horizon
from signalcli.schemas import BASELINES, PATH

_UNITS = {"year": "Y", "month": "M", "date": "us"}
COUNTS = ("n_dates", "undefined")


def panel_metrics(predictions: pd.DataFrame, config: PanelConfig | None = None) -> pd.DataFrame:
    """One row for each model (path and period): metrics of the order of the symbols of each date.

    Rows without a forecast or a known return are not judged. A metric of a period is the mean over its dates
    on which it is defined. Raises DataError when no date has two symbols.
    """
    config = config or PanelConfig()
    ahead = horizon(predictions)
    keys = [name for name in ("model", PATH) if name in predictions]
    forecast = predictions[predictions["p_up"].notna()]
    groups = [(key, cross_sections(rows)) for key, rows in forecast.groupby(keys, sort=True)]
    _check_breadth([panel for _, panel in groups])
    rows = [
        dict(zip(keys, key, strict=True)) | row
        for key, panel in groups
        for row in _rows(by_date(panel, config), ahead, config)
    ]
    order = sorted(rows, key=lambda row: (row["model"] in BASELINES, _place(row["model"])))
    return pd.DataFrame(order).astype(dict.fromkeys(COUNTS, "Int64"))


def by_date(panel: CrossSections, config: PanelConfig) -> pd.DataFrame:
    """The metrics of each date: one row a date."""
    of_row = quantile_of_rows(panel, config.quantiles)
    returns = quantile_returns(panel, of_row, config.quantiles)
    high, low = extreme_returns(panel, config.top).T
    columns: dict[str, Any] = {"date": panel.dates, "breadth": panel.sizes.astype("float64")}
    columns |= {"rank_ic": rank_ic(panel), "ic": ic(panel)}
    columns |= {f"q{i + 1}": returns[:, i] for i in range(config.quantiles)}
    columns |= {"spread": spread(returns), "top": high, "bottom": low, "top_bottom": (high - low) / 2}
    columns["rank_autocorrelation"] = rank_autocorrelation(panel)
    columns["top_turnover"] = quantile_turnover(panel, of_row, config.quantiles)
    return pd.DataFrame(columns | {"bottom_turnover": quantile_turnover(panel, of_row, 1)})


def narrow_lines(metrics: pd.DataFrame) -> list[str]:
    """One line that counts the dates without a rank correlation; none without one."""
    worst = metrics.loc[~metrics["model"].isin(BASELINES), ["undefined", "n_dates"]]
    undefined, dates = (int(worst[name].sum()) for name in worst)
    if not undefined:
        return []
    why = "fewer than two symbols with a forecast and a return, or all with the same"
    return [f"{undefined:,} of {dates:,} dates of the models have no rank correlation: {why}"]


def _check_breadth(panels: list[CrossSections]) -> None:
    if not any((panel.sizes >= 2).any() for panel in panels):
        raise DataError(
            "DATA-FEW", "no date has two symbols with a forecast and a return; give predictions of a panel"
        )


def _place(model: str) -> tuple[int, str]:
    """Place of a baseline in its order; models by name."""
    return (BASELINES.index(model) if model in BASELINES else -1, model)


def _rows(dates: pd.DataFrame, ahead: int, config: PanelConfig) -> Iterator[dict[str, Any]]:
    """One row for each period."""
    if config.by == "all":
        yield _row(dates, {}, ahead, config)
        return
    period = dates["date"].to_numpy().astype(f"datetime64[{_UNITS[config.by]}]")
    for start in np.unique(period):
        yield _row(dates[period == start], {config.by: _named(start, config.by)}, ahead, config)


def _named(start: np.datetime64, by: str) -> Any:
    """Name of a period: 2024, 2024-01, or a date."""
    if by == "year":
        return int(str(start))
    return str(start) if by == "month" else pd.Timestamp(start)


def _row(dates: pd.DataFrame, period: dict[str, Any], ahead: int, config: PanelConfig) -> dict[str, Any]:
    means = dates.drop(columns="date").mean()
    quantiles = [f"q{i + 1}" for i in range(config.quantiles)]
    known = dates["rank_ic"].notna()
    return {
        **period,
        "start": dates["date"].iloc[0],
        "end": dates["date"].iloc[-1],
        "n_dates": len(dates),
        "undefined": int((~known).sum()),
        "breadth": means["breadth"],
        **_tested("rank_ic", dates["rank_ic"], ahead),
        "rank_ic_positive": float((dates["rank_ic"][known] > 0).mean()) if known.any() else math.nan,
        "ic": means["ic"],
        "ic_ir": _information_ratio(dates["ic"].dropna().to_numpy()),
        **{name: means[name] for name in quantiles},
        **_tested("spread", dates["spread"], ahead),
        **{name: means[name] for name in ("top", "bottom", "top_bottom")},
        **{name: means[name] for name in ("rank_autocorrelation", "top_turnover", "bottom_turnover")},
    }


def _tested(name: str, values: pd.Series[float], ahead: int) -> dict[str, float]:
    """Mean over dates, information ratio, Newey-West error and t, and the p-value of a mean of 0."""
    x = values.dropna().to_numpy()
    mean = float(x.mean()) if len(x) else math.nan
    error = error_of_mean(x, lags(len(x), ahead))
    return {
        name: mean,
        f"{name}_ir": _information_ratio(x),
        f"{name}_error": error,
        f"{name}_t": ratio(mean, error),
        f"{name}_p": mean_test(x, ahead, side=0).p_value,
    }


def _information_ratio(x: np.ndarray) -> float:
    """Mean by standard deviation over dates; NaN where it is undefined."""
    return ratio(mean_of(x), spread_of(x))
