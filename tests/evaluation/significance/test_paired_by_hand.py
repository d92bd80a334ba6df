"""Paired tests by hand, with and without labels that overlap."""

import math

import numpy as np
import pytest

from signalcli.evaluation.significance.long_run import mean_test
from signalcli.evaluation.significance.overfitting import pbo
from signalcli.evaluation.significance.overlapping import effective_share
from signalcli.evaluation.significance.paired import diebold_mariano, mcnemar, pesaran_timmermann
from signalcli.evaluation.significance.student import tail


def test_two_losses_are_enough_for_a_mean_and_a_deviation() -> None:
    """Differences 1 and 3: mean 2, deviation 1, one degree of freedom, whose distribution is Cauchy's."""
    found = diebold_mariano(np.array([2.0, 4.0]), np.array([1.0, 1.0]))
    assert found.statistic == pytest.approx(2.0)
    assert found.p_value == pytest.approx(0.5 + math.atan(2) / math.pi)
    assert np.isnan(diebold_mariano(np.array([2.0]), np.array([1.0]))).all()


DIFFER = np.arange(60) % 3 > 0  # forty of sixty rows


@pytest.mark.parametrize("horizon", [2, 5])
def test_mcnemar_of_overlapping_labels_is_about_one_half(horizon: int) -> None:
    balanced = np.arange(60) % 3 == 1
    found = mcnemar(balanced, DIFFER & ~balanced, horizon)
    assert found == (0.0, pytest.approx(1.0))
    better = mcnemar(DIFFER, np.zeros(60, dtype=bool), horizon)
    worse = mcnemar(np.zeros(60, dtype=bool), DIFFER, horizon)
    assert (better.statistic, worse.statistic) == (40, -40)
    assert better.p_value == pytest.approx(worse.p_value)
    assert better.p_value < 0.05


def test_mcnemar_knows_at_which_bars_the_differing_rows_lie() -> None:
    """Ten bars apart, labels of three bars share none, whatever the place among the rows."""
    better, worse = DIFFER, np.zeros(60, dtype=bool)
    better, worse = better & (np.arange(60) % 7 > 0), worse | (np.arange(60) % 7 == 0)
    differ = np.flatnonzero(better != worse)
    for bars in (np.arange(60), 10 * np.arange(60)):
        share, rows, degrees = effective_share(better[differ], bars[differ], 3)
        expected = tail((share - 0.5) * 2 * math.sqrt(rows), degrees)
        assert mcnemar(better, worse, 3, bars).p_value == pytest.approx(expected)
    apart, together = (mcnemar(better, worse, 3, bars).p_value for bars in (bars, np.arange(60)))
    assert apart != pytest.approx(together)


def test_as_many_hits_as_misses_have_the_p_value_1_and_not_more() -> None:
    assert mcnemar(np.array([True, False]), np.array([False, True])) == (0.0, 1.0)


def test_longer_labels_are_worth_fewer_rows() -> None:
    first = DIFFER & (np.arange(60) % 9 != 1)
    p = [mcnemar(first, DIFFER & ~first, horizon).p_value for horizon in (2, 5, 10)]
    assert p == sorted(p)
    assert len(set(p)) == 3
    assert math.isnan(mcnemar(first, ~first, 60).p_value), "as many rows as bars of a label"


@pytest.mark.parametrize("horizon", [2, 5])
def test_dependent_directions_of_overlapping_labels(horizon: int) -> None:
    y = np.random.default_rng(1).random(120) < 0.5
    same, other = pesaran_timmermann(y, y, horizon), pesaran_timmermann(y, ~y, horizon)
    assert same.p_value < 0.01
    assert other.p_value > 0.99
    assert same.statistic == pytest.approx(-other.statistic)
    place = np.arange(120)
    assert pesaran_timmermann(y, y, horizon, place + 1000) == pytest.approx(same)


@pytest.mark.parametrize("horizon", [2, 5])
def test_the_excess_of_hits_of_overlapping_labels_has_a_mean_test(horizon: int) -> None:
    rng = np.random.default_rng(4)
    y = rng.random(120) < 0.5
    said = np.where(rng.random(120) < 0.6, y, ~y)
    hits = 2 * (y - y.mean()) * (said - said.mean())
    found = pesaran_timmermann(y, said, horizon)
    assert found == pytest.approx(mean_test(hits, horizon, side=1))
    assert abs(found.statistic - pesaran_timmermann(y, said).statistic) > 0.01


def test_rows_of_one_bar_are_summed() -> None:
    """Each row twice is no more than once."""
    y = np.random.default_rng(2).random(100) < 0.5
    said = np.where(np.random.default_rng(3).random(100) < 0.7, y, ~y)
    once = pesaran_timmermann(y, said, 1, np.arange(100))
    twice = pesaran_timmermann(np.repeat(y, 2), np.repeat(said, 2), 1, np.repeat(np.arange(100), 2))
    assert twice.statistic == pytest.approx(once.statistic, rel=0.3)
    assert twice == pytest.approx(mean_test((y - y.mean()) * (said - said.mean()), 1, side=1))
    assert twice.statistic < pesaran_timmermann(np.repeat(y, 2), np.repeat(said, 2)).statistic / 1.1
    assert np.isnan(pesaran_timmermann(y[:0], y[:0])).all()


def test_a_configuration_that_never_trades_has_a_sharpe_ratio_of_0() -> None:
    """.5 in the first half and -.5 in the second: each half chooses what is worse in the other."""
    assert pbo(np.column_stack([[0.03, -0.01, -0.03, 0.01], np.zeros(4)]), 2) == 1.0


def test_labels_as_long_as_the_table_have_no_p_value():
    """Two rows whose labels span two bars are one stretch; with labels of one bar they are two rows."""
    both, neither = np.array([True, True]), np.array([False, False])
    assert np.isnan(mcnemar(both, neither, 2).p_value)
    assert mcnemar(both, neither, 1).p_value == 0.5
