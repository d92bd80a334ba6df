"""``signalcli panel``: PREDICTIONS of many symbols → metrics of their order on each date."""

from __future__ import annotations

from signalcli.cli.inputs import PredictionsFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.fits.left_out import warn
from signalcli.cli.steps.predictions import read_predictions
from signalcli.config.output import OutputConfig
from signalcli.config.panel import PanelConfig


@verb
def panel(
    predictions: PredictionsFile = None,
    config: PanelConfig = PanelConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Print rank IC, quantile returns and turnover of predictions of many symbols.

    Returns are those of the labels, before costs, as fractions; backtest --portfolio trades them.

    \b
    signalcli panel predictions.csv --quantiles 5 --top 20
    signalcli panel predictions.csv --by month
    """
    from signalcli.evaluation.panel.panel_metrics import narrow_lines, panel_metrics

    metrics = panel_metrics(read_predictions(predictions), config)
    warn(narrow_lines(metrics))
    emit_listing(metrics, output)
