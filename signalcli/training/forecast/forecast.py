"""BARS × models → FORECASTS."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from signalcli.config.forecast import ForecastConfig
from signalcli.errors import UsageError, printable
from signalcli.models.forecasters import FORECASTERS
from signalcli.models.registry import FROM_TABLE, create, entry
from signalcli.schemas import FORECASTS, check
from signalcli.training.forecast.recursive import Say, generate
from signalcli.training.forecast.scaling import UNSCALED, Scaling
from signalcli.training.forecast.series import Series, series_of
from signalcli.training.parallel import each, one_blas_thread
from signalcli.training.progress import Progress, Step, Steps

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.models.base import Watch


def forecast(
    bars: pd.DataFrame, config: ForecastConfig, progress: Progress | None = None, jobs: int = 1
) -> pd.DataFrame:
    """FORECASTS of every model and of persistence, out of sample; the same bytes for any number of ``jobs``.

    One model a symbol, fitted once, on the windows whose next value lies in the training part. What is
    forecast in a block sees the true values before the block and nothing after its start.

    Raises
    ------
    UsageError
        For a model, parameter or column that is not there.
    DataError
        When there are too few bars, or the column has holes.
    """
    import pandas as pd

    _refuse_settings(config)
    _refuse_column(bars, config.column)
    given = _Given(series_of(bars, config), config)
    tasks = [_Task(number, model) for number in range(len(given.series)) for model in config.every_model]
    steps = Steps(progress, [Step(given.series[t.series].symbol, t.model, 1, 1, 0, 0) for t in tasks])
    work = partial(_forecast, watch=steps.epoch) if progress and jobs == 1 else _forecast
    parts = []
    for part in each(work, given, tasks, jobs):
        steps.fit()
        parts.append(part)
    return check(pd.concat(parts, ignore_index=True), FORECASTS, "forecasts")


class Fitted(NamedTuple):
    """A fitted model and what it sees instead of prices."""

    estimator: Any
    scaling: Scaling

    def say(self, windows: np.ndarray) -> np.ndarray:
        """The value after each window (n, timesteps), (n,)."""
        said = np.asarray(self.estimator.predict(self.scaling.seen(windows, windows)), "float64")
        return self.scaling.true(windows, said if said.ndim == 1 else said[:, -1])


def fitted(series: Series, model: str, config: ForecastConfig, watch: Watch | None = None) -> Fitted:
    """Fit a model on the training part of a series; it and its scale depend on nothing after it."""
    estimator = create(model, FORECASTERS, **config.settings.get(model, {}))
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=config.random_state)
    estimator.watch = watch
    raw = entry(model, FORECASTERS).reads == "values"
    scaling = UNSCALED if raw else Scaling.of(config.scale, series.values[: series.train])
    rows = series.windows(config.window)
    windows, seen = rows[:, :-1], scaling.seen(rows, rows)
    many = getattr(estimator, "sequence", False)
    try:
        estimator.fit(scaling.seen(windows, windows), seen[:, 1:] if many else seen[:, -1])
    except ValueError as error:  # scikit-learn's word for a parameter that cannot be used
        raise UsageError("MODEL-PARAM", f"{model}: {printable(error)}") from error
    return Fitted(estimator, scaling)


class _Given(NamedTuple):
    series: list[Series]
    config: ForecastConfig


class _Task(NamedTuple):
    series: int
    model: str


def _forecast(given: _Given, task: _Task, watch: Watch | None = None) -> pd.DataFrame:
    """FORECASTS of one model for one symbol."""
    import pandas as pd

    series, config = given.series[task.series], given.config
    with one_blas_thread(task.model):
        model = fitted(series, task.model, config, watch)
        parts = list(_blocks(series, config, model.say))
    dates, values, said = (np.concatenate(column) for column in zip(*parts, strict=True))
    columns = {
        "date": dates.astype("datetime64[us]"),
        "model": task.model,
        "actual": values,
        "forecast": said,
    }
    return pd.DataFrame({"symbol": series.symbol, **columns})


def _blocks(series: Series, config: ForecastConfig, say: Say) -> Iterator[tuple[np.ndarray, ...]]:
    """Dates, true values and forecasts, block by block."""
    starts, steps = series.starts(config), config.steps or config.block
    windows = series.before(starts, config.window)
    if config.start == "zeros":
        scaling = Scaling.of(config.scale, series.values[: series.train])
        windows = np.full_like(windows, scaling.zero)
    last = None if config.steps else len(series.values)
    for start, said in zip(starts, generate(say, windows, steps), strict=True):
        count = steps if last is None else min(steps, last - start)
        yield *series.bars(int(start), count), said[:count]


def _refuse_settings(config: ForecastConfig) -> None:
    """A wrong name of a model or parameter, or one that is not the user's to set, is a UsageError."""
    for model in config.every_model:
        settings = config.settings.get(model, {})
        create(model, FORECASTERS, **settings)
        for name in set(FROM_TABLE) & set(settings):
            raise UsageError("MODEL-PARAM", f"{model}.{name} is not set: the seed and the window decide it")


def _refuse_column(bars: pd.DataFrame, column: str) -> None:
    numeric = [name for name in bars.columns if bars[name].dtype.kind in "fiu"]
    if column not in numeric:
        near = get_close_matches(column, numeric, n=2) or numeric
        raise UsageError(
            "FORECAST-COLUMN",
            f"--column {printable(column)}: not a column of numbers; did you mean "
            f"{printable(' or '.join(near))}?",
        )
