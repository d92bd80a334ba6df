"""``signalcli validate``: BARS → findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from signalcli.cli.inputs import bars_from, emit_listing
from signalcli.cli.options import common as o
from signalcli.cli.thresholds import with_thresholds
from signalcli.config.fetch import FetchConfig
from signalcli.config.quality import QualityConfig
from signalcli.errors import CheckFailedError
from signalcli.io.files import named

if TYPE_CHECKING:
    import pandas as pd

D, Q = FetchConfig(), QualityConfig()


def validate(
    bars: o.BarsOrSymbols = None,
    calendar: o.Calendar = Q.calendar,
    as_of: o.AsOf = None,
    settings: o.Thresholds = None,
    date_format: o.DateFormat = D.date_format,
    gzip: o.Gzip = D.gzip,
    store: o.Store = None,
    source: o.Source = D.source,
    interval: o.Interval = D.interval,
    adjust: o.Adjust = D.adjust,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """List what is wrong with bars; exit 3 if anything is an error.

    The rows are judged as they stand in the file, before any is dropped, sorted or adjusted.

    \b
    signalcli validate prices.csv --calendar XNYS --as-of 2024-06-03
    signalcli validate IBM AAPL --store prices --set stale_sessions=0
    """
    from signalcli.data.quality.validate import validate as judge
    from signalcli.data.sources.fetch import raw_bars

    config = QualityConfig(calendar=calendar, as_of=as_of.date() if as_of else None)
    config = with_thresholds(config, settings)
    stored = FetchConfig(source=source, interval=interval, adjust=adjust, store=store)
    symbols, reading = bars_from(bars or [], stored)
    raw, _ = raw_bars(symbols, replace(reading, date_format=date_format, gzip=gzip), dt.datetime.now(dt.UTC))
    findings = judge(raw, config)
    emit_listing(findings, output, "json" if as_json else form)
    _refuse_errors(findings, named(reading.store or reading.source), len(raw))


def _refuse_errors(findings: pd.DataFrame, where: str, rows: int) -> None:
    """Raise CheckFailedError when one of the findings is an error: they are written by now."""
    errors = findings[findings["severity"] == "error"]
    if len(errors):
        kinds = ", ".join(f"{n} {check}" for check, n in errors["check"].value_counts(sort=False).items())
        warnings = len(findings) - len(errors)
        text = (
            f"{where}: {len(errors)} {'error' if len(errors) == 1 else 'errors'} in {rows:,} bars ({kinds})"
            + f", {warnings} warnings" * bool(warnings)
        )
        raise CheckFailedError("VALIDATE-FAILED", text)
