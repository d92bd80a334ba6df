"""Many models at once: is any of them better than a benchmark, which are, and which may be the best.

Needs arch, the optional dependency ``signalcli[many]``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from signalcli.errors import UsageError
from signalcli.evaluation.significance.bootstrap import block_length


class Many(NamedTuple):
    """What the losses of many models say together.

    spa : chance of a best model this good when none is better than the benchmark (Hansen 2005, consistent).
    better : (n_models,) bool, better than the benchmark with a family-wise error kept (Romano, Wolf 2005).
    best : (n_models,) p-value of being among the best (model confidence set, Hansen, Lunde, Nason 2011).
    """

    spa: float
    better: np.ndarray
    best: np.ndarray


def many(
    losses: np.ndarray, benchmark: np.ndarray, *, alpha: float = 0.05, resamples: int = 1000, seed: int = 0
) -> Many:
    """Tests of many models by the stationary bootstrap.

    losses : (n_rows, n_models) on the same rows in time order, benchmark : (n_rows,); smaller is better.
    Raises UsageError when arch is not installed.
    """
    how = _how(losses, benchmark, resamples, seed)
    better = _better(losses, benchmark, alpha, how)
    return Many(superior(losses, benchmark, resamples, seed), better, _best(losses, alpha, how))


def superior(losses: np.ndarray, benchmark: np.ndarray, resamples: int = 1000, seed: int = 0) -> float:
    """Chance of a best model this good when none is better than the benchmark: ``Many.spa``."""
    test = _arch().SPA(benchmark, losses, **_how(losses, benchmark, resamples, seed))
    test.compute()
    return float(test.pvalues["consistent"])


def _how(losses: np.ndarray, benchmark: np.ndarray, resamples: int, seed: int) -> dict[str, Any]:
    """The bootstrap, with blocks as long as the most dependent difference needs."""
    length = max(round(max(block_length(column) for column in (losses - benchmark[:, np.newaxis]).T)), 1)
    return {"reps": resamples, "block_size": length, "bootstrap": "stationary", "seed": seed}


def _better(losses: np.ndarray, benchmark: np.ndarray, alpha: float, how: dict[str, Any]) -> np.ndarray:
    """Models found better step by step, each time among those that are left, while there are more.

    arch's own StepM cannot end when every model is better.
    """
    better = np.zeros(losses.shape[1], dtype=bool)
    while not better.all():
        left = np.flatnonzero(~better)
        test = _arch().SPA(benchmark, losses[:, left], **how)
        test.compute()
        found = left[np.asarray(test.better_models(pvalue=alpha), dtype="int64")]
        if not len(found):
            break
        better[found] = True
    return better


def _best(losses: np.ndarray, alpha: float, how: dict[str, Any]) -> np.ndarray:
    """Confidence-set p-value of each model; 1 for a single one."""
    if losses.shape[1] < 2:
        return np.ones(losses.shape[1])
    among = _arch().MCS(losses, size=alpha, **how)
    among.compute()
    return among.pvalues["Pvalue"].sort_index().to_numpy("float64")


def _arch() -> Any:
    try:
        import arch.bootstrap
    except ImportError as error:
        raise UsageError("EXTRA-NONE", "--many needs arch: pip install 'signalcli[many]'") from error
    return arch.bootstrap
