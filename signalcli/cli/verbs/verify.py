"""``signalcli verify``: whether a saved model still gives the predictions it was saved with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.console import console
from signalcli.cli.inputs import Reading, bars_option, fetch_bars
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.fits.models import load_models
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.saving import SaveConfig
from signalcli.errors import CheckFailedError, printable

if TYPE_CHECKING:
    import pandas as pd

SavedModel = Annotated[str, typer.Argument(help="Folder of a saved model (fit --save).", metavar="DIR")]


@verb
def verify(
    model: SavedModel,
    bars: Annotated[
        str | None,
        Option("BARS or FEATURES; - or nothing reads the pipe.", ("--bars", "-b"), "FILE", heading="Input"),
    ] = None,
    last: Annotated[int, Option("Newest bars to predict one by one; 0 means all.", minimum=0)] = 250,
    features: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    saving: Annotated[SaveConfig, Only("trust")] = SaveConfig(),
    reading: Reading = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Check a saved model on the bars it was fitted on; exit 3 if a prediction differs.

    \b
    signalcli verify models/ibm --bars bars.csv
    """
    import pandas as pd

    from signalcli.serving import verify as serving

    bundles = load_models(model, saving.trust)
    symbols = [bundle.manifest.symbol for bundle in bundles if bundle.manifest.symbol]
    rows = fetch_bars(symbols if reading.store else [], bars_option(bars, reading)).bars
    checks = [serving.verify(bundle, rows, last, features.plugins) for bundle in bundles]
    table = pd.concat(checks, ignore_index=True)
    if left_out := serving.not_refitted(bundles):
        console.warn(left_out)
    emit_listing(table, output)
    _raise_failures(table)


def _raise_failures(checks: pd.DataFrame) -> None:
    """Raise CheckFailedError naming the checks that failed: they are written by now."""
    failed = checks[checks["ok"] == 0]
    if len(failed):
        names = ", ".join(f"{f.symbol} {f.check} ({f.difference:.2g})" for f in failed.itertuples())
        raise CheckFailedError("VERIFY", f"{len(failed)} of {len(checks)} checks failed: {printable(names)}")
