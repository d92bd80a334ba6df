"""Training of recurrent networks, compared with a plain Keras loop (build, compile, fit) and with PyTorch.

Walk-forwards are timed in processor seconds, both sides on one thread: other processes on the machine change
them less than wall time.
"""

from __future__ import annotations

import csv
import importlib.util
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from benchmarks.startup import SAMPLE
from benchmarks.timing import Usage, compare, measure, print_ratio, seconds
from signalcli.models.neural.architecture import Network
from signalcli.models.neural.backend.runtime import keras
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.trainer.batches import make_batches
from signalcli.models.neural.trainer.optimizers import Optimizer
from signalcli.models.neural.trainer.program import Rows, get_program


class WalkForward(NamedTuple):
    """One model trained on expanding folds of IBM's daily returns."""

    cell: str
    layers: int = 1
    window: int = 20
    folds: int = 5
    epochs: int = 20
    units: int = 50
    batch: int = 32


def run() -> None:
    """Epochs against PyTorch if installed, walk-forwards against plain Keras, then growth with the work."""
    for cell in ("lstm", "gru", "rnn"):
        epoch = make_epoch(cell)
        if importlib.util.find_spec("torch"):
            compare(f"{cell} epoch / PyTorch", epoch, make_torch_epoch(cell))
    compare_walk_forward("lstm walk-forward", WalkForward("lstm"))
    compare_walk_forward("gru walk-forward", WalkForward("gru"))
    compare_walk_forward("lstm 4×50, 60 steps", WalkForward("lstm", layers=4, window=60, folds=2, epochs=3))
    small = WalkForward("lstm", epochs=2)
    compare_growth("twice the epochs", small, small._replace(epochs=4))
    compare_growth("twice the steps", small, small._replace(window=40))
    compare_growth("five folds instead of two, 2.5 times the rows", small._replace(folds=2), small)


def load_windows(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of IBM's returns, (n, length), and whether the next return is positive, (n,)."""
    with SAMPLE.open(encoding="utf-8") as lines:
        close = np.array([float(row["Adj Close"]) for row in csv.DictReader(lines) if row["Ticker"] == "IBM"])
    returns = np.diff(np.log(close))
    return np.lib.stride_tricks.sliding_window_view(returns, length)[:-1], returns[length:] > 0


def train_ours(work: WalkForward) -> list[float]:
    """Final training loss of each fold."""
    X, y = load_windows(work.window)
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


def train_keras(work: WalkForward) -> list[float]:
    """Final training loss of each fold with plain Keras, written as in its tutorials."""
    X, y = load_windows(work.window)
    losses = []
    for fold, (train, test) in enumerate(TimeSeriesSplit(work.folds).split(X)):
        keras().utils.set_random_seed(fold)
        scaled = ((X - X[train].mean()) / X[train].std())[..., np.newaxis].astype(np.float32)
        model = build_keras_model(work, (work.window, 1))
        history = model.fit(scaled[train], y[train], batch_size=work.batch, epochs=work.epochs, verbose=0)
        model.predict(scaled[test], verbose=0)
        losses.append(history.history["loss"][-1])
    return losses


def build_keras_model(work: WalkForward, shape: tuple[int, int]) -> Any:
    layers = keras().layers
    layer = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[work.cell]
    stack = [layer(work.units, return_sequences=number + 1 < work.layers) for number in range(work.layers)]
    model = keras().Sequential([keras().Input(shape), *stack, layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model


def compare_walk_forward(name: str, work: WalkForward) -> None:
    """Print the ratio with compilation on both sides, and the difference of the final losses."""
    ours, our_losses = measure_training(train_ours, work)
    theirs, their_losses = measure_training(train_keras, work)
    print_ratio(f"{name} / plain Keras", [(ours.cpu, theirs.cpu)])
    difference = np.mean(our_losses) / np.mean(their_losses) - 1
    print(
        f"  on the wall {ours.wall:.1f} s / {theirs.wall:.1f} s = {ours.wall / theirs.wall:.2f}; "
        f"final loss {np.mean(our_losses):.4f}, {difference:+.1%} of plain Keras"
    )


def measure_training(
    train: Callable[[WalkForward], list[float]], work: WalkForward
) -> tuple[Usage, list[float]]:
    """Time of a training and its losses."""
    losses: list[float] = []
    return measure(lambda: losses.extend(train(work))), losses


def compare_growth(name: str, small: WalkForward, large: WalkForward) -> None:
    """Print the time of the larger work as a multiple of the smaller one, without compilation."""
    for work in (small, large):
        train_ours(work._replace(epochs=1, folds=2))
    compare(name, lambda: train_ours(large), lambda: train_ours(small), rounds=3, clock=time.process_time)


def make_epoch(cell: str) -> Callable[[], object]:
    """A compiled epoch of 2,700 windows of 20 × 8, 32 units, batches of 32."""
    program = get_program(Network(cell, 20, 8, 1, (32,)), Optimizer(), 32)
    rng = np.random.default_rng(0)
    rows = Rows(
        rng.normal(size=(2700, 20, 8)).astype(np.float32),
        rng.integers(0, 2, 2700, np.int32),
        np.ones(2700, np.float32),
    )
    state, loaded = program.start(np.random.SeedSequence(0)), program.load(rows)
    batches = make_batches(rng.permutation(2700), 32)

    def epoch() -> object:
        return program.epoch(state, loaded, batches, 0.001)

    print(f"{cell}: first epoch, compilation included    {seconds(epoch):8.3f} s")
    return epoch


def make_torch_epoch(cell: str) -> Callable[[], object]:
    """The same epoch with PyTorch on one thread."""
    import torch

    torch.set_num_threads(1)
    layer_class = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    layer, head = layer_class(8, 32, batch_first=True), torch.nn.Linear(32, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()])
    loss = torch.nn.BCEWithLogitsLoss()
    X, y, order = torch.randn(2700, 20, 8), torch.randint(0, 2, (2700, 1)).float(), torch.randperm(2700)

    def epoch() -> None:
        for i in range(0, 2700, 32):
            batch = order[i : i + 32]
            optimizer.zero_grad()
            loss(head(layer(X[batch])[0][:, -1]), y[batch]).backward()
            optimizer.step()

    return epoch
