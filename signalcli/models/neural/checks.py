"""Arguments of a network that cannot be meant."""

from __future__ import annotations

from difflib import get_close_matches
from numbers import Integral
from typing import Any

from signalcli.models.base import Range, check_ranges
from signalcli.models.neural.architecture import CELLS, GATES
from signalcli.models.neural.backend import parts as knobs
from signalcli.models.neural.parameters import NetworkParameters
from signalcli.models.neural.scaling import SCALES
from signalcli.models.neural.trainer import losses, optimizers
from signalcli.models.neural.trainer.cells import ACTIVATIONS
from signalcli.models.neural.trainer.loop import SCHEDULES

_WHOLE = Range(1, whole=True)
_SHARE = Range(0, 0.99)
_SIZE = Range(0)

RANGES = {
    **dict.fromkeys(
        ("layers", "kernel_size", "pool_size", "epochs", "batch_size", "seeds", "channels"), _WHOLE
    ),
    **dict.fromkeys(
        ("dropout", "recurrent_dropout", "layer_dropout", "dense_dropout", "validation_fraction"), _SHARE
    ),
    **dict.fromkeys(("learning_rate", "decay", "clipnorm", "clipvalue", "global_clipnorm"), _SIZE),
    "momentum": Range(0, 1),
    "patience": Range(0, whole=True),
    "overlap": Range(0, whole=True),
}
CHOICES = {
    "cell": CELLS,
    "optimizer": optimizers.NAMES,
    "schedule": tuple(SCHEDULES),
    "scale": tuple(SCALES),
}


def check_arguments(model: NetworkParameters, known_losses: tuple[str, ...]) -> None:
    """Raise ValueError for an argument that cannot be meant; a wrong name brings the nearest known."""
    check_ranges(model, RANGES)
    _check_choices(model)
    _check_loss(model, known_losses)
    _check_pairs(model)


def widths(value: Any) -> tuple[int, ...]:
    """One width or several as a tuple."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _check_choices(model: NetworkParameters) -> None:
    for name, known in CHOICES.items():
        value = getattr(model, name)
        if value not in known:
            near = get_close_matches(str(value), known, n=1) or known
            raise ValueError(f"{name}={value!r}: did you mean {' or '.join(near)}?")
    for name in ("activation", "recurrent_activation", "dense_activation"):
        value = getattr(model, name)
        if value is not None and value not in ACTIVATIONS:
            knobs.made("activations", value)
    for name in ("units", "dense"):
        if not all(isinstance(n, Integral) and n > 0 for n in widths(getattr(model, name))):
            raise ValueError(f"{name}={getattr(model, name)!r}: must be a whole number from 1, or several")


def _check_loss(model: NetworkParameters, known: tuple[str, ...]) -> None:
    if model.loss is None:
        return
    losses.made(str(model.loss))
    if losses.name_of(model.loss) not in known:
        raise ValueError(f"loss={model.loss!r}: not for this model; it knows {', '.join(known)}")


def _check_pairs(model: NetworkParameters) -> None:
    """Refuse arguments that contradict each other."""
    if model.bidirectional and model.go_backwards:
        raise ValueError("go_backwards=True: a bidirectional layer reads both ways already")
    if model.stateful and (model.bidirectional or model.go_backwards):
        raise ValueError("stateful=True: a window that is read backwards does not go on from the one before")
    if model.return_state and (model.bidirectional or len(set(widths(model.units))) > 1):
        raise ValueError("return_state=True: layers must be of equal width, and read in one direction")
    if model.sequence and (model.cell not in GATES or model.bidirectional or model.go_backwards):
        raise ValueError("sequence=True: only of cells that read the window forward, bar by bar")
