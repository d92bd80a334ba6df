"""Comparison → VERDICT with tests of all models of a symbol together."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from signalcli.config.comparison import CRITERIA
from signalcli.evaluation.comparison.candidates import Candidates
from signalcli.evaluation.comparison.compare import Comparison
from signalcli.evaluation.significance.multiple import compare_models
from signalcli.evaluation.significance.overfitting import BLOCKS, pbo
from signalcli.schemas import BASELINES
from signalcli.training.cluster.cluster import Cluster
from signalcli.training.cluster.spread import spread_over


def joint_tests(comparison: Comparison, jobs: int = 1, cluster: Cluster | None = None) -> pd.DataFrame:
    """VERDICT with four more columns, about all models of a symbol together.

    ``spa_p`` is the p-value of the best model if none beats the baseline, ``better`` whether a model beats it
    when all are tested together, ``best_p`` the p-value of being among the best models, and ``pbo``, in the
    rows of the net return, the probability that the best fit (seeds included) was selected by luck. Each
    symbol is a task, in ``jobs`` processes or on a ``cluster``, with the same bytes. Raises UsageError when
    arch is not installed.
    """
    parts = spread_over(jobs, cluster)(_tests_of_symbol, comparison, list(comparison.candidates))
    return pd.concat(list(parts)).sort_index()


def _tests_of_symbol(comparison: Comparison, symbol: str) -> pd.DataFrame:
    """Rows of one symbol."""
    verdict, candidates = comparison.table, comparison.candidates[symbol]
    horizon = next(iter(candidates.values())).horizon
    parts = []
    for criterion in CRITERIA:
        rows = verdict[(verdict["symbol"] == symbol) & (verdict["criterion"] == criterion)]
        losses = np.column_stack([candidates[model].losses(criterion) for model in rows["model"]])
        baseline = candidates[rows["baseline"].iloc[0]].losses(criterion)
        tests = compare_models(losses, baseline, alpha=comparison.config.alpha, horizon=horizon(criterion))
        luck = _overfitting(candidates) if criterion == "net_return" else math.nan
        better = tests.better.astype("int64")
        parts.append(rows.assign(spa_p=tests.spa, better=better, best_p=tests.best, pbo=luck))
    return pd.concat(parts)


def _overfitting(candidates: Candidates) -> float:
    """`pbo` of all fits except baselines; NaN for a single one, for equal ones, and for too few bars."""
    net = [r.net for name, c in candidates.items() if name not in BASELINES for r in c.records]
    return pbo(np.column_stack(net)) if len(net) > 1 and len(net[0]) >= 2 * BLOCKS else math.nan
