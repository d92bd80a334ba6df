"""Number of weights of a network: an MLP and an RNN of the same size, and one layer of each cell."""

from __future__ import annotations

from math import nan

from signalcli.models.neural.architecture import Network, count_weights
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import PlainConfig

PAIR = {"mlp": 12, "rnn": 28}  # 2 inputs, 4 hidden, 1 output, no biases: 2·4 + 4·1, and 4·4 more
LAYERS = {"rnn": 10_301, "lstm": 40_901, "gru": 31_001}  # as Keras counts
SMALL = "2 inputs; 4 hidden units; 1 output; no biases"
LARGE = "100 units on one input and a dense output; as Keras counts"


def run(_config: PlainConfig, _cells: tuple[str, ...], _seed: int) -> Reproduction:
    """Count the weights from the description of each network; no network is built."""
    small = [_row(cell, n, Network(cell, 1, 2, 1, (4,), use_bias=False), SMALL) for cell, n in PAIR.items()]
    large = [_row(f"{cell} 100", n, Network(cell, 20, 1, 1, (100,)), LARGE) for cell, n in LAYERS.items()]
    return Reproduction(small + large)


def _row(variant: str, published: int, network: Network, meaning: str) -> Measurement:
    with Timer() as timer:
        ours = float(count_weights(network))
    return Measurement(variant, "weights", float(published), ours, nan, timer.seconds, meaning)
