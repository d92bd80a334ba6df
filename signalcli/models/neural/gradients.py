"""Gradient of a network's loss by each bar of the window: how it vanishes with the lag."""

from __future__ import annotations

from typing import Any

import numpy as np

from signalcli.models.neural.backend.runtime import tensorflow
from signalcli.models.neural.classifier import NetworkClassifier
from signalcli.models.neural.scaling import to_windows
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.forward import Forward, choose_forward
from signalcli.models.neural.trainer.program import BLOCK, DEFAULT_LOSS, Rows, mean_loss


def norms_by_lag(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Norm of the gradient of a row's loss by one bar, averaged over rows: (timesteps,), oldest bar first.

    model : fitted. X : (n_rows, timesteps·channels), y : (n_rows,) labels. The gradient is by scaled values,
    so that a channel's unit does not matter; of several networks (``seeds``) the first one is used.
    """
    gradients = input_gradients(model, X, y)
    return np.asarray(np.linalg.norm(gradients, axis=2).mean(axis=0))


def input_gradients(model: NetworkClassifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient of each row's loss by its own scaled window, (n_rows, timesteps, channels)."""
    if len(model.classes_) == 1:
        raise ValueError("a network fitted to one class has no loss; fit it to two classes or more")
    windows = model.scale_.apply(to_windows(X, model.channels))
    labels = np.searchsorted(model.classes_, y).astype(np.int32)
    network = model.network(windows.shape[1], model.outputs)
    gradient = _compile(choose_forward(network), model.weights_, losses.make_loss(model.loss or DEFAULT_LOSS))
    blocks = (slice(i, i + BLOCK) for i in range(0, len(windows), BLOCK))
    return np.concatenate([gradient(windows[block], labels[block]) for block in blocks])


def scores_by_input(model: NetworkClassifier, X: np.ndarray) -> np.ndarray:
    """Gradient × input of the log-odds of the highest class, (n_rows, timesteps·channels), in log-odds.

    model : fitted. X : (n_rows, timesteps·channels). Inputs are scaled values, so that the mean of a channel
    counts as nothing; of several networks (``seeds``) the first one is used.
    """
    windows = model.scale_.apply(to_windows(X, model.channels))
    network = model.network(windows.shape[1], model.outputs)
    gradient = _compile_score(choose_forward(network), model.weights_)
    blocks = (slice(i, i + BLOCK) for i in range(0, len(windows), BLOCK))
    gradients = np.concatenate([gradient(windows[block]) for block in blocks])
    return np.asarray((gradients * windows).reshape(len(X), -1), dtype="float64")


def _compile_score(forward: Forward, weights: list[np.ndarray]) -> Any:
    tf = tensorflow()
    arrays = [tf.constant(a) for a in weights]

    def gradient(windows: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(windows)
            logits = forward.predict(arrays, windows)
            score = logits[:, -1]
            if logits.shape[1] > 1:  # one logit is the log-odds itself
                score -= tf.reduce_logsumexp(logits[:, :-1], axis=1)
            total = tf.reduce_sum(score)
        return tape.gradient(total, windows)

    compiled = tf.function(gradient, reduce_retracing=True, autograph=False)
    return lambda windows: np.asarray(compiled(tf.constant(windows)))


def _compile(forward: Forward, weights: list[np.ndarray], loss: losses.Loss) -> Any:
    tf = tensorflow()
    arrays = [tf.constant(a) for a in weights]

    def gradient(windows: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(windows)
            logits = forward.predict(arrays, windows)
            ones = tf.ones_like(labels, tf.float32)
            # The mean's gradient, times the rows: each row's loss depends on its own window only.
            total = mean_loss(loss, logits, Rows(windows, labels, ones)) * tf.reduce_sum(ones)
        return tape.gradient(total, windows)

    compiled = tf.function(gradient, reduce_retracing=True, autograph=False)
    return lambda windows, labels: np.asarray(compiled(tf.constant(windows), tf.constant(labels)))
