"""``signalcli compare``: PREDICTIONS → VERDICT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.cli.console import NOTES
from signalcli.cli.inputs import emit_listing, source
from signalcli.cli.options import common as o
from signalcli.cli.rules import with_rules
from signalcli.cli.steps.ledger import trials_of
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import CheckFailedError, UsageError, printable

if TYPE_CHECKING:
    import pandas as pd

D, RULE = ComparisonConfig(), TradingRule()


def compare(
    predictions: o.PredictionsFiles = None,
    by: o.By = D.by,
    alpha: o.Alpha = D.alpha,
    require_edge: o.RequireEdge = False,
    cost_bps: o.CostBps = RULE.cost_bps,
    fill: o.FillOption = RULE.fill,
    threshold: o.Threshold = RULE.threshold,
    long_only: o.LongOnly = RULE.long_only,
    rule: o.Rules = None,
    many: o.Many = False,
    deflate: o.Deflate = False,
    ledger: o.Ledger = "default",
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Test each model against the best baseline on the same rows.

    With --require-edge the exit status is 3 when no model beats the best baseline.

    \b
    signalcli compare predictions.csv --require-edge && signalcli predict …
    """
    from signalcli.evaluation.comparison.compare import compare as judge
    from signalcli.evaluation.comparison.joint_tests import with_many
    from signalcli.evaluation.comparison.verdict import has_edge, sentence

    config = ComparisonConfig(by, alpha)
    table = _together(predictions or [])
    tried = trials_of(ledger, table, wanted=deflate)
    trading = with_rules(TradingRule(cost_bps, fill, threshold, long_only), rule)
    verdict = judge(table, config, trading, tried)
    if many:
        verdict = with_many(verdict, table, config, trading)
    emit_listing(verdict, output, form)
    if require_edge and not has_edge(verdict, config):
        raise CheckFailedError("NO-EDGE", sentence(verdict, config))
    NOTES.note(sentence(verdict, config))


def _together(files: list[str]) -> pd.DataFrame:
    """The predictions of all files; a baseline that several of them have is taken from the first."""
    import pandas as pd

    from signalcli.io.csv import read_table
    from signalcli.schemas import BASELINES, PREDICTIONS

    sources = files or [source(None, "PREDICTIONS", "fit")]
    tables = [read_table(file, PREDICTIONS) for file in sources]
    every = pd.concat(tables, ignore_index=True)
    again = every.duplicated(["symbol", "date", "model"])
    twice = every.loc[again & ~every["model"].isin(BASELINES), "model"]
    if len(twice):
        raise UsageError(
            "COMPARE-TWICE",
            f"model {printable(twice.iloc[0])} is in two of the files; give each its own name "
            "(fit --seeds makes several of one model)",
        )
    return every[~again]
