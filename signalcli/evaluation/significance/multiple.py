"""Many models at once: p-values corrected for their number, and which is better than a benchmark.

`compare_models` needs arch, the optional dependency ``signalcli[many]``.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from signalcli.evaluation.significance.bootstrap import block_length
from signalcli.io.libraries import require_library

ROUNDING = 1e-12  # smaller differences of losses are rounding


class JointTests(NamedTuple):
    """Results for all models together.

    spa : p-value of the best model if none is better than the benchmark (Hansen 2005, consistent).
    better : (n_models,) bool, better than the benchmark at a family-wise error (Romano, Wolf 2005).
    best : (n_models,) p-value of being among the best (model confidence set, Hansen, Lunde, Nason 2011).
    """

    spa: float
    better: np.ndarray
    best: np.ndarray


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values corrected for their number, which controls the family-wise error (Holm 1979).

    NaN stays NaN and is not counted.
    """
    corrected = np.full(len(p_values), math.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    return corrected


def compare_models(
    losses: np.ndarray,
    benchmark: np.ndarray,
    *,
    alpha: float = 0.05,
    resamples: int = 1000,
    seed: int = 0,
    horizon: int = 1,
) -> JointTests:
    """Tests of many models by the stationary bootstrap.

    losses : (n_rows, n_models) on the same rows in time order, benchmark : (n_rows,); smaller is better.
    horizon : bars of a label. A model whose difference from the benchmark does not vary, as that of an equal
    one, is not better: its p-value is 1. Raises UsageError when arch is not installed.
    """
    if not (np.isfinite(losses).all() and np.isfinite(benchmark).all()):  # returns beyond every number
        models = losses.shape[1]
        return JointTests(math.nan, np.zeros(models, dtype=bool), np.full(models, math.nan))
    bootstrap = _bootstrap(losses, benchmark, resamples, seed, horizon)
    better = _better_models(losses, benchmark, alpha, bootstrap)
    spa = spa_p(losses, benchmark, resamples, seed, horizon)
    return JointTests(spa, better, _best_p(losses, alpha, bootstrap))


def spa_p(
    losses: np.ndarray, benchmark: np.ndarray, resamples: int = 1000, seed: int = 0, horizon: int = 1
) -> float:
    """p-value of the best model if none is better than the benchmark: ``JointTests.spa``."""
    tested = losses[:, _varies(losses - benchmark[:, np.newaxis])]
    if not tested.shape[1]:
        return 1.0
    test = _arch().SPA(benchmark, tested, **_bootstrap(tested, benchmark, resamples, seed, horizon))
    test.compute()
    return float(test.pvalues["consistent"])


def _varies(differences: np.ndarray) -> np.ndarray:
    """Whether each column varies beyond rounding."""
    return np.ptp(differences, axis=0) > ROUNDING * np.maximum(np.abs(differences).max(axis=0), 1.0)


def _bootstrap(
    losses: np.ndarray, benchmark: np.ndarray, resamples: int, seed: int, horizon: int
) -> dict[str, Any]:
    """Options of the bootstrap, with blocks as long as a label and the most dependent difference require."""
    lengths = [block_length(column) for column in (losses - benchmark[:, np.newaxis]).T]
    return {
        "reps": resamples,
        "block_size": max(round(max(lengths)), horizon),
        "bootstrap": "stationary",
        "seed": seed,
    }


def _better_models(
    losses: np.ndarray, benchmark: np.ndarray, alpha: float, bootstrap: dict[str, Any]
) -> np.ndarray:
    """Models found to be better step by step, each time among the remaining ones.

    arch's StepM does not end when every model is better.
    """
    better = np.zeros(losses.shape[1], dtype=bool)
    varies = _varies(losses - benchmark[:, np.newaxis])
    while (~better & varies).any():
        remaining = np.flatnonzero(~better & varies)
        test = _arch().SPA(benchmark, losses[:, remaining], **bootstrap)
        test.compute()
        step = remaining[np.asarray(test.better_models(pvalue=alpha), dtype="int64")]
        if not len(step):
            break
        better[step] = True
    return better


def _best_p(losses: np.ndarray, alpha: float, bootstrap: dict[str, Any]) -> np.ndarray:
    """p-value of each model in the model confidence set.

    Models whose difference does not vary are tested as one, the best of them: those that equal it have its
    p-value, those that are always worse have 0.
    """
    leaders = np.array([_leader(losses, model) for model in range(losses.shape[1])])
    tested = np.unique(leaders)
    p = _confidence_set(losses[:, tested], alpha, bootstrap)[np.searchsorted(tested, leaders)]
    worse = np.mean(losses - losses[:, leaders], axis=0) > ROUNDING
    return np.where(worse, 0.0, p)


def _leader(losses: np.ndarray, model: int) -> int:
    """The best model, the first of equal ones, among those whose difference from ``model`` does not vary."""
    alike = np.flatnonzero(~_varies(losses - losses[:, [model]]))
    means = losses[:, alike].mean(axis=0)
    return int(alike[means <= means.min() + ROUNDING][0])


def _confidence_set(losses: np.ndarray, alpha: float, bootstrap: dict[str, Any]) -> np.ndarray:
    """p-value of each of different models in the model confidence set; 1 for a single model."""
    if losses.shape[1] < 2:
        return np.ones(losses.shape[1])
    confidence_set = _arch().MCS(losses, size=alpha, **bootstrap)
    confidence_set.compute()
    return confidence_set.pvalues["Pvalue"].sort_index().to_numpy("float64")


def _arch() -> Any:
    require_library("arch", "--many")
    import arch.bootstrap

    return arch.bootstrap
