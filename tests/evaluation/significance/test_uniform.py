"""p-values where there is nothing to be found: as often below a level as the level says."""

import numpy as np
import pytest
from scipy import stats
from scipy.signal import lfilter

from signalcli.evaluation.metrics.sharpe import deflated, expected_maximum, moments, probabilistic
from signalcli.evaluation.significance.bootstrap import interval
from signalcli.evaluation.significance.multiple import spa_p
from signalcli.evaluation.significance.paired import mcnemar

SIMULATIONS = 2000


def test_psr_is_uniform_when_nothing_is_earned() -> None:
    rng = np.random.default_rng(21)
    found = []
    for _ in range(SIMULATIONS):
        net = rng.standard_t(8, 1000)
        sharpe, skew, kurtosis = moments(net)
        found.append(probabilistic(sharpe, 1000, skew, kurtosis))
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_dsr_of_the_best_of_many_worthless_trials_is_about_one_half() -> None:
    """The hurdle is the expected best, so the best one is above it about as often as below."""
    rng = np.random.default_rng(22)
    found = []
    for _ in range(300):
        sharpes = rng.standard_normal((500, 40)).mean(axis=0)
        best = sharpes.max()
        found.append(deflated(best, 500, 0.0, 3.0, 40, float(np.var(sharpes, ddof=1))))
    assert np.median(found) == pytest.approx(0.5, abs=0.06)
    assert expected_maximum(40) > 2


def test_mcnemar_is_exact_so_never_too_often_below_its_level() -> None:
    rng = np.random.default_rng(23)
    found = np.array(
        [mcnemar(rng.random(300) < 0.52, rng.random(300) < 0.52).p_value for _ in range(SIMULATIONS)]
    )
    for level in (0.01, 0.05, 0.1, 0.5):
        below = np.mean(found <= level)
        assert below <= level + 3 * np.sqrt(level * (1 - level) / SIMULATIONS)
        assert below > 0.6 * level, "exact on whole numbers, not blind"


@pytest.mark.slow
def test_spa_is_uniform_when_no_model_is_better() -> None:
    pytest.importorskip("arch")
    rng = np.random.default_rng(24)
    found = []
    for i in range(SIMULATIONS):
        losses = rng.standard_normal((120, 3))
        found.append(spa_p(losses[:, 1:], losses[:, 0], resamples=100, seed=i))
    assert stats.kstest(found, "uniform").pvalue > 0.01
    assert 0.03 < np.mean(np.array(found) < 0.05) < 0.075


@pytest.mark.slow
def test_intervals_of_dependent_returns_hold_the_truth_in_95_of_100() -> None:
    """The mean of an AR(1), which resampling of single bars would call too sure."""
    rng = np.random.default_rng(25)
    held = 0
    for i in range(1000):
        noise = rng.standard_normal(650)
        noise[0] = 0.0
        x = lfilter([1.0], [1.0, -0.1], noise)[50:]
        low, high = interval(x, np.mean, random_state=i)
        held += low < 0 < high
    assert 0.93 <= held / 1000 <= 0.97
