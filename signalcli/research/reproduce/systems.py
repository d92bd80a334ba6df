"""Every system by its name; the file of that name in this package runs it."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from signalcli.errors import UsageError, printable
from signalcli.research.reproduce.settings import (
    DigitsConfig,
    GradientsConfig,
    IbmConfig,
    PlainConfig,
    WaveConfig,
    with_settings,
)

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.research.reproduce.outcome import Outcome


class System(NamedTuple):
    """What can be reproduced.

    Parameters
    ----------
    summary : str
        One line.
    config : type
        Its settings, as published.
    cells : tuple of str
        Variants that ``--cell`` chooses from.
    pictured : bool
        Whether it draws a figure.
    """

    summary: str
    config: type
    cells: tuple[str, ...] = ()
    pictured: bool = False


CELLS = ("rnn", "lstm", "gru")

SYSTEMS: dict[str, System] = {
    "wave": System("next value of a growing wave, and 300 steps fed back", WaveConfig, (*CELLS, "ar"), True),
    "ibm": System("next day's high of a stock by four stacked layers", IbmConfig, ("lstm", "gru"), True),
    "digits": System("pictures of digits read row by row", DigitsConfig, ("lstm", "gru"), True),
    "weights": System("weights of small networks, counted", PlainConfig),
    "stateful": System("batches that go on from the state before", PlainConfig),
    "gradients": System("how far back the loss of each cell reaches", GradientsConfig, CELLS, True),
    "backprop": System("gradients by hand, by the framework, by small steps", PlainConfig, CELLS),
}


def system(name: str) -> System:
    """A system by its name. Raises UsageError with the nearest one."""
    if name not in SYSTEMS:
        near = get_close_matches(name, SYSTEMS, n=1) or list(SYSTEMS)
        text = f"nothing to reproduce under {printable(name)!r}; did you mean {' or '.join(near)}?"
        raise UsageError("REPRODUCE-NAME", text)
    return SYSTEMS[name]


def reproduce(
    name: str, cells: tuple[str, ...], settings: dict[str, Any], bars: pd.DataFrame | None, seed: int
) -> Outcome:
    """Run a system.

    cells : variants wanted; all, where there is none. settings : fields of its config. bars : BARS where the
    system reads any. Raises UsageError.
    """
    chosen = system(name)
    for cell in cells:
        if cell not in chosen.cells:
            has = f"has {', '.join(chosen.cells)}" if chosen.cells else "has none"
            raise UsageError("REPRODUCE-CELL", f"--cell {printable(cell)}: {name} {has}")
    config = with_settings(chosen.config(), name, settings)
    further = {} if bars is None else {"bars": bars}
    return import_module(f"signalcli.research.reproduce.{name}").run(
        config, cells or chosen.cells, seed, **further
    )


def listed() -> list[dict[str, str]]:
    """A row a system: its name, summary, cells and settings."""
    return [
        {
            "system": name,
            "summary": one.summary,
            "cells": " ".join(one.cells),
            "settings": " ".join(f"{f.name}={getattr(one.config(), f.name)}" for f in fields(one.config)),
        }
        for name, one in SYSTEMS.items()
    ]


def table(outcomes: dict[str, Outcome]) -> pd.DataFrame:
    """Columns system, variant, measure, published, ours, naive, seconds, meaning."""
    import pandas as pd

    rows = [{"system": name} | row._asdict() for name, outcome in outcomes.items() for row in outcome.rows]
    return pd.DataFrame(rows)
