"""PREDICTIONS → VERDICT: every model compared with the best baseline on the same rows, with a test."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.comparison import CRITERIA, ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError, printable
from signalcli.evaluation.comparison.candidates import Candidate, Candidates, make_candidates
from signalcli.evaluation.metrics.sharpe import Trials, dsr
from signalcli.evaluation.significance.multiple import holm
from signalcli.evaluation.significance.paired import diebold_mariano, mcnemar
from signalcli.evaluation.significance.result import Test
from signalcli.schemas import BASELINES, PATH

COLUMNS = (
    "symbol", "model", "criterion", "value", "baseline", "baseline_value", "statistic", "p_value", "p_holm",
    "dsr", "shift_p", "seeds", "spread", "like", "verdict",
)  # fmt: skip

Row = dict[str, Any]


class Comparison(NamedTuple):
    """Result of `compare`.

    table : VERDICT. candidates : models and baselines of each symbol. config : what was asked for.
    """

    table: pd.DataFrame
    candidates: dict[str, Candidates]
    config: ComparisonConfig


def compare(
    predictions: pd.DataFrame,
    config: ComparisonConfig | None = None,
    rule: TradingRule | None = None,
    trials: Mapping[str, Trials] | None = None,
) -> Comparison:
    """VERDICT of PREDICTIONS: a row for each symbol, model and criterion, in the columns `COLUMNS`.

    Each model is compared with the baseline that is best on the same rows in hindsight, which favors the
    baseline. p-values are one-sided where the test has a side, and corrected within a criterion for the
    number of comparisons (Holm). A model with several seeds has the mean of their losses. ``verdict`` is
    ``edge``, ``no edge``, ``noise`` (an edge not larger than the spread over seeds) or ``collapsed`` (a model
    that predicts one direction on more than 95 % of the rows). ``spread`` is the standard deviation of
    ``value`` over seeds; ``like`` is the best model, where the difference from it is within that spread.

    The rows of the net return have ``dsr``, the deflated Sharpe ratio by the ``trials`` on the symbol's data,
    and ``shift_p``, the p-value of the timing of the positions. Raises DataError when a symbol has no
    baseline or no model.
    """
    config, rule = config or ComparisonConfig(), rule or TradingRule()
    if PATH in predictions:
        raise DataError("COMPARE-PATHS", "rows are tested on several paths; compare walk-forward predictions")
    by_symbol = backtest(predictions, rule).groupby("symbol", sort=True)
    candidates = {str(symbol): make_candidates(rows, rule) for symbol, rows in by_symbol}
    rows = [
        row
        for symbol, of_symbol in candidates.items()
        for row in _match_all(symbol, of_symbol, (trials or {}).get(symbol))
    ]
    for criterion in CRITERIA:
        matches = [row for row in rows if row["criterion"] == criterion]
        for row, p_holm in zip(matches, holm(np.array([r["p_value"] for r in matches])), strict=True):
            row |= {"p_holm": p_holm, "verdict": _verdict(row, p_holm, config.alpha)}
    rows.sort(key=lambda row: (row["symbol"], row["model"], CRITERIA.index(row["criterion"])))
    return Comparison(pd.DataFrame(rows, columns=list(COLUMNS)), candidates, config)


def _match_all(symbol: str, candidates: Candidates, trials: Trials | None) -> list[Row]:
    """Columns of all models of a symbol and all criteria, except those that need the other symbols."""
    _refuse_different_rows(symbol, candidates)
    rows = []
    for criterion in CRITERIA:
        best, similar = _best_baseline(candidates, criterion), _similar_models(candidates, criterion)
        of_return = criterion == "net_return"
        for model, candidate in candidates.items():
            if model in BASELINES:
                continue
            row: Row = {"symbol": symbol, "model": model, "criterion": criterion, "like": similar.get(model)}
            row |= _match(criterion, candidate, candidates[best]) | {"baseline": best}
            row["dsr"] = _mean_dsr(candidate, trials) if of_return else math.nan
            row["shift_p"] = candidate.timing_p if of_return else math.nan
            rows.append(row)
    return rows


def _match(criterion: str, candidate: Candidate, baseline: Candidate) -> Row:
    """Columns of one model and the best baseline."""
    test = _test(criterion, candidate, baseline)
    return {
        "value": float(np.mean(candidate.values(criterion))),
        "baseline_value": float(baseline.values(criterion)[0]),
        "statistic": test.statistic,
        "p_value": test.p_value,
        "seeds": len(candidate.records),
        "spread": candidate.spread(criterion),
        "collapsed": candidate.collapsed,
    }


def _mean_dsr(candidate: Candidate, trials: Trials | None) -> float:
    return float(np.mean([dsr(record.moments, record.net, trials) for record in candidate.records]))


def _best_baseline(candidates: Candidates, criterion: str) -> str:
    losses = {name: candidates[name].losses(criterion) for name in BASELINES if name in candidates}
    defined = [name for name in losses if np.isfinite(losses[name]).all()]
    return min(defined, key=lambda name: float(np.mean(losses[name])))


def _similar_models(candidates: Candidates, criterion: str) -> dict[str, str]:
    """Models whose difference from the best model is within the spread over seeds, with the best one.

    The spread of a difference is the root of the sum of both squared spreads; it is 0 without several seeds.
    """
    means = {m: float(np.mean(c.losses(criterion))) for m, c in candidates.items() if m not in BASELINES}
    best = min(means, key=lambda m: means[m])
    spreads = {m: float(np.nan_to_num(candidates[m].spread(criterion))) for m in means}
    similar = (m for m in means if means[m] - means[best] < np.hypot(spreads[m], spreads[best]))
    return {m: best for m in similar if m != best}


def _refuse_different_rows(symbol: str, candidates: Candidates) -> None:
    """Raise DataError unless there are models and baselines on the same rows: the tests are paired."""
    if all(name in BASELINES for name in candidates) or "majority" not in candidates:
        raise DataError(
            "COMPARE-BASELINE",
            f"{printable(symbol)}: no model or no baselines; signalcli fit writes both, compare needs both",
        )
    sizes = {name: {len(r.net) for r in c.records} for name, c in candidates.items()}
    different = [name for name in sizes if sizes[name] != sizes["majority"]]
    if different:
        raise DataError(
            "COMPARE-ROWS",
            f"{printable(symbol)}: {printable(different[0])} has {_row_counts(sizes[different[0]])} rows and "
            f"the baselines {_row_counts(sizes['majority'])}; compare models tested on the same dates",
        )
    if not len(candidates["majority"].records[0].y):
        raise DataError(
            "COMPARE-ROWS", f"{printable(symbol)}: no row with a known label is forecast by every model"
        )


def _row_counts(sizes: set[int]) -> str:
    return " or ".join(map(str, sorted(sizes)))


def _test(criterion: str, model: Candidate, baseline: Candidate) -> Test:
    """McNemar's test of accuracy, else Diebold and Mariano's, as for mean losses over seeds."""
    losses, baseline_losses = model.losses(criterion), baseline.losses(criterion)
    horizon = model.horizon(criterion)
    if criterion == "accuracy" and len(model.records) == 1:
        return mcnemar(losses == 0, baseline_losses == 0, horizon, model.records[0].label_bars)
    return diebold_mariano(losses, baseline_losses, horizon)


def _verdict(row: dict[str, Any], p_holm: float, alpha: float) -> str:
    if row["collapsed"]:
        return "collapsed"
    advantage = (row["value"] - row["baseline_value"]) * (-1 if row["criterion"] == "log_loss" else 1)
    if not (advantage > 0 and p_holm < alpha):
        return "no edge"
    return "noise" if advantage <= row["spread"] else "edge"
