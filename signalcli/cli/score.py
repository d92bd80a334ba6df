"""``signalcli score``: SIGNALS and BARS → METRICS of what was really said."""

from __future__ import annotations

import typer

from signalcli.cli import options as o
from signalcli.cli.backtest import emit_results
from signalcli.cli.fetch import fetched
from signalcli.cli.specs import fetch_spec, trading_rule
from signalcli.cli.streams import bars_of
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fetch import FetchSpec
from signalcli.specs.trading import TradingRule

READING, RULE = FetchSpec(), TradingRule()


def score(
    context: typer.Context,
    signals: o.SignalsFile,
    bars: o.RowsOption = None,
    dead_zone: o.DeadZone = FeatureSpec.dead_zone,
    cost_bps: o.CostBps = RULE.cost_bps,
    fill: o.FillOption = RULE.fill,
    threshold: o.Threshold = RULE.threshold,
    long_only: o.LongOnly = RULE.long_only,
    returns: o.ReturnsFile = None,
    adjust: o.Adjust = READING.adjust,
    bad_rows: o.BadRows = READING.bad_rows,
    date_format: o.DateFormat = READING.date_format,
    store: o.Store = READING.store,
    source: o.Source = READING.source,
    interval: o.Interval = READING.interval,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print what became of the signals that were given, by the backtest's metrics.

    \b
    signalcli score signals.csv --bars bars.csv
    """
    from signalcli.backtest import backtest
    from signalcli.csvio import read_table
    from signalcli.metrics.scorecard import scorecard
    from signalcli.score import outcomes
    from signalcli.signals import SIGNALS

    given = read_table(signals, SIGNALS)
    found = fetched(sorted(given["symbol"].unique()), bars_of(bars, fetch_spec(context))).bars
    booked = backtest(outcomes(given, found, dead_zone), trading_rule(context))
    emit_results(booked, scorecard(booked), returns, output, form)
