"""Description of a recurrent layer."""

from __future__ import annotations

from typing import NamedTuple

from signalcli.models.neural.architecture import GATES


class RecurrentLayer(NamedTuple):
    """What decides the operators of a recurrent layer.

    Parameters
    ----------
    cell, activation, recurrent_activation : str
        Kind of the layer, and Keras's names of its functions of outputs and gates.
    reset_after : bool
        Whether a GRU applies its reset gate after the product with the state.
    directions, timesteps, inputs, units : int
        Shape.
    """

    cell: str
    activation: str
    recurrent_activation: str
    reset_after: bool
    directions: int
    timesteps: int
    inputs: int
    units: int

    @property
    def has_operator(self) -> bool:
        """Whether ONNX's own operator computes the layer: it has tanh and sigmoid only."""
        return self.activation == "tanh" and (self.cell == "rnn" or self.recurrent_activation == "sigmoid")

    @property
    def columns(self) -> int:
        """Columns of a kernel: all gates side by side."""
        return GATES[self.cell] * self.units

    @property
    def states(self) -> int:
        """Number of arrays in the state: two in an LSTM."""
        return 1 + (self.cell == "lstm")
