"""Metrics of a few bars and rows, worked out by hand."""

import numpy as np
import pytest

from signalcli.evaluation.metrics.benchmark import ReturnPair, capture, treynor
from signalcli.evaluation.metrics.classification import (
    calibration_error,
    coverage,
    decided_accuracy,
    decided_share,
)
from signalcli.evaluation.metrics.performance import NetReturns, largest_position, sharpe

BANDED = {
    "p": np.array([[0.6, 0.4], [0.3, 0.7], [0.55, 0.45], [0.9, 0.1]]),
    "band": np.array([0.5, 0.5, 0.6, np.nan]),
}
TRUE, SAID = np.array([1, 1, 0, 0]), np.array([0, 1, 0, 0])


def test_what_is_covered_and_decided():
    """Sets: down; up; both, for .55 is below .6; none without a band. Up, up and down came."""
    assert coverage(TRUE, classes=np.array([0, 1]), **BANDED) == pytest.approx(2 / 3)
    assert decided_share(**BANDED) == pytest.approx(2 / 3)
    assert decided_accuracy(TRUE, SAID, **BANDED) == pytest.approx(1 / 2)


def test_the_distance_of_a_bin_counts_as_often_as_its_rows():
    """.14 and .16 are in the second of ten bins, .91 in the last: |.3 - 1| + |.91 - 1| over three rows."""
    found = calibration_error(np.array([1, 0, 1]), np.array([0.14, 0.16, 0.91]))
    assert found == pytest.approx((0.7 + 0.09) / 3)


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
