"""What fit and run record in the ledger, and what backtest and compare read from it."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.output import LedgerConfig
from signalcli.errors import OutputError, UsageError
from signalcli.tracking.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.tracking.ledger import Trials


def record_fits(ledger: str, features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe) -> None:
    """Record the fits; a failure only warns unless the user named the file.

    Called before the result is printed, so that a trial counts even when its reader goes away.
    """
    from signalcli.tracking.entries import make_entries
    from signalcli.tracking.ledger import DEFAULT, add_entries, ledger_file

    file = ledger_file(ledger)
    if file is None:
        return
    run, now = os.urandom(4).hex(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    try:
        add_entries(file, make_entries(features, predictions, recipe, run, now))
    except OutputError as error:
        if ledger != DEFAULT:
            raise
        console.warn(f"not recorded in the ledger: {error.message}")


def trials_by_symbol(ledger: LedgerConfig, table: pd.DataFrame) -> dict[str, Trials]:
    """Return the trials on the data of each symbol; empty unless ``--deflate``."""
    if not ledger.deflate:
        return {}
    from signalcli.tracking.entries import hash_tested_bars
    from signalcli.tracking.ledger import ledger_file, read_trials

    file = ledger_file(ledger.ledger)
    if file is None:
        raise UsageError("LEDGER-OFF", "--deflate counts the trials in the ledger, which is off")
    counted = {symbol: read_trials(file, hashes) for symbol, hashes in hash_tested_bars(table).items()}
    return {symbol: count for symbol, count in counted.items() if count is not None}
