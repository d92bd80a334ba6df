"""``signalcli compare``: PREDICTIONS → VERDICT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from signalcli.cli.console import console
from signalcli.cli.inputs import PredictionsFiles, table_source
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.ledger import record_rule, trials_by_symbol
from signalcli.cli.steps.predictions import warn_of_missing_forecasts
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import CheckFailedError, UsageError, printable

if TYPE_CHECKING:
    import pandas as pd


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
    rule: TradingRule = TradingRule(),
    ledger: LedgerConfig = LedgerConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Test each model against the best baseline on the same rows.

    With --require-edge the exit status is 3 when no model beats the best baseline.

    \b
    signalcli compare predictions.csv --require-edge && signalcli predict …
    """
    from signalcli.evaluation.comparison import compare as comparison
    from signalcli.evaluation.comparison.joint_tests import joint_tests
    from signalcli.evaluation.comparison.verdict import has_edge, summarize

    table = _read_all(predictions or [])
    warn_of_missing_forecasts(table)
    record_rule(ledger.ledger, table, rule)
    compared = comparison.compare(table, config, rule, trials_by_symbol(ledger, table))
    verdict = joint_tests(compared) if many else compared.table
    emit_listing(verdict, output)
    if require_edge and not has_edge(verdict, config):
        raise CheckFailedError("NO-EDGE", summarize(verdict, config))
    console.note(summarize(verdict, config))


def _read_all(files: list[str]) -> pd.DataFrame:
    """Return the predictions of all files; a baseline in several of them is taken from the first."""
    import pandas as pd

    from signalcli.io.tables import read_table
    from signalcli.schemas import BASELINES, PREDICTIONS

    sources = files or [table_source(None, PREDICTIONS.name, PREDICTIONS.verb)]
    table = pd.concat([read_table(source, PREDICTIONS) for source in sources], ignore_index=True)
    repeated = table.duplicated(["symbol", "date", "model"])
    models = table.loc[repeated & ~table["model"].isin(BASELINES), "model"]
    if len(models):
        raise UsageError(
            "COMPARE-TWICE",
            f"model {printable(models.iloc[0])} is in two of the files; give each its own name "
            "(fit --seeds makes several of one model)",
        )
    return table[~repeated]
