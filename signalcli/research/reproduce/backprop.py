"""Back-propagation checked: an expression by hand, and each cell by small steps."""

from __future__ import annotations

import numpy as np

from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.gradients import input_gradients
from signalcli.research.reproduce.outcome import UNKNOWN, Figures, Outcome, timed
from signalcli.research.reproduce.settings import PlainConfig

AT = (2.0, 1.0)
STEP = 0.02  # of a scaled value; a network counts in single precision, so a smaller one would be all rounding


def run(_spec: PlainConfig, cells: tuple[str, ...], seed: int) -> Outcome:
    """The expression x²(xy + 1) at (2, 1), and the gradient of each cell's loss by its window."""
    return Outcome([*_expression(), *(_cell(cell, seed) for cell in cells)])


def _expression() -> list[Figures]:
    """Forward value and both slopes; by hand they are 12, 3x²y + 2x = 16 and x³ = 8."""
    tf = tensorflow()
    with timed() as watch:
        x, y = (tf.Variable(value, dtype=tf.float64) for value in AT)
        with tf.GradientTape() as tape:
            value = x**2 * (x * y + 1)
        by_x, by_y = tape.gradient(value, (x, y))
    found = {"f": (12, value), "df/dx": (16, by_x), "df/dy": (8, by_y)}
    meaning = "x²(xy + 1) at (2; 1): by hand; by the framework"
    return [
        Figures("x²(xy + 1)", name, float(by_hand), float(ours), UNKNOWN, watch.seconds, meaning)
        for name, (by_hand, ours) in found.items()
    ]


def _cell(cell: str, seed: int) -> Figures:
    """Largest distance of the gradient from finite differences, as a share of the largest of them."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((64, 6)), np.arange(64) % 2
    with timed() as watch:
        model = NetworkClassifier(cell=cell, units=8, channels=2, epochs=1, scale="none", random_state=seed)
        found = input_gradients(model.fit(X, y), X, y).reshape(len(X), -1)
        by_steps = np.column_stack([_slope(model, X, y, column) for column in range(X.shape[1])])
    error = float(np.max(np.abs(found - by_steps)) / np.max(np.abs(by_steps)))
    meaning = "largest distance of the gradient from finite differences; as a share of the largest slope"
    return Figures(cell, "error of the gradient", UNKNOWN, error, UNKNOWN, watch.seconds, meaning)


def _slope(model: NetworkClassifier, X: np.ndarray, y: np.ndarray, column: int) -> np.ndarray:
    """Central difference of each row's loss by one value of its window, (n_rows,)."""
    step = np.zeros(X.shape[1])
    step[column] = STEP
    up, down = (_loss(model, X + sign * step, y) for sign in (1, -1))
    return np.asarray((up - down) / (2 * STEP))


def _loss(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(-np.log(model.predict_proba(X)[np.arange(len(X)), y]))
