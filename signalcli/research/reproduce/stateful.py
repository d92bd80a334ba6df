"""Two batches of seven one-minute bars: each place of the second goes on from its state in the first."""

from __future__ import annotations

import numpy as np

from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.trainer.forward import forward_of
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import PlainConfig

FIRST, PLACES = 34, 7  # bars 15:04 … 15:10 and 15:11 … 15:17 of a session that begins at 14:30 UTC
PRICES = ["open", "high", "low", "close"]


def run(_spec: PlainConfig, _cells: tuple[str, ...], seed: int) -> Outcome:
    """What is carried, and what it is good for."""
    return Outcome([_carried(seed), _worth(seed)])


def two_batches(seed: int) -> np.ndarray:
    """Prices of 14 one-minute bars of 2018-06-22 around their mean, as (2 batches, 7 places, 1 bar, 4)."""
    bars = synthetic_bars("walk", rows=FIRST + 2 * PLACES, start="2018-06-22", seed=seed, interval="1m")
    prices = bars[PRICES].to_numpy()[FIRST:]
    return ((prices - prices.mean()) / prices.std()).astype("float32").reshape(2, PLACES, 1, len(PRICES))


def _carried(seed: int) -> Figures:
    """Outputs of the second batch beside those of windows that hold both bars of a place."""
    batches = two_batches(seed)
    with timed() as watch:
        rows = batches.reshape(2 * PLACES, -1)
        model = NetworkClassifier(
            units=8, channels=4, epochs=1, stateful=True, scale="none", random_state=seed
        )
        model.fit(rows, np.arange(2 * PLACES) % 2)
        forward = forward_of(model.network(1, 1))
        memory = forward.first(np.random.SeedSequence(seed), PLACES)
        _, _, memory = forward.train(model.weights_, memory, batches[0])
        carried = np.asarray(forward.train(model.weights_, memory, batches[1])[0])
        whole = forward_of(model.network(2, 1)).predict(model.weights_, np.concatenate([*batches], axis=1))
        alone = forward.predict(model.weights_, batches[1])
    ours, naive = (float(np.max(np.abs(np.asarray(x) - np.asarray(whole)))) for x in (carried, alone))
    meaning = "distance of the second batch from windows that hold both bars; naive starts from zero state"
    return Figures("lstm", "largest distance", UNKNOWN, ours, naive, watch.seconds, meaning)


def _worth(seed: int) -> Figures:
    """The direction is that of the bar before the window: only a carried state knows it."""
    bars = np.sign(np.random.default_rng(seed).normal(size=600))
    X, y = bars[1:, np.newaxis], bars[:-1] > 0
    with timed() as watch:
        ours, naive = (_loss(stateful, X, y, seed) for stateful in (True, False))
    meaning = "log loss where the answer is the bar before the window; naive starts from zero state: ln 2"
    return Figures("rnn", "log loss", UNKNOWN, ours, naive, watch.seconds, meaning)


def _loss(stateful: bool, X: np.ndarray, y: np.ndarray, seed: int) -> float:
    model = NetworkClassifier(
        cell="rnn", units=16, epochs=20, patience=0, batch_size=8, learning_rate=0.005, stateful=stateful,
        random_state=seed,
    )  # fmt: skip
    return float(model.fit(X, y).history_[-1].loss)
