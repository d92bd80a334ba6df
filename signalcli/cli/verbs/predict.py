"""``signalcli predict``: a saved model and the newest bars → SIGNALS."""

from __future__ import annotations

from pathlib import Path

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.inputs import bars_from, emit
from signalcli.cli.options import common as o
from signalcli.cli.options import features as fo
from signalcli.cli.options.assemble import fetch_spec, given_of
from signalcli.cli.parsing import duration, names_of
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.fetch import FetchConfig
from signalcli.config.trading import TradingRule
from signalcli.io.files import STDIO

AUTO = "auto"
RULE, READING = TradingRule(), FetchConfig()


def predict(
    context: typer.Context,
    model: o.ModelFolder,
    bars: o.BarsOrSymbols = None,
    every: o.EveryRow = False,
    append: o.AppendFile = None,
    max_age: o.MaxAge = None,
    threshold: o.Threshold = RULE.threshold,
    long_only: o.LongOnly = RULE.long_only,
    calendar: o.Ahead = AUTO,
    plugins: fo.Plugins = "",
    adjust: o.Adjust = READING.adjust,
    bad_rows: o.BadRows = READING.bad_rows,
    date_format: o.DateFormat = READING.date_format,
    store: o.Store = READING.store,
    source: o.Source = READING.source,
    interval: o.Interval = READING.interval,
    output: o.Output = STDIO,
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write what a saved model says of the newest bar of each symbol.

    \b
    signalcli predict --model models/ibm bars.csv
    signalcli predict --model models/ibm bars.csv --append signals.csv --max-age 30d
    signalcli predict --model models/ibm IBM --store bars
    """
    from signalcli.serving.bundle.load import load_all
    from signalcli.serving.predict import predict as ask
    from signalcli.serving.signals import append as put

    age = None if max_age is None else duration("--max-age", max_age)
    bundles = load_all(Path(model))
    found = fetched(*bars_from(bars or [], fetch_spec(context)))
    known = adjust if store is not None or given_of(context, "adjust") else None
    signals = ask(
        bundles,
        found.bars,
        given_of(context, "threshold", "long_only"),
        every=every,
        max_age=age,
        adjustment=known,
        plugins=names_of(plugins),
        calendar=calendar,
    )
    if append is not None:
        changed = put(signals, append)
        NOTES.note(f"{append}: {len(signals)} rows, {'written' if changed else 'nothing new'}")
    if append is None or output != STDIO:
        emit(signals, output, form)
