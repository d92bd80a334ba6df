"""The timing of positions: a slow oracle, uniform p-values under chance, and what cannot be judged."""

import numpy as np
import pytest
from scipy import stats

from signalcli.evaluation.significance.timing import shift_p


@pytest.mark.parametrize("n", [5, 64, 251])
def test_equals_the_slow_way(n: int) -> None:
    rng = np.random.default_rng(n)
    position, earned = rng.choice([-1.0, 0.0, 0.5, 1.0], n), rng.normal(0, 0.01, n)
    sums = [float(np.roll(position, k) @ earned) for k in range(n)]
    assert shift_p(position, earned) == np.mean(np.array(sums) >= sums[0] - 1e-12)


def test_uniform_where_there_is_nothing_even_when_both_sides_hang_together() -> None:
    rng = np.random.default_rng(8)
    found = []
    for _ in range(2000):
        noise = rng.standard_normal((2, 400))
        position = np.sign(np.convolve(noise[0], np.ones(10), "same"))  # lasts about ten bars
        earned = np.convolve(noise[1], [1.0, 0.5], "same")
        found.append(shift_p(position, earned))
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_timing_is_seen_and_its_opposite_is_not() -> None:
    rng = np.random.default_rng(9)
    earned = rng.normal(0, 0.01, 1000)
    position = np.where(rng.random(1000) < 0.57, np.sign(earned), -np.sign(earned))
    assert shift_p(position, earned) < 0.01
    assert shift_p(-position, earned) > 0.99


def test_being_there_all_the_time_is_no_timing() -> None:
    earned = np.random.default_rng(1).normal(0.01, 0.01, 300)
    assert np.isnan(shift_p(np.ones(300), earned))
    assert np.isnan(shift_p(np.arange(300.0), np.zeros(300)))
    assert np.isnan(shift_p(np.ones(1), np.ones(1)))
    assert shift_p(np.r_[np.ones(299), -1.0], earned) > 0.01, "one loss that happened to be missed"


def test_two_bars_are_enough() -> None:
    assert shift_p(np.array([1.0, -1.0]), np.array([0.01, -0.01])) == 0.5
    assert np.isnan(shift_p(np.ones(1), np.ones(1)))


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_rotations_that_earn_the_same_count_whatever_their_size(scale: float) -> None:
    """Positions of a period of two against returns of a period of two: every second rotation is as good."""
    earned = np.tile([-1.0, 1e-9], 51) * scale
    assert shift_p(np.tile([1.0, -1.0], 51), earned) == 1.0
    assert shift_p(np.tile([-1.0, 1.0], 51), earned) == 0.5


def test_a_short_position_counts_itself_among_its_rotations() -> None:
    """Short on the one bar of five that lost: no other bar earns as much, so one rotation of five does."""
    assert shift_p(np.array([-1.0, 0, 0, 0, 0]), np.array([-0.1, 0.0, 0.1, 0.2, 0.3])) == 0.2


@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_a_single_bar_held_is_as_good_as_every_bar_that_lost_no_more(scale: float) -> None:
    """Held over a bar that lost .2 of the capital; most bars lost that, .7 or nearly nothing."""
    rng = np.random.default_rng(0)
    earned = rng.choice([-0.7, -0.2, -1e-9], 101)
    earned[0] = -0.2
    once = np.zeros(101)
    once[0] = 1.0
    assert shift_p(once, earned * scale) == np.mean(earned >= -0.2)
