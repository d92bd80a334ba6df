"""The published settings of each system that can be reproduced."""

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
        Steps of Adam, and windows of each, drawn anew at random places of the wave.
    window, units : int
        Steps of a window; ReLU units of the one layer.
    learning_rate : float
        Of Adam.
    fresh : int
        Windows, drawn anew as well, that the error is measured on.
    order : int
        Of the AR model.
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
    """Next day's high by four layers of 50 units over 60 days, scaled by the training part.

    Parameters
    ----------
    column : str
        What is forecast.
    window, units, layers, epochs : int
        Bars of a window; width and number of layers; passes through the training rows.
    dropout : float
        Share of each layer's outputs that is dropped in training.
    test_from : str or None
        First date of the test part; None is the first of January of the last whole year.
    """

    column: str = "high"
    window: int = 60
    units: int = 50
    layers: int = 4
    epochs: int = 50
    dropout: float = 0.2
    test_from: str | None = None


@dataclass(frozen=True)
class DigitsConfig:
    """Pictures of digits as sequences of eight rows of eight pixels.

    Parameters
    ----------
    units : int
        Width of each of the two layers.
    dense : int
        Width of the dense layer before the ten outputs.
    epochs : int
        Passes through the training pictures.
    learning_rate : float
        Of Adam at the start; it falls to 0 by a cosine.
    held : float
        Share of the pictures that is tested.
    """

    units: int = 64
    dense: int = 32
    epochs: int = 20
    learning_rate: float = 0.005
    held: float = 0.25


@dataclass(frozen=True)
class GradientsConfig:
    """How far back the loss of an untrained network reaches.

    Parameters
    ----------
    window, units : int
        Bars of a window; units of the one layer.
    rows : int
        Windows of a random walk.
    """

    window: int = 50
    units: int = 32
    rows: int = 500


@dataclass(frozen=True)
class PlainConfig:
    """A system that has nothing to set."""


def with_settings(config: Any, system: str, settings: dict[str, Any]) -> Any:
    """The config with some fields set. Raises UsageError for a name or a value that it cannot have."""
    known = [f.name for f in dataclasses.fields(config)]
    for name, value in settings.items():
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError("OPTION-VALUE", f"--set {system}.{name}: no such setting; {has}")
        _refuse(f"{system}.{name}", getattr(config, name), value)
    return dataclasses.replace(config, **settings)


def _refuse(name: str, default: Any, value: Any) -> None:
    """Numbers stay numbers, whole ones whole, and none is negative."""
    if isinstance(default, int | float):
        whole = isinstance(default, int)
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        most = 1.0 if 0 < default < 1 else float("inf")
        least = 1 if whole else 0
        wish = f"a {'whole ' if whole else ''}number of at least {least}{' and below 1' if most == 1 else ''}"
        require(fits and least <= value < most, "--set", f"{name}={value}", wish)
