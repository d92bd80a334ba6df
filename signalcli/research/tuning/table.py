"""Searches → TUNING: a row for each outer fold, one for all of them, one for the search of all rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.sharpe import Trials, deflated, moments
from signalcli.evaluation.significance.shares import share_interval
from signalcli.research.tuning.scores import gap, label_record_by_model, net_by_model, scores
from signalcli.research.tuning.search import Search
from signalcli.research.tuning.space import as_text
from signalcli.research.tuning.trial import FAILED, STOPPED
from signalcli.research.tuning.tune import Tuned
from signalcli.research.tuning.verdict import SearchVerdict
from signalcli.training.plan import EVERY_SYMBOL

COLUMNS = (
    "symbol", "model", "fold", "test_start", "test_end", "trials", "stopped", "failed", "objective",
    "inner_rows", "inner_score", "noise_best", "inner_dsr", "pbo", "outer_rows", "outer_score", "gap",
    "accuracy", "accuracy_low", "accuracy_high", "dsr", "parameters",
)  # fmt: skip
HISTORY = (
    "symbol", "model", "fold", "trial", "state", "inner_folds", "score", "best", "noise_best", "parameters",
    "reason",
)  # fmt: skip
ALL, BEST = "all", "best"  # instead of the number of a fold: every outer row, and the search of all rows


def tuning_table(
    tuned: Tuned,
    verdicts: list[SearchVerdict],
    trials: Mapping[str, Trials],
    rule: TradingRule,
) -> pd.DataFrame:
    """TUNING of searches with their verdicts, in the columns `COLUMNS`.

    ``verdicts`` are those of ``tuned.searches``, then of ``tuned.whole``. ``trials`` deflate the Sharpe ratio
    of all outer rows of a symbol.
    """
    outer, rows = verdicts[: len(tuned.searches)], []
    pairs = list(zip(tuned.searches, outer, strict=True))
    for symbol, model in dict.fromkeys((s.label, s.model) for s in tuned.searches):
        own = [pair for pair in pairs if (pair[0].label, pair[0].model) == (symbol, model)]
        rows += list(_rows(tuned, own, trials.get(symbol), rule))
    whole = zip(tuned.whole, verdicts[len(outer) :], strict=True)
    rows += [_search_columns(search, verdict) for search, verdict in whole]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    tuned: Tuned, own: list[tuple[Search, SearchVerdict]], trials: Trials | None, rule: TradingRule
) -> Iterator[dict[str, Any]]:
    """Rows of one model on one symbol: each fold, then all of them."""
    first = own[0][0]
    predictions = tuned.predictions[tuned.predictions["model"] == first.model]
    if first.label != EVERY_SYMBOL:
        predictions = predictions[predictions["symbol"] == first.label]
    for search, verdict in own:
        tested = predictions[predictions["fold"] == search.fold]
        yield _search_columns(search, verdict) | _outer_columns(search, verdict.chosen.score, tested, rule)
    counted = [_search_columns(search, verdict) for search, verdict in own]
    mean = float(np.mean([verdict.chosen.score for _, verdict in own]))
    summed = {name: sum(row[name] for row in counted) for name in ("stopped", "failed", "inner_rows")}
    tried = {repr(trial.parameters) for search, _ in own for trial in search.trials}
    yield {
        **{name: counted[0][name] for name in ("symbol", "model", "objective")},
        **summed,
        "trials": len(tried),
        "fold": ALL,
        "inner_score": mean,
        **_outer_columns(first, mean, predictions, rule),
        "dsr": _deflated(predictions, first.model, rule, trials),
    }


def _search_columns(search: Search, verdict: SearchVerdict) -> dict[str, Any]:
    return {
        "symbol": search.label,
        "model": search.model,
        "fold": BEST if search.fold is None else str(search.fold),
        "trials": len(search.trials),
        "stopped": len(search.of_state(STOPPED)),
        "failed": len(search.of_state(FAILED)),
        "objective": search.config.objective,
        "inner_rows": verdict.rows,
        "inner_score": verdict.chosen.score,
        "noise_best": verdict.noise_best[-1],
        "inner_dsr": verdict.dsr,
        "pbo": verdict.pbo,
        "parameters": as_text(verdict.chosen.parameters),
    }


def _outer_columns(
    search: Search, inner_score: float, predictions: pd.DataFrame, rule: TradingRule
) -> dict[str, Any]:
    """Scores of outer test rows of one model."""
    objective = search.config.objective
    outer = scores(predictions, objective, rule).get(search.model, math.nan)
    record = label_record_by_model(predictions)[search.model]
    bars = np.searchsorted(np.unique(predictions["date"]), record.label_dates)
    correct = record.y == record.predicted
    low, high = share_interval(correct, record.horizon, bars)
    return {
        "test_start": predictions["date"].min(),
        "test_end": predictions["date"].max(),
        "outer_rows": len(predictions),
        "outer_score": outer,
        "gap": gap(inner_score, outer, objective),
        "accuracy": float(np.mean(correct)) if len(correct) else math.nan,
        "accuracy_low": low,
        "accuracy_high": high,
    }


def _deflated(predictions: pd.DataFrame, model: str, rule: TradingRule, trials: Trials | None) -> float:
    net = net_by_model(predictions, rule)[model].to_numpy("float64")
    sharpe, skew, kurtosis = moments(net)
    if trials is None or math.isnan(sharpe):
        return math.nan
    return deflated(sharpe, len(net), skew, kurtosis, *trials)


def history_table(tuned: Tuned, verdicts: list[SearchVerdict]) -> pd.DataFrame:
    """Every trial in its order, in the columns `HISTORY`; ``best`` and ``noise_best`` are those so far."""
    searches = [*tuned.searches, *tuned.whole]
    rows = [row for pair in zip(searches, verdicts, strict=True) for row in _history(*pair)]
    return pd.DataFrame(rows, columns=list(HISTORY))


def _history(search: Search, verdict: SearchVerdict) -> Iterator[dict[str, Any]]:
    for trial, best, noise in zip(search.trials, verdict.best_so_far, verdict.noise_best, strict=True):
        yield {
            "symbol": search.label,
            "model": search.model,
            "fold": BEST if search.fold is None else str(search.fold),
            "trial": trial.number,
            "state": trial.state,
            "inner_folds": len(trial.scores),
            "score": trial.score,
            "best": best,
            "noise_best": noise,
            "parameters": as_text(trial.parameters),
            "reason": trial.reason or None,
        }
