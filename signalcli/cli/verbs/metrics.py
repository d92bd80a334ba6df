"""``signalcli metrics``: what each column of METRICS means."""

from __future__ import annotations

from signalcli.cli.inputs import emit_listing
from signalcli.cli.options import common as o
from signalcli.errors import UsageError, printable


def metrics(
    explain: o.Explain = None,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """List every metric with its formula, unit and source.

    \b
    signalcli metrics --explain sharpe
    """
    import pandas as pd

    from signalcli.evaluation.forecast_errors import explained as explained_errors
    from signalcli.evaluation.metrics.catalogue import explained

    every = [*explained(), *explained_errors()]
    rows = [row for row in every if explain in {None, row["name"]}]
    if not rows:
        raise UsageError(
            "METRIC-UNKNOWN", f"no metric {printable(explain)}; signalcli metrics lists all of them"
        )
    emit_listing(pd.DataFrame(rows), output, form)
