"""``signalcli compare``: PREDICTIONS → VERDICT."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.console import console
from signalcli.cli.inputs import PredictionsFiles
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.fits.cluster import connected
from signalcli.cli.steps.ledger import record_rule, trials_by_symbol
from signalcli.cli.steps.plot import check_figure, draw_results
from signalcli.cli.steps.predictions import read_several, warn_of_missing_cells
from signalcli.config.checks import require
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.plot import PlotConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import CheckFailedError


@verb
def compare(
    predictions: PredictionsFiles = None,
    config: ComparisonConfig = ComparisonConfig(),
    require_edge: Annotated[
        bool, Option("Exit 3 when no model beats the best baseline.", heading="Report")
    ] = False,
    many: Annotated[
        bool, Option("Also test all models jointly (SPA, StepM, MCS; needs arch).", heading="Report")
    ] = False,
    parallel: ParallelConfig = ParallelConfig(),
    rule: TradingRule = TradingRule(),
    ledger: LedgerConfig = LedgerConfig(),
    plot: PlotConfig = PlotConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Test each model against the best baseline on the same rows.

    With --require-edge the exit status is 3 when no model beats the best baseline. --plot draws the verdict,
    or a figure of backtest that is named before the file.

    \b
    signalcli compare predictions.csv --require-edge && signalcli predict …
    signalcli compare predictions.csv --plot verdict.svg
    """
    from signalcli.evaluation.comparison import compare as comparison
    from signalcli.evaluation.comparison.joint_tests import joint_tests
    from signalcli.evaluation.comparison.verdict import has_edge, summarize

    require(many or parallel == ParallelConfig(), "--jobs and --cluster", "", "used with --many")
    refuse_conflicts(rule, PortfolioConfig())
    check_figure(plot)
    table = read_several(predictions or [])
    warn_of_missing_cells(table)
    record_rule(ledger.ledger, table, rule)
    compared = comparison.compare(table, config, rule, trials_by_symbol(ledger, table))
    verdict = compared.table
    if many:
        with connected(parallel) as cluster:
            verdict = joint_tests(compared, parallel.jobs, cluster)
    if draw_results(plot, "verdict", table, rule, output, verdict=compared.table):
        emit_listing(verdict, output)
    if require_edge and not has_edge(verdict, config):
        raise CheckFailedError("NO-EDGE", summarize(verdict, config))
    console.note(summarize(verdict, config))
