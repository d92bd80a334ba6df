"""What holds weights back: penalties added to the loss, and bounds kept after each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signalcli.models.neural.architecture import Weight
from signalcli.models.neural.backend import parts as knobs


@dataclass(frozen=True)
class Limits:
    """Keras' regularizers and constraints as text, for each kind of a layer's weights; the head has none.

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


class Held:
    """`Limits` of the arrays of one network, ready to be used in a compiled program."""

    def __init__(self, limits: Limits, listed: list[Weight]) -> None:
        self.regularizers = [_part("regularizers", limits, weight) for weight in listed]
        self.constraints = [_part("constraints", limits, weight) for weight in listed]

    def penalty(self, arrays: list[Any]) -> Any:
        """Sum of the penalties of all arrays; 0.0 when there are none."""
        pairs = zip(self.regularizers, arrays, strict=True)
        return sum((regularizer(array) for regularizer, array in pairs if regularizer), start=0.0)

    def bounded(self, arrays: list[Any]) -> list[Any]:
        """Arrays moved back inside their bounds."""
        pairs = zip(self.constraints, arrays, strict=True)
        return [constraint(array) if constraint else array for constraint, array in pairs]


def _part(kind: knobs.Kind, limits: Limits, weight: Weight) -> Any:
    # The head's weights have roles of their own, which no field is named after.
    text = getattr(limits, f"{weight.role}_{kind[:-1]}", None)
    return knobs.made(kind, text) if text else None
