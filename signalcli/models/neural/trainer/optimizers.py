"""One step of each optimizer on tensors, with Keras' formulas and constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signalcli.models.neural.backend.runtime import tensorflow

_EPSILON = 1e-7
_BETA_1, _BETA_2 = 0.9, 0.999
_RHO = 0.9

Tensors = list[Any]


@dataclass(frozen=True)
class Optimizer:
    """Settings of an optimizer, except the learning rate, which changes with the epoch.

    Parameters
    ----------
    name : {"adam", "rmsprop", "sgd"}
        Update rule.
    clipnorm : float
        Maximum norm of the gradient of each weight array; 0 = no limit.
    clipvalue : float
        Maximum absolute value of a gradient's entries; 0 = no limit.
    global_clipnorm : float
        Maximum norm of the gradient of all weights together; 0 = no limit.
    momentum : float
        Share of the last step that is added (sgd, rmsprop).
    nesterov : bool
        Nesterov momentum (sgd).
    decay : float
        The learning rate is divided by 1 + decay · steps.
    """

    name: str = "adam"
    clipnorm: float = 0.0
    clipvalue: float = 0.0
    global_clipnorm: float = 0.0
    momentum: float = 0.0
    nesterov: bool = False
    decay: float = 0.0

    @property
    def slots(self) -> int:
        """Number of state arrays for each weight, zero at the start."""
        return {"adam": 2, "rmsprop": 2, "sgd": 1}[self.name]


Update = tuple[Any, tuple[Any, ...]]


def apply(
    optimizer: Optimizer, weights: Tensors, gradients: Tensors, slots: list[Tensors], step: Any, rate: Any
) -> tuple[Tensors, list[Tensors]]:
    """Updated weights and optimizer state; ``step`` is 1-based."""
    rule, rate = _RULES[optimizer.name], rate / (1.0 + optimizer.decay * (step - 1.0))
    updates = [
        rule(optimizer, weight, gradient, memory, step, rate)
        for weight, gradient, *memory in zip(weights, _clip(optimizer, gradients), *slots, strict=True)
    ]
    memories = zip(*(memory for _, memory in updates), strict=True)
    return [new for new, _ in updates], [list(slot) for slot in memories]


def _clip(optimizer: Optimizer, gradients: Tensors) -> Tensors:
    tf = tensorflow()
    if optimizer.clipnorm:
        gradients = [tf.clip_by_norm(g, optimizer.clipnorm) for g in gradients]
    if optimizer.clipvalue:
        gradients = [tf.clip_by_value(g, -optimizer.clipvalue, optimizer.clipvalue) for g in gradients]
    if optimizer.global_clipnorm:
        gradients, _ = tf.clip_by_global_norm(gradients, optimizer.global_clipnorm)
    return gradients


def _adam(_: Optimizer, weight: Any, gradient: Any, memory: Tensors, step: Any, rate: Any) -> Update:
    m = memory[0] + (gradient - memory[0]) * (1 - _BETA_1)
    v = memory[1] + (gradient * gradient - memory[1]) * (1 - _BETA_2)
    tf = tensorflow()
    scale = rate * tf.sqrt(1 - _BETA_2**step) / (1 - _BETA_1**step)
    return weight - m * scale / (tf.sqrt(v) + _EPSILON), (m, v)


def _rmsprop(optimizer: Optimizer, weight: Any, gradient: Any, memory: Tensors, _: Any, rate: Any) -> Update:
    v = _RHO * memory[0] + (1 - _RHO) * gradient * gradient
    move = optimizer.momentum * memory[1] + rate * gradient / tensorflow().sqrt(v + _EPSILON)
    return weight - move, (v, move)


def _sgd(optimizer: Optimizer, weight: Any, gradient: Any, memory: Tensors, _: Any, rate: Any) -> Update:
    move = optimizer.momentum * memory[0] - rate * gradient
    ahead = optimizer.momentum * move - rate * gradient
    return weight + (ahead if optimizer.nesterov else move), (move,)


_RULES: dict[str, Callable[[Optimizer, Any, Any, Tensors, Any, Any], Update]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}
