"""Stacked networks of ``reproduce ibm`` beside plain Keras: loss and test error of every epoch, by seed.

It takes hours at full size, so it runs only by name. ``SIGNALCLI_IBM`` is a file of daily bars (default:
the sample), ``REPRODUCTION_SEEDS`` the number of seeds (5), ``REPRODUCTION_CELLS`` the cells (lstm,gru),
``REPRODUCTION_SETTINGS`` JSON of the settings of ``reproduce ibm``, such as
{"recurrent_activation": "hard_sigmoid"}.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.fetch import fetch
from signalcli.data.sources.sample import sample_file
from signalcli.models.neural.regressor import NetworkRegressor
from signalcli.models.neural.trainer.program import Rows
from signalcli.research.reproduce.ibm import make_variants, select_symbol
from signalcli.research.reproduce.plain_keras import PlainKeras
from signalcli.research.reproduce.settings import IbmConfig
from signalcli.training.forecast.forecast import create_forecaster
from signalcli.training.forecast.scaling import fit_scaling
from signalcli.training.forecast.series import make_series

LAST = 10  # epochs whose spread is printed


class Work(NamedTuple):
    """Scaled windows and next values of the training and test part, and a network that is not fitted."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    network: NetworkRegressor
    unit: float


class Curve(NamedTuple):
    """Training loss, and root mean squared error of the test part in dollars, of each epoch."""

    loss: np.ndarray
    error: np.ndarray


class Watched(NetworkRegressor):
    """Ours with the last ``watched`` rows as validation rows, whose loss each epoch leaves in its history."""

    watched = 0

    def _split(self, rows: Rows) -> tuple[Rows, Rows]:
        return Rows(*(p[: -self.watched] for p in rows)), Rows(*(p[-self.watched :] for p in rows))


def run() -> None:
    """Print a line for each epoch, then mean and standard deviation over seeds."""
    cells = os.environ.get("REPRODUCTION_CELLS", "lstm,gru").split(",")
    seeds = int(os.environ.get("REPRODUCTION_SEEDS", "5"))
    for cell in cells:
        curves: dict[str, list[Curve]] = {"ours": [], "keras": []}
        for seed in range(seeds):
            work = make_work(cell, seed)
            for side, train in (("ours", train_ours), ("keras", train_keras)):
                curves[side].append(train(work))
                print_curve(f"{cell} {side} {seed}", curves[side][-1])
        print_summary(cell, curves)


def make_work(cell: str, seed: int) -> Work:
    """What `reproduce ibm` trains a cell on, of the highs of ``SIGNALCLI_IBM``."""
    config = replace(IbmConfig(), **json.loads(os.environ.get("REPRODUCTION_SETTINGS", "{}")))
    bars = select_symbol(load_bars(config.column))
    forecast_config = make_variants(config, (cell,), seed, bars)[cell].config
    (series,) = make_series(bars, forecast_config)
    scaling: Any = fit_scaling(forecast_config.scale, series.values[: series.train])
    windows = np.lib.stride_tricks.sliding_window_view(series.values, forecast_config.window + 1)
    scaled = scaling.scale(windows, windows)
    train, test = np.split(scaled, [series.train - forecast_config.window])
    network = create_forecaster(cell, forecast_config)
    return Work(train[:, :-1], train[:, -1], test[:, :-1], test[:, -1], network, scaling.unit)


def load_bars(column: str) -> Any:
    source = os.environ.get("SIGNALCLI_IBM")
    config = FetchConfig(source=source or sample_file())
    return fetch([] if source else ["IBM"], config, dt.datetime.now(dt.UTC), (column,)).bars


def train_ours(work: Work) -> Curve:
    model = Watched(**work.network.get_params())
    model.watched = len(work.y_test)
    model.fit(np.concatenate([work.X, work.X_test]), np.concatenate([work.y, work.y_test]))
    loss, test = np.array(model.history_).T
    return Curve(loss, np.sqrt(test) * work.unit)


def train_keras(work: Work) -> Curve:
    history = PlainKeras(work.network).fit(work.X, work.y, (work.X_test, work.y_test)).history_
    return Curve(np.array(history["loss"]), np.sqrt(history["val_loss"]) * work.unit)


def print_curve(name: str, curve: Curve) -> None:
    for epoch, (loss, error) in enumerate(zip(*curve, strict=True), 1):
        print(f"{name}  epoch {epoch:3}  loss {loss:.6f}  test error {error:.3f}", flush=True)


def print_summary(cell: str, curves: dict[str, list[Curve]]) -> None:
    """Last epoch, and all of the last ten epochs, mean ± standard deviation over seeds."""
    for side, runs in curves.items():
        for measure, values in measures(runs):
            print(
                f"{cell} {side}: {measure} {np.mean(values):.5g} ± {np.std(values, ddof=1):.2g}", flush=True
            )


def measures(runs: list[Curve]) -> Iterator[tuple[str, np.ndarray]]:
    losses, errors = (np.array([getattr(run, name) for run in runs]) for name in Curve._fields)
    yield "loss of the last epoch", losses[:, -1]
    yield "test error of the last epoch", errors[:, -1]
    yield f"test error of the last {LAST} epochs", errors[:, -LAST:].ravel()
    yield "lowest test error of an epoch", errors.min(axis=1)
