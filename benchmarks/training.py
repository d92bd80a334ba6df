"""Training of recurrent networks, beside a plain Keras loop (build, compile and fit a fold) and PyTorch.

Seconds of walk-forwards are the processor's, both sides on one thread: what other processes do on the machine
changes them less than the wall's.
"""

from __future__ import annotations

import csv
import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from benchmarks.timing import compare, seconds
from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.runtime import keras
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.trainer.batches import in_order
from signalcli.models.neural.trainer.optimizers import Optimizer
from signalcli.models.neural.trainer.program import Rows, program

SAMPLE = Path(__file__).parent.parent / "sample_data" / "stocks_1d.csv"


class WalkForward(NamedTuple):
    """One model trained on expanding folds of IBM's daily returns."""

    cell: str
    layers: int = 1
    window: int = 20
    folds: int = 5
    epochs: int = 20
    units: int = 50
    batch: int = 32


def ibm(window: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of returns, (n, window), and whether the next return is positive."""
    with SAMPLE.open(encoding="utf-8") as lines:
        close = np.array([float(row["Adj Close"]) for row in csv.DictReader(lines) if row["Ticker"] == "IBM"])
    returns = np.diff(np.log(close))
    return np.lib.stride_tricks.sliding_window_view(returns, window)[:-1], returns[window:] > 0


def ours(work: WalkForward) -> list[float]:
    """Final training loss of each fold."""
    X, y = ibm(work.window)
    losses = []
    for train, test in TimeSeriesSplit(work.folds).split(X):
        model = NetworkClassifier(
            cell=work.cell,
            units=work.units,
            layers=work.layers,
            epochs=work.epochs,
            batch_size=work.batch,
            patience=0,
        )
        model.fit(X[train], y[train]).predict_proba(X[test])
        losses.append(model.history_[-1].loss)
    return losses


def plain_keras(work: WalkForward) -> list[float]:
    """Do the same the way tutorials do it."""
    X, y = ibm(work.window)
    losses = []
    for fold, (train, test) in enumerate(TimeSeriesSplit(work.folds).split(X)):
        keras().utils.set_random_seed(fold)
        scaled = ((X - X[train].mean()) / X[train].std())[..., np.newaxis].astype(np.float32)
        model = plain_model(work, (work.window, 1))
        history = model.fit(scaled[train], y[train], batch_size=work.batch, epochs=work.epochs, verbose=0)
        model.predict(scaled[test], verbose=0)
        losses.append(history.history["loss"][-1])
    return losses


def plain_model(work: WalkForward, shape: tuple[int, int]) -> Any:
    layers = keras().layers
    kind = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[work.cell]
    stack = [kind(work.units, return_sequences=number + 1 < work.layers) for number in range(work.layers)]
    model = keras().Sequential([keras().Input(shape), *stack, layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model


def walk_forward(name: str, work: WalkForward) -> None:
    """Print the ratio, the compilation included on both sides, and how far the final losses are apart."""
    losses: dict[Callable[..., list[float]], list[float]] = {}
    wall: dict[Callable[..., list[float]], float] = {}

    def once(side: Callable[[WalkForward], list[float]]) -> None:
        wall[side] = seconds(lambda: losses.update({side: side(work)}))

    compare(
        f"{name} / plain Keras",
        lambda: once(ours),
        lambda: once(plain_keras),
        rounds=1,
        clock=time.process_time,
    )
    apart = np.mean(losses[ours]) / np.mean(losses[plain_keras]) - 1
    sys.stdout.write(f"  on the wall {wall[ours]:.1f} s / {wall[plain_keras]:.1f} s")
    sys.stdout.write(f" = {wall[ours] / wall[plain_keras]:.2f}; ")
    sys.stdout.write(f"final loss {np.mean(losses[ours]):.4f}, {apart:+.1%} of plain Keras\n")


def growth(name: str, small: WalkForward, large: WalkForward) -> None:
    """Print how much longer the larger work takes once everything is compiled."""
    for work in (small, large):
        ours(work._replace(epochs=1, folds=2))
    compare(name, lambda: ours(large), lambda: ours(small), rounds=3, clock=time.process_time)


def one_epoch(cell: str) -> Callable[[], object]:
    """Make an epoch of 2,700 windows of 20 × 8, 32 units, batches of 32, compiled and ready."""
    made = program(Network(cell, 20, 8, 1, (32,)), Optimizer(), 32)
    rng = np.random.default_rng(0)
    rows = Rows(
        rng.normal(size=(2700, 20, 8)).astype(np.float32),
        rng.integers(0, 2, 2700, np.int32),
        np.ones(2700, np.float32),
    )
    state, loaded = made.start(np.random.SeedSequence(0)), made.load(rows)
    batches = in_order(rng.permutation(2700), 32)

    def run() -> object:
        return made.epoch(state, loaded, batches, 0.001)

    sys.stdout.write(f"{cell}: first epoch, compilation included    {seconds(run):8.3f} s\n")
    return run


def one_torch_epoch(cell: str) -> Callable[[], object]:
    """The same epoch with PyTorch on one thread."""
    import torch

    torch.set_num_threads(1)
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    layer, head = kind(8, 32, batch_first=True), torch.nn.Linear(32, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()])
    loss = torch.nn.BCEWithLogitsLoss()
    X, y, order = torch.randn(2700, 20, 8), torch.randint(0, 2, (2700, 1)).float(), torch.randperm(2700)

    def run() -> None:
        for i in range(0, 2700, 32):
            batch = order[i : i + 32]
            optimizer.zero_grad()
            loss(head(layer(X[batch])[0][:, -1]), y[batch]).backward()
            optimizer.step()

    return run


def run() -> None:
    """Epochs beside PyTorch where it is installed, walk-forwards beside plain Keras, then growth."""
    for cell in ("lstm", "gru", "rnn"):
        epoch = one_epoch(cell)
        if importlib.util.find_spec("torch"):
            compare(f"{cell} epoch / PyTorch", epoch, one_torch_epoch(cell))
    walk_forward("lstm walk-forward", WalkForward("lstm"))
    walk_forward("gru walk-forward", WalkForward("gru"))
    walk_forward("lstm 4×50, 60 steps", WalkForward("lstm", layers=4, window=60, folds=2, epochs=3))
    small = WalkForward("lstm", epochs=2)
    growth("twice the epochs", small, small._replace(epochs=4))
    growth("twice the steps", small, small._replace(window=40))
    growth("five folds instead of two, 2.5 times the rows", small._replace(folds=2), small)
