"""``signalcli metrics``: the meaning of each column of METRICS."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.config.option import Option, brief
from signalcli.config.output import OutputConfig
from signalcli.errors import UsageError


@verb
def metrics(
    explain: Annotated[str | None, Option("One metric only.", metavar="NAME", complete="metrics")] = None,
    output: OutputConfig = OutputConfig(),
) -> None:
    """List every metric with its formula, unit and source.

    \b
    signalcli metrics --explain sharpe
    """
    import pandas as pd

    from signalcli.evaluation.forecast_errors import explain_errors
    from signalcli.evaluation.metrics.catalogue import explain_metrics

    every = [*explain_metrics(), *explain_errors()]
    rows = [row for row in every if explain in {None, row["name"]}]
    if not rows:
        near = get_close_matches(str(explain), [str(row["name"]) for row in every], n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else "`signalcli metrics` lists all of them"
        raise UsageError("METRIC-UNKNOWN", f"no metric {brief(explain)}; {hint}")
    emit_listing(pd.DataFrame(rows), output)
