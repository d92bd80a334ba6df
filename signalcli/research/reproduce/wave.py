"""t·sin(t)/3 + 2·sin(5t): the next value after every step of a window, and 300 recursive steps."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.evaluation.forecast_errors import rmse
from signalcli.models.estimators import ARRegressor
from signalcli.models.neural.regressor import NetworkRegressor
from signalcli.report.figures.frame import before_leaving, leaving, write_leaving
from signalcli.report.figures.palette import AXIS, COLORS
from signalcli.research.reproduce.plain_keras import Make, as_is
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import WaveConfig
from signalcli.training.forecast.recursive import Predict, forecast_recursively

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

END, STEP = 30.0, 0.1
RECURSIVE_STEPS = 300
PUBLISHED = {"rnn": 0.0431, "lstm": 0.0376, "gru": 0.0531}  # gru: printed beside the code of an lstm
AR = "ar"


class Recursive(NamedTuple):
    """`RECURSIVE_STEPS` forecasts after a window of zeros, and after the first window of the wave."""

    from_zeros: np.ndarray
    from_wave: np.ndarray


def wave(t: np.ndarray) -> np.ndarray:
    """The series at ``t``; six values in steps of .1 determine the next one exactly."""
    return np.asarray(t * np.sin(t) / 3 + 2 * np.sin(5 * t))


def full_wave() -> np.ndarray:
    """The wave from t = 0 to its end, both included."""
    return wave(STEP * np.arange(round(END / STEP) + 1))


def random_windows(count: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Windows of the wave with random starts, (count, length)."""
    starts = rng.uniform(0, END - (length - 1) * STEP, count)
    return wave(starts[:, np.newaxis] + STEP * np.arange(length))


def run(config: WaveConfig, cells: tuple[str, ...], seed: int, make: Make = as_is) -> Reproduction:
    """Errors on new windows, and of recursive forecasts up to the end; ``make`` replaces the networks."""
    rows, forecasts = [], {}
    for cell in cells:
        measurements, forecasts[cell] = (
            _run_ar(config, seed) if cell == AR else _run_network(cell, config, seed, make)
        )
        rows += measurements
    return Reproduction(rows, lambda fig: _draw(fig, forecasts, config), (9.0, 1.7 * len(forecasts) + 0.4))


def _run_network(cell: str, config: WaveConfig, seed: int, make: Make) -> tuple[list[Measurement], Recursive]:
    """A layer of ReLU units with an output after every step, trained on random windows, each seen once."""
    rng = np.random.default_rng(seed)
    rows = random_windows(config.iterations * config.batch_size, config.window + 1, rng)
    network = NetworkRegressor(
        cell=cell, units=config.units, activation="relu", sequence=True, scale="none", epochs=1, patience=0,
        batch_size=config.batch_size, learning_rate=config.learning_rate, random_state=seed,
    )  # fmt: skip
    model = make(network)
    with Timer() as timer:
        model.fit(rows[:, :-1], rows[:, 1:])
    test = random_windows(config.fresh, config.window + 1, rng)
    X, y = test[:, :-1], test[:, 1:]
    ours, naive = (rmse(y.ravel(), forecast.ravel()) ** 2 for forecast in (model.predict(X), X))
    meaning = "mean squared error on new windows; naive repeats the last value"
    one_step = Measurement(cell, "mse one step", PUBLISHED[cell], ours, naive, timer.seconds, meaning)
    recursive = _forecast_recursively(lambda windows: model.predict(windows)[:, -1], config)
    return [one_step, _measure_recursive(cell, recursive, config, timer.seconds)], recursive


def _run_ar(config: WaveConfig, seed: int) -> tuple[list[Measurement], Recursive]:
    """Least squares on the `WaveConfig.order` values before."""
    rows = np.lib.stride_tricks.sliding_window_view(full_wave(), config.window + 1)
    model = ARRegressor(p=config.order, intercept=False)
    with Timer() as timer:
        model.fit(rows[:, :-1], rows[:, -1])
    test = random_windows(config.fresh, config.window + 1, np.random.default_rng(seed))
    X, y = test[:, :-1], test[:, -1]
    ours, naive = (_max_error(y, forecast) for forecast in (model.predict(X), X[:, -1]))
    meaning = f"largest error on new windows of a linear model of {config.order} lags"
    one_step = Measurement(AR, "largest error one step", nan, ours, naive, timer.seconds, meaning)
    recursive = _forecast_recursively(model.predict, config)
    return [one_step, _measure_recursive(AR, recursive, config, timer.seconds)], recursive


def _forecast_recursively(predict: Predict, config: WaveConfig) -> Recursive:
    first = wave(STEP * np.arange(config.window))
    return Recursive(
        *forecast_recursively(predict, np.stack([np.zeros(config.window), first]), RECURSIVE_STEPS)
    )


def _measure_recursive(cell: str, recursive: Recursive, config: WaveConfig, seconds: float) -> Measurement:
    """Error of the forecasts after the first window, up to the end of the wave; the largest one of ``ar``."""
    name, error = ("largest error", _max_error) if cell == AR else ("rmse", rmse)
    actual, last = full_wave()[config.window :], full_wave()[config.window - 1]
    meaning = f"{name} of recursive forecasts up to t = {END:g} from {config.window} true values"
    return Measurement(
        cell,
        f"{name} {len(actual)} steps fed back",
        nan,
        error(actual, recursive.from_wave[: len(actual)]),
        error(actual, np.full(len(actual), last)),
        seconds,
        f"{meaning}; naive repeats the last of them",
    )


def _max_error(actual: np.ndarray, forecast: np.ndarray) -> float:
    return float(np.max(np.abs(forecast - actual)))


def _draw(fig: Figure, forecasts: dict[str, Recursive], config: WaveConfig) -> None:
    """One row of panels a cell, all with the same axes: forecasts from zeros, and from the first window."""
    panels = fig.subplots(len(forecasts), 2, squeeze=False, sharex=True, sharey=True)
    time = STEP * np.arange(config.window + RECURSIVE_STEPS)
    actual = wave(time)
    panels[0][0].set_ylim(1.4 * actual.min(), 1.4 * actual.max())
    for (left, right), (cell, recursive) in zip(panels, forecasts.items(), strict=True):
        left.set_ylabel(cell)
        right.plot(time, actual, color=AXIS)
        for axes, values in ((left, recursive.from_zeros), (right, recursive.from_wave)):
            _draw_recursive(axes, time[config.window :], values)
    panels[0][0].set_title(f"{RECURSIVE_STEPS} recursive steps from zeros")
    panels[0][1].set_title(
        f"{RECURSIVE_STEPS} recursive steps from {config.window} true values; gray: the wave"
    )
    for axes in panels[-1]:
        axes.set_xlabel("t")


def _draw_recursive(axes: Axes, time: np.ndarray, values: np.ndarray) -> None:
    """A forecast up to where it leaves the panel, and how far it goes then."""
    low, high = axes.get_ylim()
    shown = before_leaving(values, low, high)
    axes.plot(time[:shown], values[:shown], color=COLORS[0], linewidth=1.4)
    if shown < len(values):
        axes.plot(time[shown - 1 : shown], values[shown - 1 : shown], "o", color=COLORS[0], markersize=4)
        write_leaving(axes, [leaving("", values, low, high, f" at t = {time[shown]:.1f}").lstrip()])
