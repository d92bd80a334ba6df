"""``signalcli features``: BARS → FEATURES."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.console import console
from signalcli.cli.feature_file import to_toml
from signalcli.cli.inputs import BarsOrSymbols, Reading, bars_input, fetch_bars
from signalcli.cli.options.slots import Only
from signalcli.cli.options.spec import SpecFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing, on_terminal
from signalcli.cli.steps.fits.left_out import warn_of_bars, warn_of_ranks
from signalcli.cli.steps.universe import within
from signalcli.config.checks import require
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.universe import UniverseConfig
from signalcli.errors import count
from signalcli.io.files import STDIO, write_bytes


@verb
def features(
    bars: BarsOrSymbols = None,
    config: FeatureConfig = FeatureConfig(),
    spec: SpecFile = None,
    leaks: LeakConfig = LeakConfig(),
    universe: UniverseConfig = UniverseConfig(),
    panel: Annotated[FitConfig, Only("require_all")] = FitConfig(),
    save_spec: Annotated[
        str | None,
        Option(
            "Write the choice of features to this TOML file, and nothing else.", metavar="FILE", writes=True
        ),
    ] = None,
    explain: Annotated[
        bool, Option("List the features (formula, look-back, unit, source) without reading bars.")
    ] = False,
    reading: Reading = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write the features known at each close, and the label to predict.

    \b
    signalcli features bars.csv --window 20 --horizon 1 > features.csv
    signalcli features IBM AAPL --store prices > features.csv
    signalcli features --sets rolling --explain
    """
    refuse_conflicts(config, verb="features")
    if save_spec is not None:
        alone = output.output == STDIO and not explain
        require(alone, "--save-spec", save_spec, "used without --output and --explain")
        write_bytes(save_spec, to_toml(config).encode())
    elif explain:
        _explain(config, output)
    else:
        _build(*bars_input(bars, reading), config, leaks, panel, universe, output)


def _explain(config: FeatureConfig, output: OutputConfig) -> None:
    import pandas as pd

    from signalcli.features.catalogue import describe_features, min_history

    emit_listing(pd.DataFrame(describe_features(config)), output)
    console.note(f"a row depends on the newest {min_history(config)} bars")


def _build(
    symbols: list[str],
    reading: FetchConfig,
    config: FeatureConfig,
    leaks: LeakConfig,
    panel: FitConfig,
    universe: UniverseConfig,
    output: OutputConfig,
) -> None:
    from signalcli.features.build import build, refuse_short
    from signalcli.features.leaks.refuse import refuse_foreign_leaks, refuse_leaks_beside

    whole = panel.require_all or universe.universe is not None
    if whole or not _streamed(symbols, reading, config, output):
        bars = within(fetch_bars(symbols, reading).bars, universe)
        if panel.require_all:
            refuse_short(bars["symbol"].value_counts(sort=False).to_dict(), config)
        table = build(bars, config)
        refuse_foreign_leaks(table, config, leaks)
        refuse_leaks_beside(bars, table, config, leaks)
        warn_of_bars(bars, config)
        warn_of_ranks(table, config)
        emit(table, output)


def _streamed(symbols: list[str], reading: FetchConfig, config: FeatureConfig, output: OutputConfig) -> bool:
    """Whether a table as ``fetch`` writes it was processed a few symbols at a time, in little memory."""
    from signalcli.features.stream import stream
    from signalcli.io.tables import format_of

    named = symbols or reading.store or reading.table or reading.query or reading.sources[1:]
    hinted = reading.date_format or reading.columns or reading.no_header
    if named or hinted or on_terminal(output.output) or output.chosen == "table":
        return False
    streamed = stream(reading.sources[0], config, output.output, format_of(output.output, output.chosen))
    if streamed is None:
        return False
    for text in streamed.warnings:
        console.warn(text)
    console.note(f"{count(streamed.rows, 'row')}, a few symbols at a time")
    return True
