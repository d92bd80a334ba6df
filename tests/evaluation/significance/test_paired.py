"""Paired tests: independent code where there is some, and uniform p-values where nothing is to be found."""

import numpy as np
import pytest
from scipy import stats

from signalcli.evaluation.significance.paired import diebold_mariano, mcnemar, pesaran_timmermann
from signalcli.evaluation.significance.shares import wilson


def test_wilson_equals_scipy() -> None:
    wanted = stats.binomtest(530, 1000).proportion_ci(0.95, method="wilson")
    assert wilson(530, 1000) == pytest.approx((wanted.low, wanted.high))
    assert np.isnan(wilson(0, 0)).all()


def test_mcnemar_is_the_exact_binomial_test(rng: np.random.Generator) -> None:
    right, other = rng.random(400) < 0.55, rng.random(400) < 0.5
    only, alone = int((right & ~other).sum()), int((~right & other).sum())
    assert mcnemar(right, other).p_value == pytest.approx(stats.binomtest(only, only + alone).pvalue)
    assert mcnemar(right, other).statistic == only - alone
    assert np.isnan(mcnemar(right, right).p_value)


def test_diebold_mariano_with_horizon_1_is_a_scaled_t_test(rng: np.random.Generator) -> None:
    a, b = rng.random(200), rng.random(200) + 0.02
    found = diebold_mariano(a, b)
    wanted = stats.ttest_rel(a, b, alternative="less")
    assert found.statistic == pytest.approx(wanted.statistic, rel=1e-9), "the factor turns n into n - 1"
    assert found.p_value == pytest.approx(wanted.pvalue, rel=1e-9)


def test_diebold_mariano_counts_the_overlap_of_longer_horizons(rng: np.random.Generator) -> None:
    shocks = rng.standard_normal((1500, 304))
    overlapping = np.stack([shocks[:, i : 300 + i] for i in range(5)]).sum(axis=0)
    zero = np.zeros(300)
    naive = np.mean([diebold_mariano(d, zero).p_value < 0.05 for d in overlapping])
    right = np.mean([diebold_mariano(d, zero, horizon=5).p_value < 0.05 for d in overlapping])
    assert naive > 0.15
    assert 0.03 < right < 0.08


def test_diebold_mariano_without_variation() -> None:
    assert np.isnan(diebold_mariano(np.ones(50), np.ones(50)).p_value)


@pytest.mark.parametrize("share", [0.5, 0.53, 0.7])
def test_pesaran_timmermann_is_uniform_where_there_is_nothing(share: float) -> None:
    rng = np.random.default_rng(11)
    found = [
        pesaran_timmermann(rng.random(1500) < share, rng.random(1500) < 0.6).p_value for _ in range(2000)
    ]
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_diebold_mariano_is_uniform_where_there_is_nothing() -> None:
    rng = np.random.default_rng(12)
    draws = rng.standard_normal((2000, 2, 250)) ** 2
    found = [diebold_mariano(a, b).p_value for a, b in draws]
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_pesaran_timmermann_sees_dependence_and_not_drift(rng: np.random.Generator) -> None:
    y = rng.random(1000) < 0.5
    assert pesaran_timmermann(y, np.where(rng.random(1000) < 0.6, y, ~y)).p_value < 1e-4
    assert np.isnan(pesaran_timmermann(rng.random(1000) < 0.9, np.ones(1000, dtype=bool)).p_value)


def fifteen(up: int, said: int, both: int) -> tuple[np.ndarray, np.ndarray]:
    y, predicted = np.arange(15) < up, np.zeros(15, dtype=bool)
    predicted[:both] = True
    predicted[up : up + said - both] = True
    return y, predicted


def test_pesaran_timmermann_golden() -> None:
    """Published for 15 points of which 11 were hit: 1.96834, p .024514. It is a function of counts alone.

    Of all counts with 11 hits only these, and those with the sides or the directions swapped, give it.
    """
    found = {}
    for up in range(16):
        for said in range(up % 2, 16, 2):
            both = (up + said - 4) // 2
            if 0 <= both <= min(up, said) and up + said - both <= 15:
                y, predicted = fifteen(up, said, both)
                assert np.mean(y == predicted) == pytest.approx(0.7333, abs=5e-5)
                found[up, said] = pesaran_timmermann(y, predicted)
    golden = {counts for counts, test in found.items() if round(test.statistic, 5) == 1.96834}
    assert golden == {(6, 8), (8, 6), (7, 9), (9, 7)}
    assert found[6, 8].p_value == pytest.approx(0.024514, abs=5e-7)


def test_diebold_mariano_is_that_of_statsmodels() -> None:
    """One bar ahead; further ahead it weighs autocovariances, which the paper does not."""
    theirs = pytest.importorskip("statsmodels.tsa.stattools")
    rng = np.random.default_rng(3)
    y, a, b = rng.standard_normal(300), rng.standard_normal(300), rng.standard_normal(300) * 1.1
    wanted = theirs.diebold_mariano_test(y, a, b, harvey_adj=True, lags=0)
    found = diebold_mariano((y - a) ** 2, (y - b) ** 2)
    assert found.statistic == pytest.approx(float(wanted[0]), rel=1e-9)
