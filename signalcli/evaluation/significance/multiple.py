"""Tests of many models at once: is any better than a benchmark, which are, and which may be the best.

Needs arch, the optional dependency ``signalcli[many]``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from signalcli.errors import UsageError
from signalcli.evaluation.significance.bootstrap import block_length


class JointTests(NamedTuple):
    """Results for all models together.

    spa : p-value of the best model if none is better than the benchmark (Hansen 2005, consistent).
    better : (n_models,) bool, better than the benchmark at a family-wise error (Romano, Wolf 2005).
    best : (n_models,) p-value of being among the best (model confidence set, Hansen, Lunde, Nason 2011).
    """

    spa: float
    better: np.ndarray
    best: np.ndarray


def compare_models(
    losses: np.ndarray, benchmark: np.ndarray, *, alpha: float = 0.05, resamples: int = 1000, seed: int = 0
) -> JointTests:
    """Tests of many models by the stationary bootstrap.

    losses : (n_rows, n_models) on the same rows in time order, benchmark : (n_rows,); smaller is better.
    Raises UsageError when arch is not installed.
    """
    bootstrap = _bootstrap(losses, benchmark, resamples, seed)
    better = _better_models(losses, benchmark, alpha, bootstrap)
    return JointTests(spa_p(losses, benchmark, resamples, seed), better, _best_p(losses, alpha, bootstrap))


def spa_p(losses: np.ndarray, benchmark: np.ndarray, resamples: int = 1000, seed: int = 0) -> float:
    """p-value of the best model if none is better than the benchmark: ``JointTests.spa``."""
    test = _arch().SPA(benchmark, losses, **_bootstrap(losses, benchmark, resamples, seed))
    test.compute()
    return float(test.pvalues["consistent"])


def _bootstrap(losses: np.ndarray, benchmark: np.ndarray, resamples: int, seed: int) -> dict[str, Any]:
    """Options of the bootstrap, with blocks as long as the most dependent difference requires."""
    length = max(round(max(block_length(column) for column in (losses - benchmark[:, np.newaxis]).T)), 1)
    return {"reps": resamples, "block_size": length, "bootstrap": "stationary", "seed": seed}


def _better_models(
    losses: np.ndarray, benchmark: np.ndarray, alpha: float, bootstrap: dict[str, Any]
) -> np.ndarray:
    """Models found to be better step by step, each time among the remaining ones.

    arch's StepM does not end when every model is better.
    """
    better = np.zeros(losses.shape[1], dtype=bool)
    while not better.all():
        remaining = np.flatnonzero(~better)
        test = _arch().SPA(benchmark, losses[:, remaining], **bootstrap)
        test.compute()
        step = remaining[np.asarray(test.better_models(pvalue=alpha), dtype="int64")]
        if not len(step):
            break
        better[step] = True
    return better


def _best_p(losses: np.ndarray, alpha: float, bootstrap: dict[str, Any]) -> np.ndarray:
    """p-value of each model in the model confidence set; 1 for a single model."""
    if losses.shape[1] < 2:
        return np.ones(losses.shape[1])
    confidence_set = _arch().MCS(losses, size=alpha, **bootstrap)
    confidence_set.compute()
    return confidence_set.pvalues["Pvalue"].sort_index().to_numpy("float64")


def _arch() -> Any:
    try:
        import arch.bootstrap
    except ImportError as error:
        raise UsageError("EXTRA-NONE", "--many needs arch: pip install 'signalcli[many]'") from error
    return arch.bootstrap
