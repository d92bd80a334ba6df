"""``signalcli validate``: BARS → findings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from signalcli.cli.console import console
from signalcli.cli.inputs import READ_ROWS, BarsOrSymbols, bars_input
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.config.fetch import FetchConfig
from signalcli.config.output import OutputConfig
from signalcli.config.quality import QualityConfig
from signalcli.errors import CheckFailedError

if TYPE_CHECKING:
    import pandas as pd


@verb
def validate(
    bars: BarsOrSymbols = None,
    quality: QualityConfig = QualityConfig(),
    reading: Annotated[FetchConfig, Only(*READ_ROWS)] = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """List the faults in bars; exit 3 if one is an error.

    The rows are checked as they stand in the file, before any is dropped, sorted or adjusted.

    \b
    signalcli validate prices.csv --calendar XNYS --as-of 2024-06-03
    signalcli validate IBM AAPL --store prices --stale-sessions 0
    """
    from signalcli.data.quality.validate import validate as find_faults
    from signalcli.data.sources.fetch import fetch_raw, place_of

    symbols, source = bars_input(bars, reading)
    raw = fetch_raw(symbols, source, dt.datetime.now(dt.UTC))
    for text in raw.notes:
        console.warn(text)
    for failure in raw.failures:
        raise failure
    findings = find_faults(raw.rows, quality)
    emit_listing(findings, output)
    _raise_errors(findings, place_of(source), len(raw.rows))


def _raise_errors(findings: pd.DataFrame, where: str, rows: int) -> None:
    """Raise CheckFailedError if a finding is an error: they are written by now."""
    errors = findings[findings["severity"] == "error"]
    if len(errors):
        kinds = ", ".join(f"{n} {check}" for check, n in errors["check"].value_counts(sort=False).items())
        warnings = len(findings) - len(errors)
        noun = "error" if len(errors) == 1 else "errors"
        text = f"{where}: {len(errors)} {noun} in {rows:,} bars ({kinds})"
        raise CheckFailedError("VALIDATE-FAILED", text + f", {warnings} warnings" * bool(warnings))
