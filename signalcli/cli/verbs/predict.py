"""``signalcli predict``: a saved model and the newest bars → SIGNALS."""

from __future__ import annotations

from typing import Annotated, Any

from signalcli.cli.console import console
from signalcli.cli.inputs import BarsOrSymbols, Reading, bars_input, fetch_bars
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_signals
from signalcli.cli.steps.fits.left_out import warn
from signalcli.cli.steps.fits.models import load_models
from signalcli.cli.steps.universe import warn_of_no_signals, within
from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.span import duration
from signalcli.config.trading import TradingRule
from signalcli.config.universe import UniverseConfig
from signalcli.io.files import STDIO

ModelFolder = Annotated[
    str, Option("Folder of a saved model (fit --save).", ("--model", "-m"), "DIR", complete="folders")
]


@verb
def predict(
    bars: BarsOrSymbols = None,
    model: ModelFolder = "",
    all: Annotated[bool, Option("Every row instead of the newest of each symbol.")] = False,  # noqa: A002
    max_age: Annotated[
        str | None,
        Option("Refuse a model whose labels end longer before the newest bar, such as 30d.", metavar="SPAN"),
    ] = None,
    saving: Annotated[SaveConfig, Only("append", "calendar", "trust")] = SaveConfig(),
    rule: Annotated[dict[str, Any], Given(TradingRule, "threshold", "long_only")] = NOTHING,
    features: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    universe: UniverseConfig = UniverseConfig(),
    reading: Reading = FetchConfig(),
    adjusted: Annotated[dict[str, Any], Given(FetchConfig, "adjust")] = NOTHING,
    retrying: RetryConfig = RetryConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write the signal of a saved model for the newest bar of each symbol.

    \b
    signalcli predict --model models/ibm bars.csv
    signalcli predict --model models/ibm bars.csv --append signals.csv --max-age 30d
    signalcli predict --model models/ibm IBM --store bars
    """
    from signalcli.serving import predict as serving
    from signalcli.serving.in_sample import in_sample_signals
    from signalcli.serving.signals import append

    require(model != "", "--model", "", "the folder of a saved model")
    bundles = load_models(model, saving.trust)
    fetched = fetch_bars(*bars_input(bars, reading))
    rows = within(fetched.bars, universe)
    signals = serving.predict(
        bundles,
        rows,
        rule,
        every=all,
        max_age=None if max_age is None else duration("--max-age", max_age),
        adjustment=reading.adjust if reading.store is not None or adjusted else None,
        plugins=features.plugins,
        calendar=saving.calendar,
    )
    if all:
        warn([*serving.skipped_lines(signals, rows), *in_sample_signals(signals, bundles)])
    else:
        warn_of_no_signals(rows)
    if saving.append is not None:
        changed = append(signals, saving.append)
        console.note(f"{saving.append}: {len(signals)} rows, {'written' if changed else 'nothing new'}")
    if saving.append is None or output.output != STDIO:
        emit_signals(signals, output)
