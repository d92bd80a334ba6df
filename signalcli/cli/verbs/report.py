"""``signalcli report``: PREDICTIONS → one HTML file, or Markdown."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import PredictionsFiles
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.steps.ledger import record_rule
from signalcli.cli.steps.predictions import read_several, warn_of_missing_cells
from signalcli.cli.steps.report import check_report, read_importances, write_report, write_runs_report
from signalcli.config.checks import require
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.report import ReportConfig
from signalcli.config.trading import TradingRule


@verb
def report(
    predictions: PredictionsFiles = None,
    runs: Annotated[
        tuple[str, ...],
        Option(
            "Report on these runs of the ledger instead, by their names in runs list.",
            metavar="RUN,RUN",
            heading="Input",
        ),
    ] = (),
    importance: Annotated[
        str | None,
        Option(
            "IMPORTANCE table of the models, for a section of its own (signalcli importance).",
            metavar="FILE",
            heading="Input",
            complete="files",
        ),
    ] = None,
    comparison: ComparisonConfig = ComparisonConfig(),
    rule: TradingRule = TradingRule(),
    ledger: Annotated[LedgerConfig, Only("ledger")] = LedgerConfig(),
    output: ReportConfig = ReportConfig(),
) -> None:
    """Write one HTML file with the verdict, all figures, tables and settings.

    The file asks for nothing else: no network, no script needed. Several tables are shown together.

    \b
    signalcli report predictions.csv -o report.html
    signalcli report predictions.csv --format md | head -40
    signalcli report predictions.csv --importance importance.csv -o report.html
    signalcli report --runs 3f2a,9c1b -o runs.html
    """
    check_report(output)
    refuse_conflicts(rule, PortfolioConfig())
    if runs:
        require(not predictions, "--runs", ",".join(runs), "used without a table of predictions")
        require(importance is None, "--importance", importance, "used with a table of predictions")
        write_runs_report(ledger, output, runs)
        return
    table = read_several(predictions or [])
    importances = read_importances(importance, table)
    warn_of_missing_cells(table)
    record_rule(ledger.ledger, table, rule)
    write_report(table, rule, comparison, ledger, output, importances)
