"""``signalcli score``: SIGNALS and BARS → METRICS of the signals that were given."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from signalcli.cli.inputs import Reading, bars_option, fetch_bars
from signalcli.cli.options.slots import NOTHING, Given, Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing, emit_results, further_output
from signalcli.cli.steps.fits.left_out import warn
from signalcli.cli.steps.fits.models import load_models
from signalcli.cli.steps.plot import check_figure, draw_results
from signalcli.cli.steps.predictions import warn_of_missing_cells
from signalcli.cli.steps.watch import check_watch, watch_signals
from signalcli.config.checks import require
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import ReturnsConfig
from signalcli.config.plot import PlotConfig
from signalcli.config.retry import RetryConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.trading import TradingRule
from signalcli.config.watch import WatchConfig
from signalcli.io.files import STDIO

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
            writes=True,
        ),
    ] = None,
    features: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    saving: Annotated[SaveConfig, Only("trust")] = SaveConfig(),
    target: Annotated[dict[str, Any], Given(FeatureConfig, "dead_zone")] = NOTHING,
    rule: Annotated[
        dict[str, Any], Given(TradingRule, "cost_bps", "fill", "threshold", "long_only")
    ] = NOTHING,
    watching: WatchConfig = WatchConfig(),
    reading: Reading = FetchConfig(),
    plot: PlotConfig = PlotConfig(),
    retrying: RetryConfig = RetryConfig(),
    output: ReturnsConfig = ReturnsConfig(),
) -> None:
    """Print the metrics of signals that were given, once their outcome is known.

    \b
    signalcli score signals.csv --bars bars.csv
    signalcli score signals.csv --bars bars.csv --model models/ibm --drift drift.csv
    signalcli score signals.csv --bars bars.csv --model models/ibm --watch --notify 'mail -s signals me'
    """
    from signalcli.backtesting.simulate import backtest
    from signalcli.evaluation.scorecard import scorecard
    from signalcli.io.tables import read_table
    from signalcli.serving.drift import drift as drift_of
    from signalcli.serving.in_sample import in_sample_outcomes
    from signalcli.serving.outcomes import outcome_warnings, realized_predictions, trading_rule
    from signalcli.serving.signals import SIGNALS

    require(drift is None or model is not None, "--drift", drift, "used with --model")
    check_figure(plot)
    refuse_conflicts(watching)
    check_watch(watching, signals, model)
    bundles = [] if model is None else load_models(model, saving.trust)
    trading = trading_rule(bundles, rule)
    table = read_table(signals, SIGNALS)
    rows = fetch_bars(sorted(table["symbol"].unique()), bars_option(bars, reading)).bars
    predictions = realized_predictions(table, rows, bundles, target.get("dead_zone"))
    warn(outcome_warnings(table, predictions, bundles))
    warn(in_sample_outcomes(predictions, bundles))
    warn_of_missing_cells(predictions)
    if drift is not None:
        emit(drift_of(bundles, table, rows, features.plugins), further_output(drift, output))
    if watching.watch:
        table, failure = watch_signals(watching, signals, bundles, backtest(predictions, trading))
        emit_listing(table, output)
        if failure is not None:
            raise failure
        return
    shown = draw_results(plot, "equity", predictions, trading, output)
    if shown and (drift != STDIO or output.output != STDIO):
        returns = backtest(predictions, trading)
        emit_results(returns, scorecard(returns), output, origin="signals as given")
