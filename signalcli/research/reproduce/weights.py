"""How many weights a network has: an MLP beside an RNN, and one layer of each cell."""

from __future__ import annotations

from signalcli.models.neural.architecture import Network, count
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import PlainConfig

PAIR = {"mlp": 12, "rnn": 28}  # 2 inputs, 4 hidden, 1 output, no constants: 2·4 + 4·1, and 4·4 more
LAYERS = {"rnn": 10_301, "lstm": 40_901, "gru": 31_001}  # as Keras counts
SMALL = "2 inputs; 4 hidden; 1 output; no constants"
LARGE = "100 units on one input and a dense output; as Keras counts"


def run(_spec: PlainConfig, _cells: tuple[str, ...], _seed: int) -> Outcome:
    """Count the weights from the description of each network; nothing is built."""
    small = [_row(cell, n, Network(cell, 1, 2, 1, (4,), use_bias=False), SMALL) for cell, n in PAIR.items()]
    large = [_row(f"{cell} 100", n, Network(cell, 20, 1, 1, (100,)), LARGE) for cell, n in LAYERS.items()]
    return Outcome(small + large)


def _row(variant: str, published: int, network: Network, meaning: str) -> Figures:
    with timed() as watch:
        ours = float(count(network))
    return Figures(variant, "weights", float(published), ours, UNKNOWN, watch.seconds, meaning)
