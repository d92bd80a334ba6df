"""Penalties on weights, added to the loss, and constraints of weights after each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signalcli.models.neural.architecture import Weight
from signalcli.models.neural.backend.parts import Kind, make_part


@dataclass(frozen=True)
class ConstraintConfig:
    """Keras' regularizers and constraints as text, by role of a layer's weight; the head has none.

    Parameters
    ----------
    kernel_regularizer, recurrent_regularizer, bias_regularizer : str or None
        Such as ``l2(1e-4)``.
    kernel_constraint, recurrent_constraint, bias_constraint : str or None
        Such as ``max_norm(3)``.
    """

    kernel_regularizer: str | None = None
    recurrent_regularizer: str | None = None
    bias_regularizer: str | None = None
    kernel_constraint: str | None = None
    recurrent_constraint: str | None = None
    bias_constraint: str | None = None


class WeightConstraints:
    """Regularizer and constraint of each array of a network, for use in a compiled program."""

    def __init__(self, config: ConstraintConfig, weights: list[Weight]) -> None:
        self.regularizers = [_part("regularizers", config, weight) for weight in weights]
        self.constraints = [_part("constraints", config, weight) for weight in weights]

    def penalty(self, arrays: list[Any]) -> Any:
        """Sum of the penalties of all arrays; 0.0 when there are none."""
        pairs = zip(self.regularizers, arrays, strict=True)
        return sum((regularizer(array) for regularizer, array in pairs if regularizer), start=0.0)

    def apply(self, arrays: list[Any]) -> list[Any]:
        """Arrays projected onto their constraints."""
        pairs = zip(self.constraints, arrays, strict=True)
        return [constraint(array) if constraint else array for constraint, array in pairs]


def _part(kind: Kind, config: ConstraintConfig, weight: Weight) -> Any:
    # The roles of the head's weights have no fields.
    text = getattr(config, f"{weight.role}_{kind[:-1]}", None)
    return make_part(kind, text) if text else None
