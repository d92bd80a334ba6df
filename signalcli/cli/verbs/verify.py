"""``signalcli verify``: whether a saved model says what it should."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from signalcli.cli.inputs import bars_of, emit
from signalcli.cli.options import common as o
from signalcli.cli.options import features as fo
from signalcli.cli.options.assemble import fetch_spec
from signalcli.cli.parsing import names_of
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.fetch import FetchConfig
from signalcli.errors import CheckFailedError, printable

if TYPE_CHECKING:
    import pandas as pd

READING = FetchConfig()
LAST = 250


def verify(
    context: typer.Context,
    model: o.SavedModel,
    bars: o.RowsOption = None,
    last: o.Last = LAST,
    plugins: fo.Plugins = "",
    adjust: o.Adjust = READING.adjust,
    bad_rows: o.BadRows = READING.bad_rows,
    date_format: o.DateFormat = READING.date_format,
    store: o.Store = READING.store,
    source: o.Source = READING.source,
    interval: o.Interval = READING.interval,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Prove a saved model on the bars it was fitted on: exit 3 if a prediction differs.

    \b
    signalcli verify models/ibm --bars bars.csv
    """
    import pandas as pd

    from signalcli.serving.bundle.load import load_all
    from signalcli.serving.verify import verify as prove

    bundles = load_all(Path(model))
    reading = bars_of(bars, fetch_spec(context))
    symbols = [bundle.manifest.symbol for bundle in bundles if bundle.manifest.symbol]
    rows = fetched(symbols if store else [], reading).bars
    found = pd.concat([prove(bundle, rows, last, names_of(plugins)) for bundle in bundles], ignore_index=True)
    emit(found, output, form)
    refuse_failures(found)


def refuse_failures(found: pd.DataFrame) -> None:
    """Say which checks failed; they are written by now."""
    failed = found[found["ok"] == 0]
    if len(failed):
        what = ", ".join(f"{f.symbol} {f.check} ({f.difference:.2g})" for f in failed.itertuples())
        raise CheckFailedError("VERIFY", f"{len(failed)} of {len(found)} checks failed: {printable(what)}")
