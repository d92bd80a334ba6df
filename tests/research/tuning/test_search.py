"""One search: which trials are stopped, which one is chosen, and what counts as tried."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError
from signalcli.research.tuning.samplers import Listed
from signalcli.research.tuning.search import BATCH, Search
from signalcli.research.tuning.space import Choice, grid
from signalcli.training.fits.fit import FitResult

ROWS = 40
CORRECT = np.random.default_rng(0).random(2 * ROWS)  # what a trial gets right: a row below its share


def inner_rows(step: int) -> pd.DataFrame:
    bars = random_bars(2 * ROWS + 1, 4)
    up = bars["close"].shift(-1) > bars["close"]
    rows = bars.assign(
        forward_return=bars["close"].shift(-1) / bars["close"] - 1,
        direction=up.astype("Int8"),
        label_end=bars["date"].shift(-1),
        horizon=1,
        fold=step + 1,
    )
    return rows.iloc[step * ROWS : (step + 1) * ROWS].reset_index(drop=True)


def search(values, **settings) -> Search:
    space = (Choice("share", tuple(values)),)
    config = TuneConfig(space="-", **{"objective": "accuracy", "choose": "best"} | settings)
    rows = [inner_rows(0), inner_rows(1)]
    return Search("m", "AAA", 1, [(0, 0)], rows, ("p_up",), space, Listed(grid(space)), config, TradingRule())


def p_up(share: float | tuple[int, float], step: int) -> FitResult:
    """Probabilities that are right on about this share of the rows; with a seed, on rows of their own."""
    up = inner_rows(step)["direction"].to_numpy("int64")
    seed, share = share if isinstance(share, tuple) else (0, share)
    right = np.random.default_rng(seed).random(2 * ROWS)[step * ROWS : (step + 1) * ROWS] < share
    return FitResult(np.where(right == (up == 1), 0.9, 0.1)[:, np.newaxis])


def run(one: Search, fail=()) -> Search:
    while one.start_batch():
        for step in range(2):
            tasks = one.tasks(step)
            one.take(
                step,
                ["no" if t.parameters["share"] in fail else p_up(t.parameters["share"], step) for t in tasks],
            )
        one.finish_batch()
    return one


def expected(share: float, steps: int = 2) -> float:
    return float(np.mean(CORRECT[: steps * ROWS] < share))


def test_scores_are_of_all_rows_so_far() -> None:
    one = run(search([0.3, 0.7]))
    assert [t.scores for t in one.trials] == [
        [expected(0.3, 1), expected(0.3)],
        [expected(0.7, 1), expected(0.7)],
    ]
    assert one.best.parameters == {"share": 0.7}


def test_what_is_behind_the_median_of_finished_trials_is_stopped() -> None:
    values = [0.5 + k / 100 for k in range(BATCH)] + [0.1, 0.9]
    one = run(search(values))
    assert [t.state for t in one.trials] == ["finished"] * BATCH + ["stopped", "finished"]
    assert len(one.trials[BATCH].p) == 1, "a stopped trial is not fitted on the next inner fold"
    assert {t.state for t in run(search(values, stop_early=False)).trials} == {"finished"}


def test_a_stopped_trial_cannot_win() -> None:
    one = run(search([0.5 + k / 100 for k in range(BATCH)] + [0.1]))
    one.trials[-1].scores[-1] = 0.99  # of the first inner fold alone
    assert one.trials[-1].state == "stopped"
    assert one.best.scores[-1] == max(trial.scores[-1] for trial in one.trials[:-1])


def test_nothing_is_stopped_before_enough_have_finished() -> None:
    assert {t.state for t in run(search([0.9, 0.8, 0.7, 0.1])).trials} == {"finished"}


def test_lower_is_better_for_losses() -> None:
    assert run(search([0.3, 0.7], objective="log_loss")).best.parameters == {"share": 0.7}
    values = [0.5 + k / 100 for k in range(BATCH)] + [0.1, 0.9]
    states = [t.state for t in run(search(values, objective="brier")).trials]
    assert states[BATCH:] == ["stopped", "finished"]


def test_of_equal_trials_the_first_is_best() -> None:
    assert run(search([0.6, 0.6000001, 0.2])).best.number == 1


def test_the_simplest_within_one_standard_error() -> None:
    values = [0.3, (5, 0.74), (3, 0.74), (6, 0.76)]  # a standard error of 80 rows is .07
    near = run(search(values, choose="simplest"))
    found = [t.score for t in near.trials]
    assert found[1:] == [0.7125, 0.725, 0.7]
    assert near.best.number == 3
    assert near.chosen.number == 2
    assert run(search(values)).chosen.number == 3
    assert run(search([0.2, 0.9], choose="simplest")).chosen.number == 2


def test_a_failed_trial_says_why_and_does_not_win() -> None:
    one = run(search([0.9, 0.5]), fail=[0.9])
    assert [(t.state, t.reason) for t in one.trials] == [("failed", "no"), ("finished", "")]
    assert one.chosen.number == 2
    with pytest.raises(DataError, match="AAA: m: no trial could be fitted: no"):
        _ = run(search([0.9]), fail=[0.9]).best


def test_a_proposal_that_was_tried_is_not_fitted_again() -> None:
    one = search([0.5, 0.6])
    told = []
    one.sampler = Listed(iter([{"share": 0.5}, {"share": 0.6}, {"share": 0.5}]))
    one.sampler.tell = told.append
    run(one)
    assert len(one.trials) == 2
    assert [t.number for t in told] == [1, 2, 1]
