"""Checks of a network's parameters beyond ranges and choices."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from signalcli.models.fields import check_parameters
from signalcli.models.neural.architecture import GATES, Network, count_weights
from signalcli.models.neural.backend.parts import make_part
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.neural.trainer import losses
from signalcli.models.neural.trainer.cells import ACTIVATIONS

MOST_LAYERS, WIDEST = 100, 4096
MOST_WEIGHTS = 20_000_000  # with gradients, slots and the best epoch's copy half a gigabyte


def check_size(network: Network) -> None:
    """Raise ValueError for a network that would take gigabytes."""
    if (weights := count_weights(network)) > MOST_WEIGHTS:
        raise ValueError(f"units={network.units}: {weights:,} weights; must be at most {MOST_WEIGHTS:,}")


def check_network(model: NetworkParameters, known_losses: tuple[str, ...]) -> None:
    """Raise ValueError for an invalid parameter; a misspelled name brings the nearest known one."""
    check_parameters(model)
    _check_activations(model)
    _check_widths(model)
    _check_loss(model, known_losses)
    _check_combinations(model)


def as_tuple(value: Any) -> tuple[int, ...]:
    """One width or several as a tuple."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _check_activations(model: NetworkParameters) -> None:
    for name in (model.activation, model.recurrent_activation, model.dense_activation):
        if name is not None and name not in ACTIVATIONS:
            make_part("activations", name)


def _check_widths(model: NetworkParameters) -> None:
    for name, fewest in (("units", 1), ("dense", 0)):
        widths = as_tuple(getattr(model, name))
        known = all(isinstance(n, Integral) and 0 < n <= WIDEST for n in widths)
        if not fewest <= len(widths) <= MOST_LAYERS or not known:
            raise ValueError(
                f"{name}={getattr(model, name)!r}: must be a whole number from 1 to {WIDEST}, or several"
            )


def _check_loss(model: NetworkParameters, known: tuple[str, ...]) -> None:
    if model.loss is None:
        return
    losses.make_loss(str(model.loss))
    if losses.loss_name(model.loss) not in known:
        raise ValueError(f"loss={model.loss!r}: not available for this model; use {', '.join(known)}")


def _check_combinations(model: NetworkParameters) -> None:
    """Raise ValueError for parameters that contradict each other."""
    if model.bidirectional and model.go_backwards:
        raise ValueError("go_backwards=True: a bidirectional layer already reads both ways")
    if model.stateful and (model.bidirectional or model.go_backwards):
        raise ValueError("stateful=True: needs layers that read the window forward")
    if model.return_state and (model.bidirectional or len(set(as_tuple(model.units))) > 1):
        raise ValueError("return_state=True: needs layers of equal width that read in one direction")
    if model.sequence and (model.cell not in GATES or model.bidirectional or model.go_backwards):
        raise ValueError("sequence=True: needs recurrent layers that read the window forward")
