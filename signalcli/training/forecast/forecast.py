"""BARS × models → FORECASTS, out of sample only."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.forecast import ForecastConfig
from signalcli.errors import UsageError, printable
from signalcli.models.registry import FORECASTERS, create, entry
from signalcli.schemas import FORECASTS, check
from signalcli.training.estimators import check_settings
from signalcli.training.forecast.recursive import Predict, forecast_recursively
from signalcli.training.forecast.scaling import UNSCALED, Changes, Scaling, fit_scaling
from signalcli.training.forecast.series import Series, make_series
from signalcli.training.parallel import map_in_order, one_blas_thread
from signalcli.training.progress import Progress, Step, Steps

if TYPE_CHECKING:
    from signalcli.models.base import EpochCallback


class ForecastPlan(NamedTuple):
    """All that the fits need."""

    series: list[Series]
    config: ForecastConfig


class FitTask(NamedTuple):
    """One fit: index of the series, and the model."""

    series: int
    model: str


def forecast(
    bars: pd.DataFrame, config: ForecastConfig, progress: Progress | None = None, jobs: int = 1
) -> pd.DataFrame:
    """FORECASTS of every model and of persistence; the same bytes for any number of ``jobs``.

    Each model is fitted once per symbol, on the windows whose next value lies in the training part. Forecasts
    of a block see the true values before the block and none from its start on.

    Raises
    ------
    UsageError
        For an unknown model, parameter or column.
    DataError
        When there are too few bars, or the column has missing values.
    """
    check_settings(config.every_model, config.settings, FORECASTERS)
    check_column(bars, config.column)
    plan = ForecastPlan(make_series(bars, config).series, config)
    tasks = [FitTask(number, model) for number in range(len(plan.series)) for model in config.every_model]
    steps = Steps(progress, [Step(plan.series[t.series].symbol, t.model, 1, 1, 0, 0) for t in tasks])
    fit = partial(_fit_task, epoch_callback=steps.epoch_done) if progress and jobs == 1 else _fit_task
    parts = []
    for part in map_in_order(fit, plan, tasks, jobs):
        steps.fit_done()
        parts.append(part)
    return check(pd.concat(parts, ignore_index=True), FORECASTS, "forecasts")


class FittedForecaster(NamedTuple):
    """A fitted model and the scaling of its inputs."""

    estimator: Any
    scaling: Scaling | Changes

    def predict(self, windows: np.ndarray) -> np.ndarray:
        """The value after each window (n, timesteps), (n,), in the unit of the windows."""
        scaled = np.asarray(self.estimator.predict(self.scaling.scale(windows, windows)), "float64")
        return self.scaling.unscale(windows, scaled if scaled.ndim == 1 else scaled[:, -1])


def fit_forecaster(
    series: Series, model: str, config: ForecastConfig, epoch_callback: EpochCallback | None = None
) -> FittedForecaster:
    """Fit a model, and measure its scaling, on the training part of a series."""
    estimator = create_forecaster(model, config)
    estimator.epoch_callback = epoch_callback
    return fit_estimator(estimator, series, model, config)


def create_forecaster(model: str, config: ForecastConfig) -> Any:
    """Unfitted estimator of a model, with its settings and the random seed."""
    estimator = create(model, FORECASTERS, **config.settings.get(model, {}))
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=config.random_state)
    return estimator


def fit_estimator(estimator: Any, series: Series, model: str, config: ForecastConfig) -> FittedForecaster:
    """Fit an estimator on what ``model`` reads of the training part of a series."""
    unscaled = entry(model, FORECASTERS).reads == "values"
    scaling = UNSCALED if unscaled else fit_scaling(config.scale, series.values[: series.train])
    rows = series.training_windows(config.window)
    windows, scaled = rows[:, :-1], scaling.scale(rows, rows)
    many_to_many = getattr(estimator, "sequence", False)
    try:
        estimator.fit(scaling.scale(windows, windows), scaled[:, 1:] if many_to_many else scaled[:, -1])
    except ValueError as error:  # how scikit-learn reports an invalid parameter
        raise UsageError("MODEL-PARAM", f"{model}: {printable(error)}") from error
    return FittedForecaster(estimator, scaling)


def _fit_task(plan: ForecastPlan, task: FitTask, epoch_callback: EpochCallback | None = None) -> pd.DataFrame:
    """FORECASTS of one model for one symbol."""
    series, config = plan.series[task.series], plan.config
    with one_blas_thread(task.model):
        forecaster = fit_forecaster(series, task.model, config, epoch_callback)
        blocks = list(_forecast_blocks(series, config, forecaster.predict))
    dates, actual, forecasts = (np.concatenate(column) for column in zip(*blocks, strict=True))
    columns = {
        "date": dates.astype("datetime64[us]"),
        "model": task.model,
        "actual": actual,
        "forecast": forecasts,
    }
    return pd.DataFrame({"symbol": series.symbol, **columns})


def _forecast_blocks(
    series: Series, config: ForecastConfig, predict: Predict
) -> Iterator[tuple[np.ndarray, ...]]:
    """Dates, true values and forecasts of each block."""
    starts = series.block_starts(config)
    steps = config.steps or min(config.block, len(series.values) - series.train)
    windows = series.windows_before(starts, config.window)
    if config.start == "zeros":
        scaling = Scaling.fit(config.scale, series.values[: series.train])
        windows = np.full_like(windows, scaling.zero)
    end = None if config.steps else len(series.values)
    for start, forecasts in zip(starts, forecast_recursively(predict, windows, steps), strict=True):
        count = steps if end is None else min(steps, end - start)
        yield *series.bars(int(start), count), forecasts[:count]


def check_column(bars: pd.DataFrame, column: str) -> None:
    """Raise UsageError when the table has no such column of numbers."""
    numeric = [name for name in bars.columns if bars[name].dtype.kind in "fiu"]
    if column not in numeric:
        near = get_close_matches(column, numeric, n=2) or numeric
        raise UsageError(
            "FORECAST-COLUMN",
            f"--column {printable(column)}: not a column of numbers; did you mean "
            f"{printable(' or '.join(near))}?",
        )
