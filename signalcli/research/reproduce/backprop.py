"""Back-propagation checked: an expression against its derivatives, each cell against finite differences."""

from __future__ import annotations

from math import nan

import numpy as np

from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.gradients import input_gradients
from signalcli.research.reproduce.reproduction import Measurement, Reproduction, Timer
from signalcli.research.reproduce.settings import PlainConfig

POINT = (2.0, 1.0)
STEP = 0.02  # of a scaled value; with a smaller one rounding errors of single precision dominate


def run(_config: PlainConfig, cells: tuple[str, ...], seed: int) -> Reproduction:
    """The expression x²(xy + 1) at (2, 1), and the gradient of the loss of each cell by its window."""
    return Reproduction([*_check_expression(), *(_check_cell(cell, seed) for cell in cells)])


def _check_expression() -> list[Measurement]:
    """Value and both partial derivatives; by hand they are 12, 3x²y + 2x = 16 and x³ = 8."""
    tf = tensorflow()
    with Timer() as timer:
        x, y = (tf.Variable(value, dtype=tf.float64) for value in POINT)
        with tf.GradientTape() as tape:
            value = x**2 * (x * y + 1)
        by_x, by_y = tape.gradient(value, (x, y))
    results = {"f": (12, value), "df/dx": (16, by_x), "df/dy": (8, by_y)}
    meaning = "x²(xy + 1) at (2; 1): published is by hand; ours by the framework"
    return [
        Measurement("x²(xy + 1)", name, float(by_hand), float(ours), nan, timer.seconds, meaning)
        for name, (by_hand, ours) in results.items()
    ]


def _check_cell(cell: str, seed: int) -> Measurement:
    """Largest difference between gradient and finite differences, as a share of the largest of the latter."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((64, 6)), np.arange(64) % 2
    with Timer() as timer:
        model = NetworkClassifier(cell=cell, units=8, channels=2, epochs=1, scale="none", random_state=seed)
        gradients = input_gradients(model.fit(X, y), X, y).reshape(len(X), -1)
        differences = np.column_stack([_slope(model, X, y, column) for column in range(X.shape[1])])
    error = float(np.max(np.abs(gradients - differences)) / np.max(np.abs(differences)))
    meaning = "largest difference between gradient and finite differences; as a share of the largest slope"
    return Measurement(cell, "error of the gradient", nan, error, nan, timer.seconds, meaning)


def _slope(model: NetworkClassifier, X: np.ndarray, y: np.ndarray, column: int) -> np.ndarray:
    """Central difference of the loss of each row by one column of X, (n_rows,)."""
    step = np.zeros(X.shape[1])
    step[column] = STEP
    up, down = (_losses(model, X + sign * step, y) for sign in (1, -1))
    return np.asarray((up - down) / (2 * STEP))


def _losses(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log loss of each row, (n_rows,)."""
    return np.asarray(-np.log(model.predict_proba(X)[np.arange(len(X)), y]))
