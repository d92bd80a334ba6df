"""``signalcli score``: SIGNALS and BARS → METRICS of the signals that were given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.inputs import Reading, bars_option, fetch_bars
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_results, further_output
from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import ReturnsConfig
from signalcli.config.trading import TradingRule
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.load import Bundle

SignalsFile = Annotated[str, typer.Argument(help="SIGNALS table (predict --append).", metavar="SIGNALS")]


@verb
def score(
    signals: SignalsFile,
    bars: Annotated[
        str | None,
        Option("BARS table; - or nothing reads the pipe.", ("--bars", "-b"), "FILE", heading="Input"),
    ] = None,
    model: Annotated[
        str | None,
        Option("Folder of the model that gave the signals.", ("--model", "-m"), "DIR", complete="folders"),
    ] = None,
    drift: Annotated[
        str | None,
        Option(
            "Write the drift of features, p_up and accuracy from the training part of --model to this file; "
            "- writes it instead of METRICS.",
            metavar="FILE",
            complete="files",
        ),
    ] = None,
    features: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    target: Annotated[dict[str, Any], Given(FeatureConfig, "dead_zone")] = NOTHING,
    rule: Annotated[TradingRule, Only("cost_bps", "fill", "threshold", "long_only")] = TradingRule(),
    reading: Reading = FetchConfig(),
    output: ReturnsConfig = ReturnsConfig(),
) -> None:
    """Print the metrics of signals that were given, once their outcome is known.

    \b
    signalcli score signals.csv --bars bars.csv
    signalcli score signals.csv --bars bars.csv --model models/ibm --drift drift.csv
    """
    from signalcli.backtesting.simulate import backtest
    from signalcli.evaluation.scorecard import scorecard
    from signalcli.io.tables import read_table
    from signalcli.serving.outcomes import realized_predictions
    from signalcli.serving.signals import SIGNALS

    require(drift is None or model is not None, "--drift", drift, "used with --model")
    bundles = _bundles(model)
    dead_zone = target.get("dead_zone", _dead_zone(bundles))
    table = read_table(signals, SIGNALS)
    rows = fetch_bars(sorted(table["symbol"].unique()), bars_option(bars, reading)).bars
    if drift is not None:
        emit(_drift(bundles, table, rows, features.plugins), further_output(drift, output))
    if drift != STDIO or output.output != STDIO:
        returns = backtest(realized_predictions(table, rows, dead_zone), rule)
        emit_results(returns, scorecard(returns), output)


def _bundles(model: str | None) -> list[Bundle]:
    from signalcli.serving.bundle.load import load_all

    return [] if model is None else load_all(Path(model))


def _dead_zone(bundles: list[Bundle]) -> float:
    if not bundles:
        return FeatureConfig().dead_zone
    from signalcli.serving.drift import dead_zone_of

    return dead_zone_of(bundles[0])


def _drift(
    bundles: list[Bundle], signals: pd.DataFrame, bars: pd.DataFrame, plugins: tuple[str, ...]
) -> pd.DataFrame:
    import pandas as pd

    from signalcli.serving.drift import drift

    return pd.concat([drift(bundle, signals, bars, plugins) for bundle in bundles], ignore_index=True)
