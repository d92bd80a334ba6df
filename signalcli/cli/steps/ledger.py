"""What fit and run record in the ledger, and what backtest and compare read from it."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.output import LedgerConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import NoInputError, OutputError
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
    try:
        add_entries(file, make_entries(features, predictions, recipe, *_new_run()))
    except OutputError as error:
        if ledger != DEFAULT:
            raise
        console.warn(f"not recorded in the ledger: {error.message}")


def record_rule(ledger: str, predictions: pd.DataFrame, rule: TradingRule) -> None:
    """Record a trial of another trading rule for each fit of these predictions that the ledger knows."""
    from signalcli.tracking.entries import entries_of_rule, hash_tested_bars
    from signalcli.tracking.ledger import DEFAULT, add_entries, ledger_file, read_fits

    file = ledger_file(ledger)
    if rule == TradingRule() or file is None or not file.exists():
        return
    try:
        fits = [fit for hashes in hash_tested_bars(predictions).values() for fit in read_fits(file, hashes)]
        known = {fit.config_hash for fit in fits}
        trials = entries_of_rule(fits, predictions, rule, *_new_run())
        add_entries(file, [trial for trial in trials if trial.config_hash not in known])
    except (OutputError, NoInputError) as error:
        if ledger != DEFAULT:
            raise
        console.warn(f"not recorded in the ledger: {error.message}")


def _new_run() -> tuple[str, str]:
    """Name and time of a run."""
    return os.urandom(4).hex(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def trials_by_symbol(ledger: LedgerConfig, table: pd.DataFrame) -> dict[str, Trials]:
    """Return the trials on the data of each symbol; empty unless ``--deflate``."""
    from signalcli.tracking.entries import hash_tested_bars
    from signalcli.tracking.ledger import ledger_file, read_trials

    file = ledger_file(ledger.ledger) if ledger.deflate else None
    if file is None:
        return {}
    counted = {symbol: read_trials(file, hashes) for symbol, hashes in hash_tested_bars(table).items()}
    return {symbol: count for symbol, count in counted.items() if count is not None}
