"""``signalcli features``: BARS → FEATURES."""

from __future__ import annotations

from signalcli.cli import options as o
from signalcli.cli.fetch import fetched
from signalcli.cli.settings import names_of
from signalcli.cli.streams import emit, source
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fetch import FetchSpec

D = FeatureSpec()


def features(
    bars: o.BarsFile = None,
    window: o.Window = D.window,
    horizon: o.Horizon = D.horizon,
    dead_zone: o.DeadZone = D.dead_zone,
    sets: o.Sets = ",".join(D.sets),
    adjust: o.Adjust = FetchSpec.adjust,
    bad_rows: o.BadRows = FetchSpec.bad_rows,
    date_format: o.DateFormat = FetchSpec.date_format,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write what is known at each close, and the direction to forecast.

    \b
    signalcli features bars.csv --window 20 --horizon 1 > features.csv
    """
    from signalcli.features.build import build

    spec = FeatureSpec(window, horizon, dead_zone, names_of(sets))
    reading = FetchSpec(
        source=source(bars, "BARS", "fetch"), adjust=adjust, bad_rows=bad_rows, date_format=date_format
    )
    found = fetched([], reading)
    emit(build(found.bars, spec), output, form)
