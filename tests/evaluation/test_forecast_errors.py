"""Errors of forecasts: by hand, by scikit-learn, and where nothing is defined."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, root_mean_squared_error

from signalcli.errors import DataError
from signalcli.evaluation.forecast_errors import (
    ERRORS,
    direction_hit,
    forecast_errors,
    mae,
    mape,
    mase,
    rmse,
)


def table(actual, **said):
    dates = pd.date_range("2024-01-01", periods=len(actual))
    parts = [
        pd.DataFrame({"symbol": "A", "date": dates, "model": m, "actual": actual, "forecast": f})
        for m, f in said.items()
    ]
    return pd.concat(parts).sort_values(["date", "model"], ignore_index=True)


def test_errors_are_those_of_scikit_learn(rng):
    actual, said = rng.normal(10, 1, 50), rng.normal(10, 1, 50)
    assert rmse(actual, said) == pytest.approx(root_mean_squared_error(actual, said))
    assert mae(actual, said) == pytest.approx(mean_absolute_error(actual, said))
    assert mape(actual, said) == pytest.approx(mean_absolute_percentage_error(actual, said))


def test_by_hand():
    # Known before each bar: 10, 11, 9, 9. Then came 11, 9, 9, 12; said was 12, 10, 8, 11.
    errors = forecast_errors(table([11.0, 9, 9, 12], ar=[12.0, 10, 8, 11], persistence=[10.0, 11, 9, 9]))
    ar, naive = errors.to_dict("records")
    assert (ar["model"], naive["model"]) == ("ar", "persistence")
    assert (ar["baseline"], naive["baseline"], ar["n_bars"]) == (0, 1, 4)
    assert (ar["rmse"], ar["mae"]) == (1.0, 1.0)
    assert ar["mape"] == pytest.approx((1 / 11 + 1 / 9 + 1 / 9 + 1 / 12) / 4)
    assert ar["mase"] == pytest.approx(1.0 / ((1 + 2 + 0 + 3) / 4))
    # Up said and up; down and down; no move, which has no side; up and up.
    assert ar["direction_hit"] == 1.0
    assert naive["mase"] == 1.0
    assert np.isnan(naive["direction_hit"])


def test_direction_by_a_plain_loop(rng):
    actual, said, known = (rng.integers(0, 4, 200).astype(float) for _ in range(3))
    hits = [(a > k) == (s > k) for a, s, k in zip(actual, said, known, strict=True) if a != k and s != k]
    assert direction_hit(actual, said, known) == pytest.approx(np.mean(hits))


def test_bars_to_come_do_not_count_and_nothing_known_is_empty():
    found = forecast_errors(table([1.0, np.nan], ar=[2.0, 5.0], persistence=[3.0, 3.0]))
    assert found["n_bars"].tolist() == [1, 1]
    assert found["rmse"].tolist() == [1.0, 2.0]
    none = forecast_errors(table([np.nan], ar=[2.0], persistence=[3.0]))
    assert none["n_bars"].tolist() == [0, 0]
    assert none[list(ERRORS)].isna().all(axis=None)


def test_what_is_not_defined_is_nan():
    exploded = forecast_errors(table([1.0, 2.0], lstm=[1.0, np.nan], persistence=[1.0, 1.0]))
    assert exploded.iloc[0][list(ERRORS)].isna().all()
    assert np.isnan(mape(np.array([0.0, 1]), np.ones(2)))
    assert np.isnan(mase(np.ones(2), np.zeros(2), np.ones(2)))


def test_without_the_baseline_there_is_no_card():
    with pytest.raises(DataError, match="no forecasts of persistence"):
        forecast_errors(table([1.0], ar=[1.0]))
