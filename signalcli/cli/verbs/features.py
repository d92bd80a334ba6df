"""``signalcli features``: BARS → FEATURES."""

from __future__ import annotations

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.feature_file import to_toml
from signalcli.cli.inputs import bars_from, emit, emit_listing, on_terminal
from signalcli.cli.options import common as o
from signalcli.cli.options import features as fo
from signalcli.cli.options.assemble import feature_spec, fetch_spec
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.io.files import write_bytes

D = FeatureConfig()


def features(
    context: typer.Context,
    bars: o.BarsOrSymbols = None,
    window: o.Window = D.window,
    horizon: o.Horizon = D.horizon,
    dead_zone: o.DeadZone = D.dead_zone,
    sets: o.Sets = ",".join(D.sets),
    windows: fo.Windows = ",".join(map(str, D.windows)),
    statistics: fo.Statistics = ",".join(D.statistics),
    channels: fo.Channels = ",".join(D.channels),
    lags: fo.Lags = "",
    label: fo.Label = D.label,
    dead_zone_unit: fo.ZoneUnit = D.dead_zone_unit,
    barriers: fo.Barriers = ",".join(map(str, D.barriers)),
    weights: fo.Weights = D.weights,
    float32: fo.Float32 = D.float32,
    plugins: fo.Plugins = "",
    spec_file: fo.SpecFile = None,
    save_spec: fo.SaveConfig = None,
    explain: fo.Explain = False,
    adjust: o.Adjust = FetchConfig.adjust,
    bad_rows: o.BadRows = FetchConfig.bad_rows,
    date_format: o.DateFormat = FetchConfig.date_format,
    gzip: o.Gzip = FetchConfig.gzip,
    store: o.Store = None,
    source: o.Source = FetchConfig.source,
    interval: o.Interval = FetchConfig.interval,
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
    signalcli features --sets rolling --explain
    """
    config = feature_spec(context)
    if save_spec is not None:
        write_bytes(save_spec, to_toml(config).encode())
    elif explain:
        _explain(config, output, form)
    else:
        symbols, reading = bars_from(bars or [], fetch_spec(context))
        _build(symbols, reading, config, output, form)


def _explain(config: FeatureConfig, output: str, form: str | None) -> None:
    import pandas as pd

    from signalcli.features.catalogue import explained, min_history

    emit_listing(pd.DataFrame(explained(config)), output, form)
    NOTES.note(f"the newest {min_history(config)} bars decide a row")


def _build(
    symbols: list[str], reading: FetchConfig, config: FeatureConfig, output: str, form: str | None
) -> None:
    from signalcli.features.build import build

    if _streamed(symbols, reading, config, output, form):
        return
    emit(build(fetched(symbols, reading).bars, config), output, form)


def _streamed(
    symbols: list[str], reading: FetchConfig, config: FeatureConfig, output: str, form: str | None
) -> bool:
    """Whether it is all done, a few symbols at a time: the way of a large table as ``fetch`` writes it."""
    from signalcli.features.stream import stream
    from signalcli.io.csv import format_of

    if symbols or reading.store or reading.gzip or reading.date_format or on_terminal(output):
        return False
    rows = stream(reading.source, config, output, format_of(output, form))
    if rows is None:
        return False
    NOTES.note(f"{rows:,} rows, a few symbols at a time")
    return True
