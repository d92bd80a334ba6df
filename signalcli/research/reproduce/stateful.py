"""Stateful training: two batches of one-minute bars; the second continues from the state of the first."""

from __future__ import annotations

from math import nan

import numpy as np

from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.trainer.forward import choose_forward
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import PlainConfig
from signalcli.schemas import PRICES

FIRST, BATCH = 34, 7  # bars 15:04 … 15:10 and 15:11 … 15:17 of a session that begins at 14:30 UTC


def run(_config: PlainConfig, _cells: tuple[str, ...], seed: int) -> Reproduction:
    """Whether the state is carried over, and whether a network can use it."""
    return Reproduction([_check_carried_state(seed), _compare_loss(seed)])


def two_batches(seed: int) -> np.ndarray:
    """Standardized prices of 14 one-minute bars of 2018-06-22, (2 batches, 7 rows, 1 bar, 4 prices)."""
    bars = synthetic_bars("walk", rows=FIRST + 2 * BATCH, start="2018-06-22", seed=seed, interval="1m")
    prices = bars[list(PRICES)].to_numpy()[FIRST:]
    return ((prices - prices.mean()) / prices.std()).astype("float32").reshape(2, BATCH, 1, len(PRICES))


def _check_carried_state(seed: int) -> Measurement:
    """Outputs of the second batch against those of windows that hold both bars of a row."""
    batches = two_batches(seed)
    with Timer() as timer:
        rows = batches.reshape(2 * BATCH, -1)
        model = NetworkClassifier(
            units=8, channels=4, epochs=1, stateful=True, scale="none", random_state=seed
        )
        model.fit(rows, np.arange(2 * BATCH) % 2)
        forward = choose_forward(model.network(1, 1))
        memory = forward.first_memory(np.random.SeedSequence(seed), BATCH)
        _, _, memory = forward.train(model.weights_, memory, batches[0])
        carried = np.asarray(forward.train(model.weights_, memory, batches[1])[0])
        windows = np.concatenate([*batches], axis=1)
        expected = np.asarray(choose_forward(model.network(2, 1)).predict(model.weights_, windows))
        from_zero = np.asarray(forward.predict(model.weights_, batches[1]))
    ours, naive = (float(np.max(np.abs(outputs - expected))) for outputs in (carried, from_zero))
    meaning = "second batch against windows that hold both bars; naive starts from zero state"
    return Measurement("lstm", "largest distance", nan, ours, naive, timer.seconds, meaning)


def _compare_loss(seed: int) -> Measurement:
    """Log loss where the label is the direction of the bar before the window: only the state contains it."""
    bars = np.sign(np.random.default_rng(seed).normal(size=600))
    X, y = bars[1:, np.newaxis], bars[:-1] > 0
    with Timer() as timer:
        ours, naive = (_final_loss(stateful, X, y, seed) for stateful in (True, False))
    meaning = "log loss where the label is the bar before the window; naive starts from zero state: ln 2"
    return Measurement("rnn", "log loss", nan, ours, naive, timer.seconds, meaning)


def _final_loss(stateful: bool, X: np.ndarray, y: np.ndarray, seed: int) -> float:
    model = NetworkClassifier(
        cell="rnn", units=16, epochs=20, patience=0, batch_size=8, learning_rate=0.005, stateful=stateful,
        random_state=seed,
    )  # fmt: skip
    return float(model.fit(X, y).history_[-1].loss)
