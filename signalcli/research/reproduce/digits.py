"""Pictures of digits as sequences: eight rows of eight pixels through two layers and a dense one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.report.figures.figure import COLOURS
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import DigitsConfig

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PUBLISHED = {"lstm": 0.9696}  # of the larger pictures of MNIST, after four epochs
ROW = 8  # pixels, and rows of a picture
MEANING = "share of unseen pictures named rightly; published of MNIST; naive names the most frequent digit"


def run(config: DigitsConfig, cells: tuple[str, ...], seed: int) -> Outcome:
    """Accuracy on pictures that were held out, and which digit was taken for which."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    parts = train_test_split(X, y, test_size=config.held, random_state=seed, stratify=y)
    learnt, seen, answers, truth = parts
    naive = float(np.mean(truth == np.bincount(answers).argmax()))
    rows, said = [], {}
    for cell in cells:
        with timed() as watch:
            said[cell] = _network(cell, config, seed).fit(learnt, answers).predict(seen)
        found = float(np.mean(said[cell] == truth))
        published = PUBLISHED.get(cell, UNKNOWN)
        rows.append(Figures(cell, "accuracy", published, found, naive, watch.seconds, MEANING))
    return Outcome(rows, lambda drawn: _draw(drawn, truth, said))


def _network(cell: str, config: DigitsConfig, seed: int) -> NetworkClassifier:
    """Layer, dropout, layer, dropout, dense, dropout, one output a digit."""
    return NetworkClassifier(
        cell=cell, channels=ROW, units=config.units, layers=2, layer_dropout=0.1,
        dense=config.dense, dense_dropout=0.2, epochs=config.epochs, patience=0,
        learning_rate=config.learning_rate, schedule="cosine", random_state=seed,
    )  # fmt: skip


def _draw(drawn: Figure, truth: np.ndarray, said: dict[str, np.ndarray]) -> None:
    """How often each digit was named right: ten bars a cell."""
    axes = drawn.subplots()
    width = 0.8 / len(said)
    for place, (cell, named) in enumerate(said.items()):
        right = [float(np.mean(named[truth == digit] == digit)) for digit in range(10)]
        axes.bar(np.arange(10) + place * width, right, width, color=COLOURS[place], label=cell)
    axes.set_xticks(np.arange(10) + 0.4 - width / 2, [str(digit) for digit in range(10)])
    axes.set_ylim(0.8, 1.0)
    axes.set_xlabel("digit")
    axes.set_ylabel("share named rightly")
    drawn.legend(loc="outside upper center", ncols=len(said))
