"""How much each bar of the window moves a network's loss: what vanishes on the way back through time."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.scaling import windows
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.forward import Forward, forward_of
from signalcli.models.neural.trainer.program import BLOCK, DEFAULT_LOSS, Rows, mean_loss


def norms_by_lag(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Norm of the gradient of a row's loss by one bar, the mean over rows: (timesteps,), oldest bar first.

    model : fitted. X : (n_rows, timesteps·channels), y : (n_rows,) labels. The gradient is by scaled values,
    so that a channel's unit does not matter; of several networks (``seeds``) the first one is asked.
    """
    gradients = input_gradients(model, X, y)
    return np.asarray(np.linalg.norm(gradients, axis=2).mean(axis=0))


def input_gradients(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient of each row's loss by its own scaled window, (n_rows, timesteps, channels)."""
    if len(model.classes_) == 1:
        raise ValueError("a network that was given one class has no loss")
    seen = model.scale_.apply(windows(X, model.channels))
    labels = np.searchsorted(model.classes_, y).astype(np.int32)
    network = model.network(seen.shape[1], model.outputs)
    slope = _compiled(forward_of(network), model.weights_, losses.made(model.loss or DEFAULT_LOSS))
    places = range(0, len(seen), BLOCK)
    return np.concatenate([slope(seen[i : i + BLOCK], labels[i : i + BLOCK]) for i in places])


def _compiled(forward: Forward, weights: list[np.ndarray], loss: losses.Loss) -> Any:
    tf = tensorflow()
    arrays = [tf.constant(a) for a in weights]

    def slope(seen: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(seen)
            logits = forward.predict(arrays, seen)
            ones = tf.ones_like(labels, tf.float32)
            # The mean's gradient, times the rows: each row's loss depends on its own window only.
            total = mean_loss(loss, logits, Rows(seen, labels, ones)) * tf.reduce_sum(ones)
        return tape.gradient(total, seen)

    compiled = tf.function(slope, reduce_retracing=True, autograph=False)
    return lambda seen, labels: np.asarray(compiled(tf.constant(seen), tf.constant(labels)))
