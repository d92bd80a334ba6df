"""What a finished search is worth: the chosen trial beside what luck alone would have found."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.sharpe import Trials, deflated, moments
from signalcli.evaluation.significance.overfitting import BLOCKS, pbo
from signalcli.features.labels.overlap import horizon
from signalcli.research.tuning.noise import expected_best, null_of_labels, null_of_returns, running_best
from signalcli.research.tuning.scores import OF_LABELS, label_record_by_model, net_by_model
from signalcli.research.tuning.search import Search, name_of
from signalcli.research.tuning.trial import FINISHED, Trial
from signalcli.tracking.luck import draw, join
from signalcli.tracking.luck import expected_best as expected_luck

FEWEST_BLOCKS = 4


class SearchVerdict(NamedTuple):
    """The chosen trial of a search, and how much of the search luck explains.

    Parameters
    ----------
    chosen : Trial
    rows : int
        Inner test rows.
    best_so_far, noise_best : (n_trials,) arrays
        Best score of the finished trials up to each trial, and the expected best of as many without skill.
    pbo : float
        Probability of backtest overfitting among the finished trials.
    dsr : float
        Probability that the net Sharpe ratio of the chosen trial is above the best of as many without skill.
    """

    chosen: Trial
    rows: int
    best_so_far: np.ndarray
    noise_best: np.ndarray
    pbo: float
    dsr: float


def judge(search: Search) -> SearchVerdict:
    """Verdict on a search whose trials have all run. Raises DataError without a finished trial."""
    chosen, finished = search.chosen, search.of_state(FINISHED)
    predictions = search.predictions(finished)
    nets = net_by_model(predictions, search.rule)
    net = pd.DataFrame({name_of(trial): nets[name_of(trial)] for trial in finished})
    known = [t.score if t.state == FINISHED else np.nan for t in search.trials]
    return SearchVerdict(
        chosen,
        sum(map(len, search.rows)),
        running_best(known, search.config.objective),
        _noise(search, finished, predictions, net),
        overfitting(net.to_numpy()),
        deflated_column(net, name_of(chosen)),
    )


def _noise(search: Search, finished: list[Trial], predictions: pd.DataFrame, net: pd.DataFrame) -> np.ndarray:
    """Expected best without skill of the finished trials up to each trial, (n_trials,)."""
    objective = search.config.objective
    if objective in OF_LABELS:
        records = label_record_by_model(predictions)
        null = null_of_labels([records[name_of(trial)] for trial in finished], objective)
    else:
        null = null_of_returns(net, objective, horizon(predictions))
    expected = expected_best(null, objective)
    finished_so_far = np.cumsum([trial.state == FINISHED for trial in search.trials])
    return np.array([expected[k - 1] if k else np.nan for k in finished_so_far])


def overfitting(net: np.ndarray) -> float:
    """`pbo` with as many blocks as the bars allow; NaN for one trial or too few bars."""
    blocks = min(BLOCKS, len(net) // 2 // 2 * 2)
    return pbo(net, blocks) if net.shape[1] > 1 and blocks >= FEWEST_BLOCKS else math.nan


def deflated_column(net: pd.DataFrame, name: str) -> float:
    """Deflated Sharpe ratio of one column of net returns among all; NaN where its returns do not vary."""
    sharpe, skew, kurtosis = moments(net[name].to_numpy())
    if math.isnan(sharpe):
        return math.nan
    return deflated(sharpe, len(net), skew, kurtosis, *trials_of(net))


def trials_of(net: pd.DataFrame) -> Trials:
    """The columns of a table of net returns by date, as trials."""
    sharpes = [s for s in (moments(net[name].to_numpy())[0] for name in net) if not math.isnan(s)]
    variance = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0
    dates = net.index.to_numpy()
    return Trials(net.shape[1], variance, expected_luck(join([draw(dates, net[c].to_numpy()) for c in net])))
