"""``signalcli features``: BARS → FEATURES."""

from __future__ import annotations

from dataclasses import replace

from signalcli.cli import options as o
from signalcli.cli.fetch import fetched
from signalcli.cli.settings import names_of
from signalcli.cli.streams import bars_from, emit
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fetch import FetchSpec

D = FeatureSpec()


def features(
    bars: o.BarsOrSymbols = None,
    window: o.Window = D.window,
    horizon: o.Horizon = D.horizon,
    dead_zone: o.DeadZone = D.dead_zone,
    sets: o.Sets = ",".join(D.sets),
    adjust: o.Adjust = FetchSpec.adjust,
    bad_rows: o.BadRows = FetchSpec.bad_rows,
    date_format: o.DateFormat = FetchSpec.date_format,
    store: o.Store = None,
    source: o.Source = FetchSpec.source,
    interval: o.Interval = FetchSpec.interval,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write what is known at each close, and the direction to forecast.

    \b
    signalcli features bars.csv --window 20 --horizon 1 > features.csv
    signalcli features IBM AAPL --store prices > features.csv
    """
    from signalcli.features.build import build

    spec = FeatureSpec(window, horizon, dead_zone, names_of(sets))
    stored = FetchSpec(source=source, interval=interval, store=store)
    symbols, reading = bars_from(bars or [], stored)
    found = fetched(symbols, replace(reading, adjust=adjust, bad_rows=bad_rows, date_format=date_format))
    emit(build(found.bars, spec), output, form)
