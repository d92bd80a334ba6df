"""What fit and run record in the ledger, and what backtest and compare read from it."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.config.output import LedgerConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import NoInputError, OutputError, shortened
from signalcli.tracking.recipe import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from signalcli.evaluation.metrics.sharpe import Trials
    from signalcli.tracking.entries import FitRecord
    from signalcli.tracking.trials import Pool


def record_fits(ledger: str, features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe) -> None:
    """Record the fits; a failure only warns unless the user named the file.

    Called before the result is printed, so that a trial counts even when its reader goes away.
    """
    from signalcli.tracking.entries import make_record
    from signalcli.tracking.ledger import ledger_file

    if ledger_file(ledger) is not None:
        record(ledger, make_record(features, predictions, recipe, *new_run()))


def record(ledger: str, made: FitRecord) -> None:
    """Add fits to the ledger, if there is one; a failure only warns unless the user named the file."""
    from signalcli.tracking.ledger import DEFAULT, add_entries, ledger_file

    file = ledger_file(ledger)
    if file is None:
        return
    try:
        add_entries(file, made.entries, made.datasets)
    except OutputError as error:
        if ledger != DEFAULT:
            raise
        console.warn(f"not recorded in the ledger: {error.message}")


def record_rule(ledger: str, predictions: pd.DataFrame, rule: TradingRule) -> None:
    """Record a trial of another trading rule for each fit of these predictions that the ledger knows."""
    from signalcli.tracking.entries import record_of_rule
    from signalcli.tracking.fingerprints import hash_bars
    from signalcli.tracking.ledger import DEFAULT, add_entries, ledger_file, read_fits

    file = ledger_file(ledger)
    if rule == TradingRule() or file is None or not file.exists():
        return
    try:
        fits = [fit for hashes in hash_bars(predictions).values() for fit in read_fits(file, hashes)]
        known = {fit.config_hash for fit in fits}
        trials = record_of_rule(fits, predictions, rule, *new_run())
        new = [trial for trial in trials.entries if trial.config_hash not in known]
        add_entries(file, new, trials.datasets)
    except (OutputError, NoInputError) as error:
        if ledger != DEFAULT:
            raise
        console.warn(f"not recorded in the ledger: {error.message}")


def pools_of_table(file: Path | None, table: str) -> list[Pool]:
    """Return the trials on the market of each symbol of a table; warn of symbols without any."""
    from signalcli.io.tables import read_table
    from signalcli.schemas import PREDICTIONS
    from signalcli.tracking.trials import read_pool, tested_bars

    found = {bars.symbol: read_pool(file, bars) for bars in tested_bars(read_table(table, PREDICTIONS))}
    unknown = [symbol for symbol, pool in found.items() if pool is None]
    if unknown:
        console.warn(f"no trials in the ledger on the market of {shortened(unknown)}")
    return [pool for pool in found.values() if pool is not None]


def new_run() -> tuple[str, str]:
    """Name and time of a run."""
    return os.urandom(4).hex(), dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def trials_by_symbol(ledger: LedgerConfig, table: pd.DataFrame) -> dict[str, Trials]:
    """Return the trials on the market of each symbol; empty unless ``--deflate``."""
    from signalcli.tracking.ledger import ledger_file
    from signalcli.tracking.trials import read_trials, tested_bars

    file = ledger_file(ledger.ledger) if ledger.deflate else None
    if file is None:
        return {}
    counted = {bars.symbol: read_trials(file, bars.test_hash, bars) for bars in tested_bars(table)}
    return {symbol: count for symbol, count in counted.items() if count is not None}
