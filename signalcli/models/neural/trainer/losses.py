"""Loss functions: a number for each row, from a network's outputs and the targets.

They accept tensors of either precision: training uses single, early stopping double.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from typing import Any

from signalcli.models.neural.backend.parts import parse
from signalcli.models.neural.backend.runtime import tensorflow

Loss = Callable[[Any, Any], Any]
"""From outputs (batch, …) and targets to the loss of each row, (batch,)."""

_TINY = 1e-7  # below it the slope of a root is infinite


def make_loss(text: str) -> Loss:
    """Loss function that a text names, such as ``focal`` or ``huber(0.5)``.

    Raises ValueError for an unknown name (with the nearest known one) or an invalid argument.
    """
    name, positional, keywords = parse(text)
    if name not in LOSSES:
        near = get_close_matches(name, LOSSES, n=2) or list(LOSSES)
        raise ValueError(f"no loss {name!r}; did you mean {' or '.join(near)}?")
    arguments = [*positional, *keywords.values()]
    if len(arguments) > len(ARGUMENTS.get(name, ())) or set(keywords) - set(ARGUMENTS.get(name, ())):
        raise ValueError(f"loss {text!r}: {name} takes {ARGUMENTS.get(name) or 'no arguments'}")
    if not all(isinstance(a, int | float) and not isinstance(a, bool) and 0 < a < 1e9 for a in arguments):
        raise ValueError(f"loss {text!r}: its argument must be a number above 0")
    return partial(LOSSES[name], **dict(zip(ARGUMENTS.get(name, ()), arguments, strict=False)))


def loss_name(text: str) -> str:
    """Name of a loss without its arguments."""
    return parse(text)[0]


def cross_entropy(logits: Any, labels: Any) -> Any:
    """Minus the log of the true class's probability; logits (batch, outputs), labels (batch,) numbers."""
    return tensorflow().nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=_all_logits(logits))


def focal(logits: Any, labels: Any, gamma: float = 2.0) -> Any:
    """Cross-entropy times (1 − p)^gamma, p the true class's probability: easy rows count less.

    Source: Lin et al. (2017), Focal loss for dense object detection, without its class weights.
    """
    tf = tensorflow()
    entropy = cross_entropy(logits, labels)
    return tf.pow(tf.maximum(-tf.math.expm1(-entropy), _TINY), gamma) * entropy


def brier(logits: Any, labels: Any) -> Any:
    """Half the sum over classes of (p − outcome)²; with two classes (p_up − up)² (Brier 1950)."""
    tf = tensorflow()
    full = _all_logits(logits)
    outcome = tf.one_hot(labels, full.shape[-1], dtype=full.dtype)
    return tf.reduce_sum(tf.square(tf.nn.softmax(full) - outcome), axis=-1) / 2.0


def squared(outputs: Any, targets: Any) -> Any:
    """Mean of (output − target)² of a row; both (batch, …)."""
    return _mean_of_row(tensorflow().square(outputs - targets))


def absolute(outputs: Any, targets: Any) -> Any:
    """Mean of |output − target| of a row; both (batch, …)."""
    return _mean_of_row(tensorflow().abs(outputs - targets))


def huber(outputs: Any, targets: Any, delta: float = 1.0) -> Any:
    """Mean of half the squared error, linear beyond ``delta`` (Huber 1964); both (batch, …)."""
    tf = tensorflow()
    error = tf.abs(outputs - targets)
    near = tf.minimum(error, delta)
    return _mean_of_row(near * (error - near / 2.0))


def _all_logits(logits: Any) -> Any:
    """Logits of every class: a single logit gets a zero before it."""
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
