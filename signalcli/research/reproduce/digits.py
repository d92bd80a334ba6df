"""Images of digits as sequences: eight rows of eight pixels through two recurrent layers and a dense one."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.report.figures.palette import COLORS
from signalcli.research.reproduce.plain_keras import Make, as_is
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import DigitsConfig

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PUBLISHED = {"lstm": 0.9696}  # on the larger images of MNIST, after four epochs
ROW = 8  # pixels, and rows of an image
MEANING = "share of test images classified correctly; published on MNIST; naive: the most frequent digit"


def run(config: DigitsConfig, cells: tuple[str, ...], seed: int, make: Make = as_is) -> Reproduction:
    """Accuracy on the test images, and by digit in the figure; ``make`` replaces the networks."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, digits = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        images, digits, test_size=config.held, random_state=seed, stratify=digits
    )
    naive = float(np.mean(y_test == np.bincount(y_train).argmax()))
    rows, predicted = [], {}
    for cell in cells:
        with Timer() as timer:
            predicted[cell] = make(_network(cell, config, seed)).fit(X_train, y_train).predict(X_test)
        accuracy = float(np.mean(predicted[cell] == y_test))
        published = PUBLISHED.get(cell, nan)
        rows.append(Measurement(cell, "accuracy", published, accuracy, naive, timer.seconds, MEANING))
    return Reproduction(rows, lambda fig: _draw(fig, y_test, predicted))


def _network(cell: str, config: DigitsConfig, seed: int) -> NetworkClassifier:
    """Layer, dropout, layer, dropout, dense, dropout, one output a digit."""
    return NetworkClassifier(
        cell=cell, channels=ROW, units=config.units, layers=2, layer_dropout=0.1,
        dense=config.dense, dense_dropout=0.2, epochs=config.epochs, patience=0,
        learning_rate=config.learning_rate, schedule="cosine", random_state=seed,
    )  # fmt: skip


def _draw(fig: Figure, y_test: np.ndarray, predicted: dict[str, np.ndarray]) -> None:
    """Accuracy by digit: ten bars a cell."""
    axes = fig.subplots()
    width = 0.8 / len(predicted)
    for number, (cell, classes) in enumerate(predicted.items()):
        accuracy = [float(np.mean(classes[y_test == digit] == digit)) for digit in range(10)]
        axes.bar(np.arange(10) + number * width, accuracy, width, color=COLORS[number], label=cell)
    axes.set_xticks(np.arange(10) + 0.4 - width / 2, [str(digit) for digit in range(10)])
    axes.set(xlabel="digit", ylabel="accuracy", ylim=(0.8, 1.0))
    fig.legend(loc="outside upper center", ncols=len(predicted))
