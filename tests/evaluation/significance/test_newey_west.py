"""The standard error of a dependent mean: sums of products of four values, by hand."""

import math

import numpy as np
import pytest

from signalcli.evaluation.significance.newey_west import error_of_mean, lags

X = np.array([1.0, 3.0, 2.0, 6.0])  # deviations −2, 0, −1 and 3; squares 14, neighbors −3, next ones 2


@pytest.mark.parametrize(
    ("count", "variance"),
    [(0, 14), (1, 14 + 2 * (1 / 2) * -3), (2, 14 + 2 * (2 / 3 * -3 + 1 / 3 * 2))],
)
def test_neighbors_count_less_the_farther_apart_they_are(count, variance):
    assert error_of_mean(X, count) == pytest.approx(math.sqrt(variance) / 4)


def test_two_values_have_an_error_and_one_has_none():
    assert error_of_mean(np.array([0.0, 2.0]), 0) == pytest.approx(math.sqrt(2) / 2)
    assert math.isnan(error_of_mean(np.array([1.0]), 0))
    assert error_of_mean(np.array([5.0, 5.0]), 1) == 0


@pytest.mark.parametrize(
    ("n", "horizon", "expected"),
    [
        (100, 1, 4),
        (1000, 1, 6),  # 4 · 10^(2/9) = 6.67
        (50, 1, 3),  # 4 · .5^(2/9) = 3.43
        (271, 1, 4),
        (273, 1, 5),  # (273/100)^(2/9) is 5/4
        (100, 5, 4),
        (100, 10, 9),
        (3, 10, 2),
        (1, 1, 0),
        (0, 1, 0),
    ],
)
def test_lags_are_as_many_as_labels_overlap_and_fewer_than_values(n, horizon, expected):
    assert lags(n, horizon) == expected
