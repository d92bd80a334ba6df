"""What decides a recurrent layer of a graph."""

from __future__ import annotations

from typing import NamedTuple

GATES = {"rnn": 1, "lstm": 4, "gru": 3}


class Loop(NamedTuple):
    """What decides a recurrent layer.

    Parameters
    ----------
    cell, activation, gate : str
        Kind of the layer, and its functions by Keras' names.
    reset_after : bool
        Whether a GRU resets after the product with the state.
    directions, timesteps, inputs, units : int
        Shape.
    """

    cell: str
    activation: str
    gate: str
    reset_after: bool
    directions: int
    timesteps: int
    inputs: int
    units: int

    @property
    def plain(self) -> bool:
        """Whether ONNX' operator computes it."""
        return self.activation == "tanh" and (self.cell == "rnn" or self.gate == "sigmoid")

    @property
    def columns(self) -> int:
        """Gates side by side."""
        return GATES[self.cell] * self.units

    @property
    def states(self) -> int:
        """Arrays that its state is made of."""
        return 1 + (self.cell == "lstm")
