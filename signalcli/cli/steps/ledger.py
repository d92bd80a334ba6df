"""What fit and run write into the ledger, and backtest and compare read out of it."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from signalcli.cli.console import NOTES
from signalcli.errors import OutputError, UsageError
from signalcli.tracking.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.tracking.ledger import Trials


def keep_trials(ledger: str, features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe) -> None:
    """Write the fits into the ledger; when that fails, a run without ``--ledger FILE`` only warns.

    Called before the result is printed, so that a trial counts even when its reader goes away.
    """
    from signalcli.tracking.entries import trial_entries
    from signalcli.tracking.ledger import DEFAULT, add, ledger_file

    file = ledger_file(ledger)
    if file is None:
        return
    run, now = os.urandom(4).hex(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    try:
        add(file, trial_entries(features, predictions, recipe, run, now))
    except OutputError as error:
        if ledger != DEFAULT:
            raise
        NOTES.warn(f"not in the ledger: {error.message}")


def trials_of(ledger: str, table: pd.DataFrame, *, wanted: bool) -> dict[str, Trials]:
    """What was tried on each symbol's data, from the ledger; nothing unless wanted."""
    if not wanted:
        return {}
    from signalcli.tracking.entries import tested_hashes
    from signalcli.tracking.ledger import ledger_file, trials

    file = ledger_file(ledger)
    if file is None:
        raise UsageError("LEDGER-OFF", "--deflate counts the trials in the ledger, which is off")
    found = {symbol: trials(file, known) for symbol, known in tested_hashes(table).items()}
    return {symbol: tried for symbol, tried in found.items() if tried is not None}
