"""Recursive forecasts and the scaling of values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from signalcli.training.forecast.recursive import forecast_recursively
from signalcli.training.forecast.scaling import UNSCALED, Changes, Scaling, fit_scaling


def test_each_forecast_joins_the_window_of_the_next():
    def predict(windows):
        return windows[:, 0] + 10 * windows[:, -1]

    forecasts = forecast_recursively(predict, np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]), 4)
    # 1 2 3 → 31; 2 3 31 → 312; 3 31 312 → 3123; 31 312 3123 → 31261.
    np.testing.assert_array_equal(forecasts, [[31, 312, 3123, 31261], [10, 100, 1001, 10020]])


def test_the_starts_are_left_as_they_are():
    starts = np.ones((2, 3))
    forecast_recursively(lambda windows: 2 * windows[:, -1], starts, 5)
    assert (starts == 1).all()


def test_what_explodes_ends_and_leaves_the_others_alone():
    seen = []

    def predict(windows):
        seen.append(len(windows))
        return windows[:, -1] * 1e200

    forecasts = forecast_recursively(predict, np.array([[1.0], [0.0], [2.0]]), 4)
    np.testing.assert_array_equal(forecasts[:, 0], [1e200, 0, 2e200])
    assert np.isnan(forecasts[[0, 2], 1:]).all()
    np.testing.assert_array_equal(forecasts[1], [0, 0, 0, 0])
    assert seen == [3, 3, 1, 1]
    assert np.isnan(forecast_recursively(lambda windows: windows[:, 0] * np.inf, np.ones((1, 1)), 3)).all()


@pytest.mark.parametrize(("kind", "oracle"), [("minmax", MinMaxScaler), ("standard", StandardScaler)])
def test_scales_are_those_of_scikit_learn(rng, kind, oracle):
    train, windows = rng.normal(5, 2, 80), rng.normal(5, 2, (7, 4))
    scaling = Scaling.fit(kind, train)
    theirs = oracle().fit(train[:, np.newaxis])
    expected = theirs.transform(windows.reshape(-1, 1)).reshape(windows.shape)
    np.testing.assert_allclose(scaling.scale(windows, windows), expected, atol=1e-12)
    np.testing.assert_allclose(scaling.unscale(windows, expected[:, -1]), windows[:, -1], atol=1e-12)


def test_a_window_is_seen_as_change_from_its_first_value():
    windows = np.array([[10.0, 11.0, 9.0], [200.0, 100.0, 300.0]])
    scaling = Scaling.fit("window", np.array([1.0]))
    np.testing.assert_allclose(scaling.scale(windows, windows), [[0, 0.1, -0.1], [0, -0.5, 0.5]])
    np.testing.assert_allclose(scaling.unscale(windows, np.array([0.2, -0.25])), [12, 150])
    # The value after the window is divided by the same first value, and has no part in it.
    after = np.array([[12.0], [150.0]])
    np.testing.assert_allclose(scaling.scale(windows, after), [[0.2], [-0.25]])


def test_returns_and_differences_by_hand():
    train = np.array([10.0, 11.0, 9.9, 9.9])  # returns .1, -.1, 0; differences 1, -1.1, 0
    windows = np.array([[100.0, 110.0, 99.0]])
    returns, differences = fit_scaling("returns", train), fit_scaling("differences", train)
    assert returns.unit == pytest.approx(np.sqrt(0.02 / 3))
    assert differences.unit == pytest.approx(np.std([1.0, -1.1, 0.0]))
    np.testing.assert_allclose(returns.scale(windows, windows) * returns.unit, [[0.1, -0.1]])
    np.testing.assert_allclose(differences.scale(windows, windows) * differences.unit, [[10.0, -11.0]])
    # A change of 0 is the last value; one unit is the last value and the deviation on top.
    for scaling, step in ((returns, 99.0 * returns.unit), (differences, differences.unit)):
        np.testing.assert_allclose(
            scaling.unscale(windows[[0, 0]], np.array([0.0, 1.0])), [99.0, 99.0 + step]
        )


@given(
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=12),
    st.sampled_from(["returns", "differences"]),
)
def test_a_change_that_is_undone_is_the_value_after_the_window(values, kind):
    row = np.array([values])
    scaling = fit_scaling(kind, row[0])
    changes = scaling.scale(row, row)
    np.testing.assert_allclose(scaling.unscale(row[:, :-1], changes[:, -1]), row[:, -1], rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(scaling.scale(row[:, :-1], row[:, :-1]), changes[:, :-1])


@pytest.mark.parametrize("kind", ["returns", "differences"])
def test_changes_that_are_all_the_same_have_the_unit_one(kind):
    assert fit_scaling(kind, np.full(5, 7.0)) == Changes(1.0, kind == "returns")
    assert fit_scaling("minmax", np.arange(5.0)) == Scaling.fit("minmax", np.arange(5.0))


@pytest.mark.parametrize("kind", ["minmax", "standard"])
def test_a_constant_has_the_unit_one(kind):
    assert Scaling.fit(kind, np.full(5, 7.0)) == (7.0, 1.0, False)
    assert Scaling.fit("none", np.arange(5.0)) == UNSCALED
