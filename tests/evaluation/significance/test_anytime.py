"""Capital of the gambler after one and two bets, worked out by hand."""

import numpy as np
import pytest

from signalcli.evaluation.significance.anytime import capital


def of(x, low, stake):
    shape = np.shape(x)
    return capital(np.array(x, float), np.full(shape, low), np.full(shape, stake))


def test_three_shares_of_the_capital_grow_each_by_its_own_stake():
    """.3 at a stake of .2, .5 at .4, .2 at .8: after x = .5 and then x = −1."""
    first, second = of([0.5, -1.0], 0.0, 0.4)
    assert first == pytest.approx(0.3 * 0.9 + 0.5 * 0.8 + 0.2 * 0.6)
    assert second == pytest.approx(0.3 * 0.9 * 1.2 + 0.5 * 0.8 * 1.4 + 0.2 * 0.6 * 1.8)


def test_what_is_at_least_as_said_wins_nothing():
    assert of([0.25], 0.25, 0.4) == pytest.approx([1.0])
    assert of([0.5], 0.25, 0.4)[0] < 1 < of([0.0], 0.25, 0.4)[0]


@pytest.mark.parametrize("low", [-0.5, 0.0, 0.5])
def test_the_worst_observation_leaves_a_tenth(low):
    """However large the stake: 1 is the worst that can come, and nine tenths are the most that is bet."""
    assert of([1.0], low, 100.0) == pytest.approx([0.1])


def test_worlds_are_played_one_by_one_along_the_last_axis():
    both = of([[0.5, -1.0], [-1.0, 0.5]], 0.0, 0.4)
    assert both[0] == pytest.approx(of([0.5, -1.0], 0.0, 0.4))
    assert both[1] == pytest.approx(of([-1.0, 0.5], 0.0, 0.4))
