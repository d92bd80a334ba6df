"""What luck would have found: curves, overfitting, and the deflated Sharpe ratio of the choice."""

import math

import numpy as np
import pandas as pd
import pytest

from signalcli.evaluation.metrics.record import LabelRecord
from signalcli.evaluation.metrics.sharpe import deflated, expected_maximum, moments
from signalcli.research.tuning.noise import expected_best, null_of_labels, null_of_returns, running_best
from signalcli.research.tuning.verdict import deflated_column, overfitting, trials_of

N = 500


def record(rng: np.random.Generator, y: np.ndarray) -> LabelRecord:
    predicted = rng.integers(0, 2, len(y))
    p = np.where(predicted == 1, 0.6, 0.4)
    return LabelRecord(
        y=y,
        predicted=predicted,
        p=np.column_stack([1 - p, p]),
        classes=np.array([0, 1]),
        forward_returns=np.zeros(len(y)),
        label_dates=np.arange(len(y)).astype("datetime64[D]"),
        label_bars=np.arange(len(y)),
        horizon=1,
        band=None,
    )


def test_independent_trials_have_the_expected_maximum_of_gaussians(rng) -> None:
    y = rng.integers(0, 2, N)
    null = null_of_labels([record(rng, y) for _ in range(60)], "accuracy")
    best = expected_best(null, "accuracy")
    assert np.all(np.diff(best) >= 0)
    for trials in (10, 60):
        wanted = 0.5 + expected_maximum(trials) * 0.5 / math.sqrt(N)
        assert best[trials - 1] == pytest.approx(wanted, abs=0.006)


def test_a_copy_adds_no_luck_and_lower_is_better_for_losses(rng) -> None:
    y = rng.integers(0, 2, N)
    one, other = record(rng, y), record(rng, y)
    copies = expected_best(null_of_labels([one] * 5 + [other], "log_loss"), "log_loss")
    assert np.ptp(copies[:5]) == 0
    assert copies[5] < copies[4]


def test_shifts_break_what_is_known(rng) -> None:
    y = rng.integers(0, 2, N)
    seer = record(rng, y)
    knows = LabelRecord(**{**vars(seer), "predicted": y})
    null = null_of_labels([knows], "accuracy")
    assert null.mean() == pytest.approx(0.5, abs=0.02)
    assert null.max() < 0.7, "no shift is none"


def test_net_returns_without_skill(rng) -> None:
    index = pd.bdate_range("2020-01-01", periods=N)
    net = pd.DataFrame(rng.standard_normal((N, 40)) * 0.01 + 0.005, index=index)
    null = null_of_returns(net, "net_return", horizon=1)
    best = expected_best(null, "net_return")
    assert best[0] == pytest.approx(0, abs=3 * 0.01 / math.sqrt(N * 64))
    assert best[-1] == pytest.approx(expected_maximum(40) * 0.01 / math.sqrt(N), rel=0.15)
    blocks = null_of_returns(net.cumsum(), "net_return", horizon=50)
    assert blocks.std() > 3 * null_of_returns(net.cumsum(), "net_return", horizon=1).std()


def test_running_best_waits_for_the_first_score() -> None:
    assert running_best([np.nan, 0.5, 0.7, np.nan, 0.6], "accuracy")[1:].tolist() == [0.5, 0.7, 0.7, 0.7]
    assert running_best([0.7, 0.6, 0.65], "log_loss").tolist() == [0.7, 0.6, 0.6]


def test_overfitting_needs_several_trials_and_enough_bars(rng) -> None:
    noise = rng.standard_normal((N, 10))
    assert 0.2 < overfitting(noise) < 0.8
    assert overfitting(noise + np.eye(10)[0]) < 0.01
    assert math.isnan(overfitting(noise[:, :1]))
    assert math.isnan(overfitting(noise[:7]))
    assert 0 <= overfitting(noise[:9]) <= 1


def test_the_sharpe_ratio_is_deflated_by_the_trials_of_the_search(rng) -> None:
    index = pd.bdate_range("2020-01-01", periods=N)
    net = pd.DataFrame(rng.standard_normal((N, 20)), index=index)
    trials = trials_of(net)
    sharpes = [moments(net[c].to_numpy())[0] for c in net]
    assert trials.number == 20
    assert trials.variance == pytest.approx(np.var(sharpes, ddof=1))
    assert trials.luck == pytest.approx(expected_maximum(20), rel=0.15)
    best = int(np.argmax(sharpes))
    wanted = deflated(sharpes[best], N, *moments(net[best].to_numpy())[1:], *trials)
    assert deflated_column(net, best) == wanted
    assert math.isnan(deflated_column(net.assign(flat=0.0), "flat"))
