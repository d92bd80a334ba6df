"""Recursive forecasts and the scaling of values."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from signalcli.training.forecast.recursive import forecast_recursively
from signalcli.training.forecast.scaling import UNSCALED, Scaling


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


@pytest.mark.parametrize("kind", ["minmax", "standard"])
def test_a_constant_has_the_unit_one(kind):
    assert Scaling.fit(kind, np.full(5, 7.0)) == (7.0, 1.0, False)
    assert Scaling.fit("none", np.arange(5.0)) == UNSCALED
