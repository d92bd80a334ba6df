"""Settings of the systems that can be reproduced; the defaults are the published values."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from signalcli.config.checks import require
from signalcli.errors import UsageError


@dataclass(frozen=True)
class WaveConfig:
    """Many-to-many forecast of t·sin(t)/3 + 2·sin(5t), t = 0 … 30 in steps of .1.

    Parameters
    ----------
    iterations, batch_size : int
        Training steps of Adam, and random windows of the wave in each.
    window, units : int
        Steps of a window; ReLU units of the only layer.
    learning_rate : float
        Learning rate of Adam.
    fresh : int
        Random test windows.
    order : int
        Order of the AR model.
    """

    iterations: int = 1500
    batch_size: int = 50
    window: int = 20
    units: int = 100
    learning_rate: float = 0.001
    fresh: int = 2000
    order: int = 6


@dataclass(frozen=True)
class IbmConfig:
    """Next day's high by four layers of 50 units over 60 days, scaled to the range of the training period.

    Parameters
    ----------
    column : str
        Forecast column.
    window, units, layers, epochs : int
        Bars of a window; units and number of layers; epochs of training.
    dropout : float
        Dropout rate after each layer.
    return_epochs : int
        Epochs of the same network on returns.
    recurrent_activation : str
        Activation of the gates; hard_sigmoid was Keras' default before version 2.3.
    test_from : str or None
        First date of the test period; None is January 1 of the last complete year.
    """

    column: str = "high"
    window: int = 60
    units: int = 50
    layers: int = 4
    epochs: int = 50
    dropout: float = 0.2
    return_epochs: int = 10
    recurrent_activation: str = "sigmoid"
    test_from: str | None = None


@dataclass(frozen=True)
class DigitsConfig:
    """Images of digits as sequences of eight rows of eight pixels.

    Parameters
    ----------
    units : int
        Units of each of the two recurrent layers.
    dense : int
        Units of the dense layer before the ten outputs.
    epochs : int
        Epochs of training.
    learning_rate : float
        Initial learning rate of Adam; it decays to 0 along a cosine.
    held : float
        Share of the images in the test set.
    """

    units: int = 64
    dense: int = 32
    epochs: int = 20
    learning_rate: float = 0.005
    held: float = 0.25


@dataclass(frozen=True)
class GradientsConfig:
    """Gradient of the loss of an untrained network by lag.

    Parameters
    ----------
    window, units : int
        Bars of a window; units of the only layer.
    rows : int
        Windows of a random walk.
    """

    window: int = 50
    units: int = 32
    rows: int = 500


@dataclass(frozen=True)
class PlainConfig:
    """A system without settings."""


@dataclass(frozen=True)
class Repeats:
    """Number of random seeds, and whether the same networks are trained in plain Keras, too."""

    seeds: int = 1
    keras: bool = False


def with_settings(config: Any, system: str, settings: dict[str, Any]) -> Any:
    """Copy of ``config`` with fields replaced. Raises UsageError for an unknown name or a wrong value."""
    known = [f.name for f in dataclasses.fields(config)]
    for name, value in settings.items():
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError("OPTION-VALUE", f"--set {system}.{name}: no such setting; {has}")
        _check_value(f"{system}.{name}", getattr(config, name), value)
    return dataclasses.replace(config, **settings)


def _check_value(name: str, default: Any, value: Any) -> None:
    """Raise UsageError unless a value keeps the kind of its default: text, integer or not, below 1 or not."""
    if isinstance(default, str):
        require(isinstance(value, str), "--set", f"{name}={value}", "text")
    if isinstance(default, int | float):
        integer = isinstance(default, int)
        fits = isinstance(value, int if integer else int | float) and not isinstance(value, bool)
        most = 1.0 if 0 < default < 1 else float("inf")
        least = 1 if integer else 0
        kind = "whole number" if integer else "number"
        want = f"a {kind} of at least {least}{' and below 1' if most == 1 else ''}"
        require(fits and least <= value < most, "--set", f"{name}={value}", want)
