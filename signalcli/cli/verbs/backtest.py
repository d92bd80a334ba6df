"""``signalcli backtest``: PREDICTIONS → METRICS, or RETURNS."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import PredictionsFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_metrics, emit_results, with_trade_metrics
from signalcli.cli.steps.ledger import record_rule, trials_by_symbol
from signalcli.cli.steps.plot import check_figure, draw_results
from signalcli.cli.steps.portfolio import trade_portfolio, with_portfolio
from signalcli.cli.steps.predictions import read_predictions
from signalcli.cli.steps.universe import warn_of_closings, within
from signalcli.cli.steps.unused import FIGURE, RETURNS, warn_of_unseen_metrics
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig, ReturnsConfig
from signalcli.config.plot import PlotConfig
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.config.universe import UniverseConfig


@verb
def backtest(
    predictions: PredictionsFile = None,
    universe: UniverseConfig = UniverseConfig(),
    rule: TradingRule = TradingRule(),
    sharing: PortfolioConfig = PortfolioConfig(),
    card: ScorecardConfig = ScorecardConfig(),
    ledger: LedgerConfig = LedgerConfig(),
    trades: Annotated[
        str | None,
        Option(
            "Write the TRADES table to this file.",
            metavar="FILE",
            heading="Output",
            complete="files",
            writes=True,
        ),
    ] = None,
    plot: PlotConfig = PlotConfig(),
    output: ReturnsConfig = ReturnsConfig(),
) -> None:
    """Trade predictions with costs; print metrics beside the baselines.

    --plot draws equity, or drawdown, rolling, months, calibration, probabilities, confusion or trades where
    it is named before the file.

    \b
    signalcli backtest predictions.csv --cost-bps 5 --plot equity.png
    signalcli backtest predictions.csv --plot drawdown -
    signalcli backtest predictions.csv --portfolio top:20 --max-weight 0.05
    """
    from signalcli.backtesting import simulate
    from signalcli.evaluation.evaluate import evaluate
    from signalcli.evaluation.scorecard import scorecard

    check_figure(plot)
    refuse_conflicts(rule, sharing)
    table = within(read_predictions(predictions), universe)
    warn_of_closings(table)
    record_rule(ledger.ledger, table, rule)
    trials = trials_by_symbol(ledger, table)
    if trades is not None:
        from signalcli.backtesting.trades import list_trades

        emit(list_trades(table, rule), OutputConfig(trades))
    shared = trade_portfolio(table, sharing, rule)
    if not draw_results(plot, "equity", table, rule, output, portfolio=shared, weights=sharing.words):
        warn_of_unseen_metrics(FIGURE, card, ledger)
        return
    if output.returns is None:
        metrics = evaluate(table, rule, card, trials, shared)
        emit_metrics(with_trade_metrics(metrics, table, rule, card, shared), output, card)
        return
    returns = simulate.backtest(table, rule)
    if output.replaces_metrics:
        warn_of_unseen_metrics(RETURNS, card, ledger)
    metrics = scorecard(returns, card, trials, shared)
    metrics = with_trade_metrics(metrics, table, rule, card, shared)
    emit_results(with_portfolio(returns, shared), metrics, output, card)
