"""The universe of a verb: rows outside it are marked, sealed and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.universe import UniverseConfig

if TYPE_CHECKING:
    import pandas as pd


def within(table: pd.DataFrame, config: UniverseConfig) -> pd.DataFrame:
    """Return a table with its rows outside the universe marked and sealed; print how many there are."""
    if config.universe is None:
        return table
    from signalcli.data.universe import mark_members, read_universe, seal_outside, universe_lines

    universe = read_universe(config.universe)
    marked = mark_members(table, universe)
    warn(universe_lines(marked, universe))
    return seal_outside(marked)


def warn_of_no_signals(bars: pd.DataFrame) -> None:
    """Print which symbols get no signal because they are outside the universe now."""
    from signalcli.data.universe import no_signal_lines

    warn(no_signal_lines(bars))


def warn_of_closings(predictions: pd.DataFrame) -> None:
    """Print which positions are closed because their symbol leaves the universe or ends."""
    from signalcli.data.universe import closing_lines

    warn(closing_lines(predictions))
