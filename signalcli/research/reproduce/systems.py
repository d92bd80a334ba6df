"""Systems that can be reproduced, by name; the module of the same name in this package runs it."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from signalcli.errors import UsageError, nearest, printable
from signalcli.research.reproduce.settings import (
    DigitsConfig,
    GradientsConfig,
    IbmConfig,
    PlainConfig,
    Repeats,
    WaveConfig,
    with_settings,
)

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.research.reproduce.reproduction import Reproduction

PACKAGE = "signalcli.research.reproduce"
ONCE = Repeats()


class System(NamedTuple):
    """A published system.

    Parameters
    ----------
    summary : str
        One line.
    config : type
        Its settings, by default as published.
    cells : tuple of str
        Variants that ``--cell`` selects from.
    has_figure : bool
        Whether it draws a figure.
    trains : bool
        Whether it trains networks: results depend on the seed, and plain Keras can train them, too.
    """

    summary: str
    config: type
    cells: tuple[str, ...] = ()
    has_figure: bool = False
    trains: bool = False


CELLS = ("rnn", "lstm", "gru")

SYSTEMS: dict[str, System] = {
    "wave": System(
        "next value of a growing wave, and 300 recursive steps", WaveConfig, (*CELLS, "ar"), True, True
    ),
    "ibm": System(
        "next day's high of a stock by four stacked layers", IbmConfig, ("lstm", "gru"), True, True
    ),
    "digits": System("images of digits read row by row", DigitsConfig, ("lstm", "gru"), True, True),
    "weights": System("number of weights of small networks", PlainConfig),
    "stateful": System("batches that continue from the state of the batch before", PlainConfig),
    "gradients": System("gradient of the loss by lag for each cell", GradientsConfig, CELLS, True),
    "backprop": System("gradients by hand, by the framework, by finite differences", PlainConfig, CELLS),
}


def find_system(name: str) -> System:
    """The system of that name. Raises UsageError with the nearest name."""
    if name not in SYSTEMS:
        text = f"no system {printable(name)!r} to reproduce; did you mean {nearest(name, SYSTEMS)}?"
        raise UsageError("REPRODUCE-NAME", text)
    return SYSTEMS[name]


def reproduce(
    name: str,
    cells: tuple[str, ...],
    settings: dict[str, Any],
    bars: pd.DataFrame | None,
    seed: int,
    repeats: Repeats = ONCE,
) -> Reproduction:
    """Run a system.

    cells : variants to run; all of them when empty. settings : fields of its config. bars : BARS for a system
    that reads any. repeats : seeds, and plain Keras, of a system that trains networks. Raises UsageError.
    """
    system = find_system(name)
    for cell in cells:
        if cell not in system.cells:
            has = f"has {', '.join(system.cells)}" if system.cells else "has none"
            raise UsageError("REPRODUCE-CELL", f"--cell {printable(cell)}: {name} {has}")
    config = with_settings(system.config(), name, settings)
    inputs = {} if bars is None else {"bars": bars}
    run = partial(import_module(f"{PACKAGE}.{name}").run, config, cells or system.cells, **inputs)
    if not system.trains:
        return run(seed)
    repeat = import_module(f"{PACKAGE}.repeat")  # here, because it imports the networks
    return repeat.repeat(run, seed, repeats)


def list_systems() -> list[dict[str, str]]:
    """One row a system: name, summary, cells and settings."""
    return [
        {
            "system": name,
            "summary": system.summary,
            "cells": " ".join(system.cells),
            "settings": " ".join(
                f"{f.name}={getattr(system.config(), f.name)}" for f in fields(system.config)
            ),
        }
        for name, system in SYSTEMS.items()
    ]
