"""Probability of backtest overfitting: noise, a true winner, and a slow oracle."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from signalcli.evaluation.significance.overfitting import _sharpe, pbo


def slow(net: np.ndarray, blocks: int) -> float:
    parts = np.split(net, blocks)
    lost = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        best = int(np.argmax(inside.mean(axis=0) / inside.std(axis=0)))
        scores = outside.mean(axis=0) / outside.std(axis=0)
        rank = 1 + sum(score < scores[best] for score in scores)
        lost.append(rank / (net.shape[1] + 1) <= 0.5)
    return float(np.mean(lost))


def test_equals_the_slow_way(rng: np.random.Generator) -> None:
    net = rng.standard_normal((96, 7))
    assert pbo(net, 8) == slow(net, 8)


def test_about_one_half_on_noise(rng: np.random.Generator) -> None:
    found = [pbo(rng.standard_normal((320, 20)), 8) for _ in range(150)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)


def test_near_zero_with_one_dominant_configuration(rng: np.random.Generator) -> None:
    net = rng.standard_normal((800, 20))
    net[:, 7] += 0.4
    assert pbo(net, 16) < 0.05


def test_bars_that_fill_no_block_are_left_out_at_the_beginning(rng: np.random.Generator) -> None:
    net = rng.standard_normal((83, 5))
    assert pbo(net, 8) == pbo(net[3:], 8)


def test_equal_configurations_share_their_rank() -> None:
    """The best stands there twice: rank 2.5 of 3 is above the median, 2 (the lowest of both) is not."""
    rng = np.random.default_rng(4)
    net = rng.standard_normal((320, 2)) + np.array([0.4, 0.0])
    assert pbo(net, 8) == 0
    assert pbo(net[:, [0, 0, 1]], 8) == 0
    assert pbo(net[:, [0, 1, 0, 1]], 8) == 0
    assert np.isnan(pbo(net[:, [0, 0]], 8)), "nothing was chosen"


@pytest.mark.parametrize("seed", range(5))
def test_ranks_of_equal_configurations_by_slow_means(seed: int) -> None:
    """Configurations that are there several times, ranked by scipy."""
    rng = np.random.default_rng(seed)
    net = rng.standard_normal((96, 3))[:, rng.integers(0, 3, 6)]
    parts, lost = np.split(net, 8), []
    for chosen in combinations(range(8), 4):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(8) if i not in chosen])
        best = int(np.argmax(np.round(inside.mean(axis=0) / inside.std(axis=0), 10)))
        ranks = stats.rankdata(np.round(outside.mean(axis=0) / outside.std(axis=0), 10))
        lost.append(ranks[best] / 7 <= 0.5)
    assert pbo(net, 8) == pytest.approx(float(np.mean(lost)))


@pytest.mark.parametrize(("shape", "blocks"), [((100, 1), 8), ((10, 5), 8), ((100, 5), 7)])
def test_what_cannot_be_judged_is_refused(shape: tuple[int, int], blocks: int) -> None:
    with pytest.raises(ValueError, match=r"blocks|needs"):
        pbo(np.ones(shape), blocks)


FALLS = [0.02, 0.01, -0.01, -0.02]
RISES = FALLS[::-1]
STEADY = [0.01, 0.02, 0.01, 0.02]


def test_two_blocks_by_hand() -> None:
    """Four bars are enough for two blocks; each half chooses, the other judges."""
    assert pbo(np.column_stack([FALLS, RISES]), 2) == 1.0, "the best of each half is the worst of the other"
    assert pbo(np.column_stack([STEADY, RISES]), 2) == 0.5, "by Sharpe ratio 3, 3 beside -3, 3"
    assert pbo(np.column_stack([STEADY, np.negative(STEADY)]), 2) == 0.0
    with pytest.raises(ValueError, match="at least 4 bars"):
        pbo(np.column_stack([FALLS[:3], RISES[:3]]), 2)
    with pytest.raises(ValueError, match="even number"):
        pbo(np.column_stack([FALLS, RISES]), 3)


def test_a_sharpe_ratio_is_the_mean_by_the_deviation_of_all_bars() -> None:
    """Returns of 1 % and 3 %: mean .02, deviation .01; without variation 0."""
    ratio = _sharpe(np.array([0.04, 0.02]), np.array([0.001, 0.0002]), 2)
    assert ratio == pytest.approx([2.0, 0.0])


@pytest.mark.parametrize("n", [2, 11, 50, 85, 330])
def test_what_rounding_leaves_of_a_constant_return_is_no_variance(n: int) -> None:
    for net in (0.0013, 0.007, -0.01):
        x = np.full((n, 1), net)
        assert _sharpe(x.sum(axis=0), (x**2).sum(axis=0), n).tolist() == [0.0]
    x = np.array([[1.0], [1.0001]])  # varies by a twenty-thousandth of its mean
    assert _sharpe(x.sum(axis=0), (x**2).sum(axis=0), 2) == pytest.approx([1.00005 / 0.00005], rel=1e-6)


def test_a_small_deviation_of_many_bars_is_one() -> None:
    """1 and 1.0001 by turns, a thousand bars: the deviation is .00005 and no rounding."""
    x = np.tile([[1.0], [1.0001]], (500, 1))
    assert _sharpe(x.sum(axis=0), (x**2).sum(axis=0), 1000) == pytest.approx([1.00005 / 0.00005], rel=1e-5)


def test_a_constant_return_is_not_the_best() -> None:
    """.0013 at each of two times eleven bars: before what fell, behind what rose, so each half is wrong."""
    moves = np.tile([0.02, 0.01], 11)[:11]
    assert pbo(np.column_stack([np.full(22, 0.0013), np.r_[moves, -moves]]), 2) == 1.0
    assert pbo(np.column_stack([np.full(22, 0.0013), np.r_[moves, moves]]), 2) == 0.0
