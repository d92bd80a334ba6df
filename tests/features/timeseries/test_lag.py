"""Windows against naive loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signalcli.features.timeseries.ewm import ewm_mean, memory
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.rolling import RollingWindows, mean

SERIES = arrays("float64", st.integers(0, 40), elements=st.floats(-1e3, 1e3, width=32))


def minimum(x, width):
    return RollingWindows(x).min(width)


def maximum(x, width):
    return RollingWindows(x).max(width)


def std(x, width):
    return RollingWindows(x).std(width)


NAIVE = {
    mean: np.mean,
    minimum: np.min,
    maximum: np.max,
    std: lambda w: np.std(w, ddof=1),
}


def naive(x, width, statistic):
    out = np.full(len(x), np.nan)
    for t in range(width - 1, len(x)):
        out[t] = statistic(x[t - width + 1 : t + 1])
    return out


@pytest.mark.parametrize("ours", NAIVE, ids=lambda f: f.__name__)
@given(x=SERIES, width=st.integers(2, 45))
def test_every_window_is_that_of_a_loop(ours, x, width):
    np.testing.assert_allclose(ours(x, width), naive(x, width, NAIVE[ours]), rtol=1e-9, atol=1e-9)


@given(x=SERIES, k=st.integers(0, 60))
def test_lag_is_the_value_k_bars_ago(x, k):
    expected = [x[t - k] if t >= k else np.nan for t in range(len(x))]
    np.testing.assert_array_equal(lag(x, k), expected)


def test_lag_beyond_the_series_is_unknown_throughout():
    assert np.isnan(lag(np.arange(10.0), 12)).all()


@pytest.mark.parametrize("value", [0.1, 1e-300, 123.456])
def test_a_flat_window_has_no_spread_at_all(value):
    assert (std(np.full(30, value), 7)[6:] == 0).all()


@pytest.mark.parametrize("statistic", NAIVE, ids=lambda f: f.__name__)
def test_an_unknown_value_makes_its_windows_unknown_and_no_others(statistic):
    x = np.random.default_rng(0).normal(size=30)
    x[10] = np.nan
    np.testing.assert_array_equal(np.isnan(statistic(x, 4)), [t < 3 or 10 <= t <= 13 for t in range(30)])


def test_a_huge_value_leaves_no_trace_once_it_left_the_window():
    x = np.random.default_rng(0).normal(size=50)
    spiked = x.copy()
    spiked[5] = 1e17
    for statistic in NAIVE:
        np.testing.assert_array_equal(statistic(spiked, 4)[9:], statistic(x, 4)[9:])


@pytest.mark.parametrize("alpha", [1 / 14, 2 / 10, 2 / 27, 0.5])
def test_exponential_agrees_with_the_recursion_once_both_forgot_their_start(alpha):
    x = np.random.default_rng(3).normal(size=memory(alpha) + 200)
    recursive = [x[0]]
    for value in x[1:]:
        recursive.append(alpha * value + (1 - alpha) * recursive[-1])
    ours = ewm_mean(x, alpha, 1)
    np.testing.assert_allclose(ours[memory(alpha) :], recursive[memory(alpha) :], atol=1e-8)


def test_exponential_weighs_by_hand():
    # weights 1, .5, .25 newest first; 1.75 in all
    np.testing.assert_allclose(
        ewm_mean(np.array([np.nan, 4.0, 2.0, 8.0]), 0.5, 2),
        [np.nan, np.nan, (2 + 2) / 1.5, (8 + 1 + 1) / 1.75],
        rtol=1e-15,
    )


def test_memory_is_the_first_bar_that_weighs_less_than_a_billionth():
    for alpha in (0.01, 1 / 14, 0.2, 0.9):
        assert (1 - alpha) ** memory(alpha) <= 1e-9 < (1 - alpha) ** (memory(alpha) - 1)


def test_exponential_forgets_exactly_after_its_memory():
    alpha = 0.5
    x = np.random.default_rng(0).normal(size=memory(alpha) + 20)
    spiked = x.copy()
    spiked[3] = 1e6
    moved = np.flatnonzero(ewm_mean(spiked, alpha, 1) != ewm_mean(x, alpha, 1))
    assert moved.tolist() == list(range(3, 3 + memory(alpha)))


def test_ratio_of_nothing_to_nothing_is_the_neutral_value():
    found = ratio(np.array([1.0, 0.0, 3.0, 2.0]), np.array([2.0, 0.0, 0.0, np.nan]), undefined=0.5)
    np.testing.assert_array_equal(found, [0.5, 0.5, 0.5, np.nan])
