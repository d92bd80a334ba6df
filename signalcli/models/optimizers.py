"""One step of each optimizer on plain tensors, with Keras' formulas and constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signalcli.models.runtime import tensorflow

_EPSILON = 1e-7
_BETA_1, _BETA_2 = 0.9, 0.999
_RHO = 0.9

Tensors = list[Any]


@dataclass(frozen=True)
class Optimizer:
    """How a gradient changes the weights; the learning rate is given anew with every call.

    Parameters
    ----------
    name : {"adam", "rmsprop", "sgd"}
        Rule.
    clipnorm : float
        Longest gradient of one array of weights; 0 leaves gradients alone.
    """

    name: str = "adam"
    clipnorm: float = 0.0

    @property
    def slots(self) -> int:
        """How many zeroed copies of the weights the rule remembers things in."""
        return {"adam": 2, "rmsprop": 1, "sgd": 1}[self.name]


Update = tuple[Any, tuple[Any, ...]]


def apply(
    optimizer: Optimizer, weights: Tensors, gradients: Tensors, slots: list[Tensors], step: Any, rate: Any
) -> tuple[Tensors, list[Tensors]]:
    """New weights and slots; ``step`` counts from 1."""
    rule = _RULES[optimizer.name]
    updates = [
        rule(weight, _clipped(optimizer, gradient), memory, step, rate)
        for weight, gradient, *memory in zip(weights, gradients, *slots, strict=True)
    ]
    return [new for new, _ in updates], [
        list(slot) for slot in zip(*(memory for _, memory in updates), strict=True)
    ]


def _clipped(optimizer: Optimizer, gradient: Any) -> Any:
    if optimizer.clipnorm == 0.0:
        return gradient
    return tensorflow().clip_by_norm(gradient, optimizer.clipnorm)


def _adam(weight: Any, gradient: Any, memory: Tensors, step: Any, rate: Any) -> Update:
    m = memory[0] + (gradient - memory[0]) * (1 - _BETA_1)
    v = memory[1] + (gradient * gradient - memory[1]) * (1 - _BETA_2)
    tf = tensorflow()
    scale = rate * tf.sqrt(1 - _BETA_2**step) / (1 - _BETA_1**step)
    return weight - m * scale / (tf.sqrt(v) + _EPSILON), (m, v)


def _rmsprop(weight: Any, gradient: Any, memory: Tensors, _: Any, rate: Any) -> Update:
    v = _RHO * memory[0] + (1 - _RHO) * gradient * gradient
    return weight - rate * gradient / tensorflow().sqrt(v + _EPSILON), (v,)


def _sgd(weight: Any, gradient: Any, memory: Tensors, _: Any, rate: Any) -> Update:
    return weight - rate * gradient, (memory[0],)


_RULES: dict[str, Callable[[Any, Any, Tensors, Any, Any], Update]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}
