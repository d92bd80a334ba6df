"""The report on predictions: checked before the work, written after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signalcli.cli.console import console
from signalcli.cli.inputs import read
from signalcli.cli.outputs import on_terminal
from signalcli.cli.steps.fits.left_out import warn
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.output import LedgerConfig
from signalcli.config.report import ReportConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, printable
from signalcli.io.files import STDIO, write_bytes

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.report.document.document import Document


def check_report(config: ReportConfig) -> None:
    """Raise UsageError, before the work, for a report that cannot be written."""
    if config.kind(terminal=on_terminal(config.output)) == "html":
        from signalcli.report.html.page import check_html

        check_html()


def write_report(
    predictions: pd.DataFrame,
    rule: TradingRule,
    comparison: ComparisonConfig,
    ledger: LedgerConfig,
    config: ReportConfig,
    importances: pd.DataFrame | None = None,
) -> None:
    """Write the report on PREDICTIONS, with IMPORTANCE if given. Raises DataError and OutputError."""
    from signalcli.report.document.build import build_document
    from signalcli.tracking.ledger import ledger_file
    from signalcli.tracking.provenance import provenance

    known = provenance(ledger_file(ledger.ledger), predictions)
    _write(build_document(predictions, rule, comparison, known, importances), config)


def read_importances(file: str | None, predictions: pd.DataFrame) -> pd.DataFrame | None:
    """Return IMPORTANCE of the models in PREDICTIONS; a warning names others. Raises DataError for none."""
    if file is None:
        return None
    from signalcli.report.document.importance import of_models
    from signalcli.schemas import IMPORTANCE

    table, lines = of_models(read(file, IMPORTANCE), predictions)
    if table.empty:
        raise DataError("REPORT-IMPORTANCE", f"{lines[0]}; measure the models of the report")
    warn(lines)
    return table


def write_runs_report(ledger: LedgerConfig, config: ReportConfig, runs: Sequence[str]) -> None:
    """Write the report on runs of the ledger. Raises UsageError, NoInputError and OutputError."""
    from signalcli.report.document.runs import build_runs_document
    from signalcli.tracking.ledger import ledger_file, read_run

    file = ledger_file(ledger.ledger)
    _write(build_runs_document([fit for run in runs for fit in read_run(file, run)]), config)


def _write(document: Document, config: ReportConfig) -> None:
    from signalcli.report.html.page import write_html
    from signalcli.report.markdown import write_markdown

    kind = config.kind(terminal=on_terminal(config.output))
    text = write_html(document) if kind == "html" else write_markdown(document)
    write_bytes(config.output, text.encode())
    if config.output != STDIO:
        console.note(f"report in {printable(config.output)}")
