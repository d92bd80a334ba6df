"""The best score that as many trials without skill would have reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from signalcli.config.tuning import LOWER_IS_BETTER, Objective
from signalcli.evaluation.metrics.record import LabelRecord
from signalcli.research.tuning.scores import OF_LABELS, net_score

DRAWS = 64


def expected_best(null: np.ndarray, objective: Objective) -> np.ndarray:
    """Expected best score of the first 1, 2, … n trials, (n,), from scores without skill (n, draws).

    A draw changes all trials in the same way, so trials that resemble each other count as few.
    """
    better = np.fmin if objective in LOWER_IS_BETTER else np.fmax
    return np.asarray(better.accumulate(null, axis=0).mean(axis=1))


def null_of_labels(records: Sequence[LabelRecord], objective: Objective) -> np.ndarray:
    """Scores of trials against labels that are shifted in time, (n_trials, `DRAWS`).

    A shift keeps how often each direction comes and how labels and predictions follow one another, and parts
    only the two from each other. All trials have the same labels.
    """
    score, y = OF_LABELS[objective], records[0].y
    shifts = np.linspace(0, len(y), DRAWS + 2)[1:-1].astype("int64")
    shifted = [np.roll(y, int(k)) for k in shifts]
    return np.array([[score(replace(record, y=labels)) for labels in shifted] for record in records])


def null_of_returns(net: pd.DataFrame, objective: Objective, horizon: int) -> np.ndarray:
    """Scores of net returns whose mean is 0, with random signs, (n_trials, `DRAWS`).

    net : (n_dates, n_trials). Dates of one block of ``horizon`` share their sign.
    """
    centered = net - net.mean()
    blocks = -(-len(net) // horizon)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (DRAWS, blocks)).repeat(horizon, axis=1)
    draws = [centered.mul(sign[: len(net)], axis=0) for sign in signs]
    return np.array([[net_score(draw[name], objective) for draw in draws] for name in net])


def running_best(scores: Sequence[float], objective: Objective) -> np.ndarray:
    """Best of the first 1, 2, … n scores, (n,); NaN before the first known one."""
    better: Callable[..., np.ndarray] = np.fmin if objective in LOWER_IS_BETTER else np.fmax
    return np.asarray(better.accumulate(np.asarray(scores, "float64")))  # type: ignore[attr-defined]
