"""Metrics of a few bars and rows, worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from signalcli.evaluation.metrics.benchmark import ReturnPair, capture, treynor
from signalcli.evaluation.metrics.classification import (
    calibration_error,
    coverage,
    decided_accuracy,
    decided_share,
    ic,
)
from signalcli.evaluation.metrics.composite import autocorrelation_penalty, risk_of_ruin
from signalcli.evaluation.metrics.distribution import (
    compound_by_period,
    expectancy,
    expected_shortfall,
    outlier_ratio,
    positive_share,
    standardized_moment,
    tail_ratio,
    value_at_risk,
)
from signalcli.evaluation.metrics.drawdowns import peak_return
from signalcli.evaluation.metrics.performance import NetReturns, largest_position, sharpe
from signalcli.evaluation.metrics.sharpe import (
    Trials,
    expected_maximum,
    minimum_track_record,
    moments,
    psr,
    sharpe_error,
)

BANDED = {
    "p": np.array([[0.6, 0.4], [0.3, 0.7], [0.55, 0.45], [0.9, 0.1], [0.2, 0.8]]),
    "band": np.array([0.5, 0.5, 0.6, np.nan, 0.5]),
}
TRUE, SAID = np.array([1, 1, 0, 0, 1]), np.array([0, 1, 0, 0, 1])


def test_what_is_covered_and_decided():
    """Sets: down; up; both, for .55 is below .6; none without a band; up. Up, up, down, down and up came."""
    assert coverage(TRUE, classes=np.array([0, 1]), **BANDED) == pytest.approx(3 / 4)
    assert decided_share(**BANDED) == pytest.approx(3 / 4)
    assert decided_accuracy(TRUE, SAID, **BANDED) == pytest.approx(2 / 3)


def test_the_distance_of_a_bin_counts_as_often_as_its_rows():
    """.14 and .16 are in the second of ten bins, .91 in the last, too low and too high: |.3 - 1| + .91."""
    found = calibration_error(np.array([1, 0, 0]), np.array([0.14, 0.16, 0.91]))
    assert found == pytest.approx((0.7 + 0.91) / 3)


def test_small_forecasts_of_small_returns_may_still_agree():
    """Deviations -1, 0, 1 and -4, -1, 5 of sizes below the root of what is rounding: 9 / √(2 · 42)."""
    forecast, returns = 0.5 + 1e-8 * np.arange(3), 1e-8 * np.array([0.0, 3.0, 9.0])
    assert ic(forecast, returns) == pytest.approx(9 / np.sqrt(84), rel=1e-6)
    assert np.isnan(ic(forecast[:2], returns[:2])), "two rows always agree"
    assert np.isnan(ic(np.array([0.4, np.nan, 0.6, 0.7]), np.arange(4.0)))


def test_the_penalty_of_neighbors_that_resemble_each_other():
    """0, .1, .2 beside .1, .2, .2: ρ = √¾, so 1 + 2 (¾ ρ + ½ ρ² + ¼ ρ³); three bars with ρ = 1: 1 + 2."""
    rho = np.sqrt(0.75)
    expected = 1 + 2 * (0.75 * rho + 0.5 * 0.75 + 0.25 * 0.75 * rho)
    assert autocorrelation_penalty(np.array([0.0, 0.1, 0.2, 0.2])) == pytest.approx(np.sqrt(expected))
    assert autocorrelation_penalty(np.array([0.0, 0.1, 0.3])) == pytest.approx(np.sqrt(3))


def test_an_outlier_is_not_compared_with_rounding():
    net = np.array([-0.1, 1e-16, -0.1])
    assert np.isnan(outlier_ratio(net, 1))
    assert outlier_ratio(net, -1) == pytest.approx(1)


def test_no_bars_are_no_months():
    assert compound_by_period(np.array([]), np.array([], "datetime64[D]"), "M").shape == (0,)


def test_a_falling_beta_turns_the_treynor_ratio():
    market = np.array([0.01, -0.02, 0.03])
    assert treynor(ReturnPair(-market, market), 0.1) == pytest.approx(-0.1)


def test_bars_on_which_the_market_stood_still_are_on_no_side():
    pair = ReturnPair(np.array([0.02, 0.05, -0.03]), np.array([0.01, 0.0, -0.01]))
    assert (capture(pair, 1), capture(pair, -1)) == (pytest.approx(2), pytest.approx(3))


@pytest.mark.parametrize("per_year", [12, 252, 365])
def test_a_sharpe_ratio_has_the_bars_of_its_own_year(per_year):
    """Returns of 1, 2 and 3 %: mean .02, standard deviation .01."""
    found = sharpe(NetReturns(np.array([0.01, 0.02, 0.03])), per_year)
    assert found == pytest.approx(2 * np.sqrt(per_year))


def test_the_largest_position_may_be_short():
    assert largest_position(np.array([0.5, -0.8])) == 0.8
    assert np.isnan(largest_position(np.array([])))


def test_ruin_needs_as_many_bets_as_there_are_bars():
    """Two gains, a loss and a bar without either: w = 2/3, (1/5)⁴."""
    assert risk_of_ruin(np.array([0.1, -0.1, 0.1, 0.0])) == pytest.approx(0.2**4)


def test_moments_are_those_of_all_bars():
    """0, 0, 3: mean 1, variance 2 over three bars; cubes -1, -1, 8 and fourth powers 1, 1, 16."""
    net = np.array([0.0, 0.0, 3.0])
    assert standardized_moment(net, 3) == pytest.approx(2 / 2**1.5)
    assert standardized_moment(net, 4) == pytest.approx(6 / 4)


def test_the_tails_of_a_hundred_and_one_bars():
    """-.5, -.49 … .5: five per cent are below -.45, six bars at or below it, of mean -.475."""
    net = np.arange(-50, 51) / 100
    assert value_at_risk(net) == pytest.approx(0.45)
    assert expected_shortfall(np.round(net, 2)) == pytest.approx(0.475)
    assert tail_ratio(net + 0.2) == pytest.approx(0.65 / 0.25)


def test_bars_without_gain_or_loss():
    """They count among all values, and not among those that moved."""
    assert expectancy(np.array([0.1, 0.0, -0.05])) == pytest.approx(0.025)
    assert positive_share(np.array([0.0, 1.0, -1.0])) == pytest.approx(1 / 3)


def test_the_highest_equity_may_be_that_at_the_start():
    assert peak_return(np.array([-0.1, -0.1])) == 0.0
    assert peak_return(np.array([0.1, -0.1])) == pytest.approx(0.1)


def test_the_larger_estimate_of_luck_counts():
    """30 standard errors of a tenth against .1 · 1.5746, and 1 against it."""
    assert Trials(10, 0.01, 30.0).benchmark(101) == pytest.approx(3.0)
    assert Trials(10, 0.01, 1.0).benchmark(101) == pytest.approx(0.157460, rel=1e-4)


def test_the_expected_maximum_of_two():
    """γ · .900452: the quantile of one half is 0, that of 1 - 1 / 2e is .9005."""
    assert expected_maximum(1) == 0
    assert expected_maximum(2) == pytest.approx(0.5772157 * 0.900452, rel=1e-4)


@pytest.mark.parametrize(
    ("gain", "loss", "times"), [(0.01, -0.02, 10), (0.01, -0.013, 19), (0.02, 0.01, 20), (0.01, 0.007, 3)]
)
def test_returns_of_two_values_have_a_kurtosis_of_one(gain, loss, times):
    """Half the bars each: they are one standard deviation from the mean, where rounding is not below 1."""
    net, n = np.tile([loss, gain], times), 2 * times
    sharpe, skew, kurtosis = moments(net)
    assert sharpe == pytest.approx((gain + loss) / (gain - loss) * np.sqrt((n - 1) / n))
    assert skew == pytest.approx(0, abs=1e-12)
    assert 1 <= kurtosis == pytest.approx(1)
    assert psr((sharpe, skew, kurtosis), net) == pytest.approx(stats.norm.cdf(sharpe * np.sqrt(n - 1)))


def test_a_track_record_by_hand():
    """A Gaussian Sharpe ratio of .1 a bar has the squared error 1.005 / (T - 1); 1.6449 errors above 0."""
    assert minimum_track_record(0.1, 0, 3) == pytest.approx(1 + 1.005 * (1.644854 / 0.1) ** 2, rel=1e-6)
    assert np.isnan(minimum_track_record(0.04, 0, 3, benchmark=0.05))
    found = sharpe_error((0.1, 0.0, 3.0), np.zeros(101), 252)
    assert found == pytest.approx(np.sqrt(1.005 / 100 * 252))
