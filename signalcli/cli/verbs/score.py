"""``signalcli score``: SIGNALS and BARS → METRICS of what was really said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from signalcli.cli.inputs import bars_of, emit
from signalcli.cli.options import common as o
from signalcli.cli.options import features as fo
from signalcli.cli.options.assemble import fetch_spec, given_of, trading_rule
from signalcli.cli.parsing import names_of
from signalcli.cli.verbs.backtest import emit_results
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.trading import TradingRule
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.load import Bundle

READING, RULE = FetchConfig(), TradingRule()


def score(
    context: typer.Context,
    signals: o.SignalsFile,
    bars: o.RowsOption = None,
    model: o.ScoredModel = None,
    drift: o.DriftFile = None,
    plugins: fo.Plugins = "",
    dead_zone: o.DeadZone = FeatureConfig.dead_zone,
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
    signalcli score signals.csv --bars bars.csv --model models/ibm --drift drift.csv
    """
    from signalcli.backtest.simulate import backtest
    from signalcli.evaluation.scorecard import scorecard
    from signalcli.io.csv import read_table
    from signalcli.serving.outcomes import outcomes
    from signalcli.serving.signals import SIGNALS

    require(drift is None or model is not None, "--drift", drift, "together with --model")
    bundles = _bundles(model)
    zone = dead_zone if not bundles or given_of(context, "dead_zone") else _dead_zone(bundles)
    given = read_table(signals, SIGNALS)
    found = fetched(sorted(given["symbol"].unique()), bars_of(bars, fetch_spec(context))).bars
    if drift is not None:
        emit(
            _drift(bundles, given, found, names_of(plugins)),
            drift,
            None if drift != STDIO or form == "table" else form,
        )
    if drift != STDIO or output != STDIO:
        booked = backtest(outcomes(given, found, zone), trading_rule(context))
        emit_results(booked, scorecard(booked), returns, output, form)


def _bundles(model: str | None) -> list[Bundle]:
    from signalcli.serving.bundle.load import load_all

    return [] if model is None else load_all(Path(model))


def _dead_zone(bundles: list[Bundle]) -> float:
    from signalcli.serving.drift import dead_zone_of

    return dead_zone_of(bundles[0])


def _drift(
    bundles: list[Bundle], signals: pd.DataFrame, bars: pd.DataFrame, plugins: tuple[str, ...]
) -> pd.DataFrame:
    import pandas as pd

    from signalcli.serving.drift import drift

    return pd.concat([drift(bundle, signals, bars, plugins) for bundle in bundles], ignore_index=True)
