"""``signalcli backtest``: PREDICTIONS → METRICS, or RETURNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from signalcli.cli.inputs import emit, emit_metrics, source
from signalcli.cli.options import common as o
from signalcli.cli.options.assemble import card_spec, trading_rule
from signalcli.cli.steps.ledger import trials_of
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

D, CARD = TradingRule(), ScorecardConfig()


def backtest(
    context: typer.Context,
    predictions: o.PredictionsFile = None,
    cost_bps: o.CostBps = D.cost_bps,
    fill: o.FillOption = D.fill,
    threshold: o.Threshold = D.threshold,
    long_only: o.LongOnly = D.long_only,
    rule: o.Rules = None,
    metrics: o.Shown = CARD.metrics,
    by: o.Part = CARD.by,
    portfolio: o.Portfolio = CARD.portfolio,
    intervals: o.Intervals = CARD.intervals,
    deflate: o.Deflate = False,
    ledger: o.Ledger = "default",
    trades: o.TradesFile = None,
    returns: o.ReturnsFile = None,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Trade predictions with costs; print metrics beside the baselines.

    \b
    signalcli backtest predictions.csv --cost-bps 5
    """
    from signalcli.evaluation.evaluate import evaluate
    from signalcli.io.csv import read_table
    from signalcli.schemas import PREDICTIONS

    trading = trading_rule(context)
    table = read_table(source(predictions, "PREDICTIONS", "fit"), PREDICTIONS)
    card, tried = card_spec(context), trials_of(ledger, table, wanted=deflate)
    if trades is not None:
        from signalcli.backtest.trades import trades as list_trades

        emit(list_trades(table, trading), trades, None)
    if returns is None:
        emit_metrics(widened(evaluate(table, trading, card, tried), table, trading, card), output, form)
        return
    from signalcli.backtest.simulate import backtest as trade
    from signalcli.evaluation.scorecard import scorecard

    booked = trade(table, trading)
    found = widened(scorecard(booked, card, tried), table, trading, card)
    emit_results(booked, found, returns, output, form)


def widened(
    found: pd.DataFrame, predictions: pd.DataFrame, rule: TradingRule, card: ScorecardConfig
) -> pd.DataFrame:
    """METRICS with those of single trades, where all are wanted; parts of a run cut trades in two."""
    if card.metrics != "all" or card.by != "symbol":
        return found
    from signalcli.backtest.trades import trades
    from signalcli.evaluation.trade_metrics import with_trades

    return with_trades(found, trades(predictions, rule))


def emit_results(
    booked: pd.DataFrame, found: pd.DataFrame, returns: str | None, output: str, form: o.TableFormat | None
) -> None:
    """METRICS, and RETURNS where they are wanted; RETURNS on stdout take the place of METRICS."""
    if returns is not None:
        emit(booked, returns, None if returns != STDIO or form == "table" else form)
    if returns != STDIO or output != STDIO:
        emit_metrics(found, output, form)
