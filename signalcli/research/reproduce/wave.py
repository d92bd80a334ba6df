"""t·sin(t)/3 + 2·sin(5t): the next value after every step of a window, and 300 steps fed back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.evaluation.forecast_errors import rmse
from signalcli.models.level_forecasters import ARRegressor
from signalcli.models.neural.regressor import NetworkRegressor
from signalcli.report.figures.figure import COLOURS
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import WaveConfig
from signalcli.training.forecast.recursive import Say, generate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

END, STEP = 30.0, 0.1
FED_BACK = 300  # steps, from zeros and from the first window of the wave
PUBLISHED = {"rnn": 0.0431, "lstm": 0.0376, "gru": 0.0531}  # the last one printed from the code of an lstm
PLAIN = "ar"


class Generated(NamedTuple):
    """`FED_BACK` values after a window of zeros, and after the first window of the wave."""

    zeros: np.ndarray
    instance: np.ndarray


def wave(t: np.ndarray) -> np.ndarray:
    """The series; six values before determine the next one exactly."""
    return np.asarray(t * np.sin(t) / 3 + 2 * np.sin(5 * t))


def run(config: WaveConfig, cells: tuple[str, ...], seed: int) -> Outcome:
    """Errors on windows that were not trained on, and of the steps up to the end of the wave."""
    rows, pictures = [], {}
    for cell in cells:
        found = _plain(config, seed) if cell == PLAIN else _network(cell, config, seed)
        rows += found[0]
        pictures[cell] = found[1]
    return Outcome(rows, lambda drawn: _draw(drawn, pictures, config), (9.0, 1.7 * len(pictures) + 0.4))


def random_windows(count: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Stretches of the wave that begin anywhere in it, (count, length)."""
    starts = rng.uniform(0, END - (length - 1) * STEP, count)
    return wave(starts[:, np.newaxis] + STEP * np.arange(length))


def _network(cell: str, config: WaveConfig, seed: int) -> tuple[list[Figures], Generated]:
    """A layer of ReLU units that speaks after every step, trained on windows each of which is seen once."""
    rng = np.random.default_rng(seed)
    rows = random_windows(config.iterations * config.batch_size, config.window + 1, rng)
    model = NetworkRegressor(
        cell=cell, units=config.units, activation="relu", sequence=True, scale="none", epochs=1, patience=0,
        batch_size=config.batch_size, learning_rate=config.learning_rate, random_state=seed,
    )  # fmt: skip
    with timed() as watch:
        model.fit(rows[:, :-1], rows[:, 1:])
    fresh = random_windows(config.fresh, config.window + 1, rng)
    seen, truth = fresh[:, :-1], fresh[:, 1:]
    ours, naive = (rmse(truth.ravel(), said.ravel()) ** 2 for said in (model.predict(seen), seen))
    meaning = "mean squared error on fresh windows; naive says the newest value again"
    one = Figures(cell, "mse one step", PUBLISHED[cell], ours, naive, watch.seconds, meaning)
    generated = _generated(lambda windows: model.predict(windows)[:, -1], config)
    return [one, _to_the_end(cell, generated, config, watch.seconds)], generated


def _plain(config: WaveConfig, seed: int) -> tuple[list[Figures], Generated]:
    """Least squares on as many past values as the recursion has."""
    rows = np.lib.stride_tricks.sliding_window_view(whole(), config.window + 1)
    model = ARRegressor(p=config.order, intercept=False)
    with timed() as watch:
        model.fit(rows[:, :-1], rows[:, -1])
    fresh = random_windows(config.fresh, config.window + 1, np.random.default_rng(seed))
    truth = fresh[:, -1]
    ours, naive = (_largest(truth, said) for said in (model.predict(fresh[:, :-1]), fresh[:, -2]))
    meaning = f"largest error on fresh windows of a linear model of {config.order} past values"
    one = Figures(PLAIN, "largest error one step", UNKNOWN, ours, naive, watch.seconds, meaning)
    generated = _generated(model.predict, config)
    return [one, _to_the_end(PLAIN, generated, config, watch.seconds)], generated


def whole() -> np.ndarray:
    """The wave from t = 0 to its end, both included."""
    return wave(STEP * np.arange(round(END / STEP) + 1))


def _generated(say: Say, config: WaveConfig) -> Generated:
    first = wave(STEP * np.arange(config.window))
    return Generated(*generate(say, np.stack([np.zeros(config.window), first]), FED_BACK))


def _to_the_end(cell: str, generated: Generated, config: WaveConfig, seconds: float) -> Figures:
    """Error of what follows the first window, up to the end of the wave; the plain model's is its largest."""
    word, error = ("largest error", _largest) if cell == PLAIN else ("rmse", rmse)
    truth, last = whole()[config.window :], whole()[config.window - 1]
    said, flat = generated.instance[: len(truth)], np.full(len(truth), last)
    meaning = f"{word} up to t = {END:g} from {config.window} true values; naive stays at the last one"
    measure, ours = f"{word} {len(truth)} steps fed back", error(truth, said)
    return Figures(cell, measure, UNKNOWN, ours, error(truth, flat), seconds, meaning)


def _largest(truth: np.ndarray, said: np.ndarray) -> float:
    return float(np.max(np.abs(said - truth)))


def _draw(drawn: Figure, pictures: dict[str, Generated], config: WaveConfig) -> None:
    """A line of panels a cell: fed back from zeros, and from the first window beside the wave itself."""
    panels = drawn.subplots(len(pictures), 2, squeeze=False, sharex=True)
    time = STEP * np.arange(config.window + FED_BACK)
    truth = wave(time)
    frame = 1.4 * truth.min(), 1.4 * truth.max()  # what explodes leaves it
    for (left, right), (cell, generated) in zip(panels, pictures.items(), strict=True):
        left.plot(time[config.window :], generated.zeros, color=COLOURS[1])
        left.set_ylabel(cell)
        if np.nanmax(np.abs(generated.zeros)) > frame[1]:
            left.set_ylim(*frame)
        right.plot(time, truth, color="0.6", label="wave")
        right.plot(time[config.window :], generated.instance, color=COLOURS[0], label="fed back")
        right.set_ylim(*frame)
    panels[0][0].set_title(f"{FED_BACK} steps from zeros", fontsize=9)
    panels[0][1].set_title(f"{FED_BACK} steps from {config.window} true values", fontsize=9)
    panels[0][1].legend(loc="lower left", ncols=2)
    for axes in panels[-1]:
        axes.set_xlabel("t")
