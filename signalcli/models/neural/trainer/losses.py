"""What training makes small: a number for each row, from what a network puts out and what came true.

Written once, for tensors of either precision: training computes it in single, early stopping in double.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from typing import Any

from signalcli.models.neural.backend import parts as knobs
from signalcli.models.neural.backend.runtime import tensorflow

Loss = Callable[[Any, Any], Any]
"""From outputs (batch, …) and targets to the loss of each row, (batch,)."""

_TINY = 1e-7  # where a root has no slope


def made(text: str) -> Loss:
    """Find the loss that a text names, as ``focal`` or ``huber(0.5)``.

    Raises ValueError for an unknown name (the nearest known one is in the message) or a wrong argument.
    """
    name, positional, named = knobs.parsed(text)
    if name not in LOSSES:
        near = get_close_matches(name, LOSSES, n=2) or list(LOSSES)
        raise ValueError(f"no loss {name!r}; did you mean {' or '.join(near)}?")
    arguments = [*positional, *named.values()]
    if len(arguments) > len(ARGUMENTS.get(name, ())) or set(named) - set(ARGUMENTS.get(name, ())):
        raise ValueError(f"loss {text!r}: {name} takes {ARGUMENTS.get(name) or 'no arguments'}")
    if not all(isinstance(a, int | float) and not isinstance(a, bool) and 0 < a < 1e9 for a in arguments):
        raise ValueError(f"loss {text!r}: its argument must be a number above 0")
    return partial(LOSSES[name], **dict(zip(ARGUMENTS.get(name, ()), arguments, strict=False)))


def name_of(text: str) -> str:
    """Name of a loss without its arguments."""
    return knobs.parsed(text)[0]


def cross_entropy(logits: Any, labels: Any) -> Any:
    """Minus the log of the true class's probability; logits (batch, outputs), labels (batch,) numbers."""
    return tensorflow().nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=_every(logits))


def focal(logits: Any, labels: Any, gamma: float = 2.0) -> Any:
    """Cross-entropy times (1 − p)^gamma, p the true class's probability: easy rows weigh less.

    Source: Lin et al. (2017), Focal loss for dense object detection, without its weights of classes.
    """
    tf = tensorflow()
    entropy = cross_entropy(logits, labels)
    return tf.pow(tf.maximum(-tf.math.expm1(-entropy), _TINY), gamma) * entropy


def brier(logits: Any, labels: Any) -> Any:
    """Half the sum over classes of (p − what happened)²; with two classes (p_up − up)² (Brier 1950)."""
    tf = tensorflow()
    full = _every(logits)
    happened = tf.one_hot(labels, full.shape[-1], dtype=full.dtype)
    return tf.reduce_sum(tf.square(tf.nn.softmax(full) - happened), axis=-1) / 2.0


def squared(outputs: Any, targets: Any) -> Any:
    """Mean of (output − target)² over what a row has of them; both (batch, …)."""
    return _mean_of_row(tensorflow().square(outputs - targets))


def absolute(outputs: Any, targets: Any) -> Any:
    """Mean of the distance between output and target; both (batch, …)."""
    return _mean_of_row(tensorflow().abs(outputs - targets))


def huber(outputs: Any, targets: Any, delta: float = 1.0) -> Any:
    """Mean of half the squared error, and beyond ``delta`` a straight line (Huber 1964); both (batch, …)."""
    tf = tensorflow()
    error = tf.abs(outputs - targets)
    near = tf.minimum(error, delta)
    return _mean_of_row(near * (error - near / 2.0))


def _every(logits: Any) -> Any:
    """Logits of every class: one logit stands for two, the first one's is then zero."""
    tf = tensorflow()
    return tf.concat([tf.zeros_like(logits), logits], axis=-1) if logits.shape[-1] == 1 else logits


def _mean_of_row(errors: Any) -> Any:
    tf = tensorflow()
    return tf.reduce_mean(errors, axis=list(range(1, len(errors.shape))))


OF_CLASSES: dict[str, Callable[..., Any]] = {
    "cross_entropy": cross_entropy,
    "focal": focal,
    "brier": brier,
}
OF_VALUES: dict[str, Callable[..., Any]] = {"squared": squared, "absolute": absolute, "huber": huber}
LOSSES = OF_CLASSES | OF_VALUES
ARGUMENTS = {"focal": ("gamma",), "huber": ("delta",)}
