"""PREDICTIONS under a trading rule → a report as data."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, count, shortened
from signalcli.evaluation.comparison.compare import compare
from signalcli.report.document.document import Document
from signalcli.report.document.importance import importance
from signalcli.report.document.origin import origin
from signalcli.report.document.parts import parts
from signalcli.report.document.performance import months, moving_windows, performance
from signalcli.report.document.probabilities import probabilities
from signalcli.report.document.trades import trades
from signalcli.report.document.verdict import verdict, verdict_sentence
from signalcli.report.results import Results, is_baseline, short_name
from signalcli.tracking.provenance import Provenance


def build_document(
    predictions: pd.DataFrame,
    rule: TradingRule,
    config: ComparisonConfig,
    known: Provenance,
    importances: pd.DataFrame | None = None,
) -> Document:
    """The report on PREDICTIONS, with what the ledger knows of them, and IMPORTANCE if at hand.

    Raises DataError.
    """
    results, refused = _results(predictions, rule, config, known)
    sentence, edge = verdict_sentence(results, config, refused)
    sections = (
        *verdict(results, config),
        performance(results),
        moving_windows(results),
        months(results),
        probabilities(results),
        *(() if importances is None or importances.empty else (importance(importances),)),
        parts(results),
        trades(results),
        origin(results, known),
    )
    title = f"signalcli report: {shortened([short_name(s) for s in results.symbols])}"
    headline = f"{'An' if edge else 'No'} edge over the baselines"
    return Document(title, headline, sentence, edge, _facts(results, known), sections)


def _results(
    predictions: pd.DataFrame, rule: TradingRule, config: ComparisonConfig, known: Provenance
) -> tuple[Results, str]:
    """Results with their VERDICT, or without one and the reason."""
    results = Results(predictions, backtest(predictions, rule), rule, trials=known.trials)
    try:
        table = compare(predictions, config, rule, known.trials).table
    except DataError as error:
        return results, error.message
    return replace(results, verdict=table), ""


def _facts(results: Results, known: Provenance) -> tuple[tuple[str, str], ...]:
    dates = results.returns["date"]
    first = next(iter(results.shown.values()))
    models = [short_name(m) for m in results.shown if not is_baseline(m)]
    a_year = f" ({first.per_year:g} a year)" if math.isfinite(first.per_year) else ""
    trials = max((t.number for t in known.trials.values()), default=None)
    return (
        ("Tested", f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"),
        ("Symbols", count(len(results.symbols), "symbol")),
        ("Bars", f"{len(first.net):,}{a_year}"),
        ("Models", shortened(models) if models else "baselines only"),
        ("Folds", str(results.returns["fold"].nunique())),
        ("Costs", f"{results.rule.cost_bps:g} bps of turnover"),
        ("Trials on these data", "not known" if trials is None else f"{trials:,}"),
    )
