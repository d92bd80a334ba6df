"""Rolling statistics against loops and a database."""

import sqlite3

import numpy as np
import pytest

from feature_columns import of_features
from random_bars import SORTS, random_bars
from signalcli.features import FeatureConfig
from signalcli.features.sets.rolling import rolling_features


def rolling(bars):
    return of_features(rolling_features(), bars)


NAIVE = {"mean": np.mean, "std": lambda w: np.std(w, ddof=1), "min": np.min, "max": np.max}


def test_names_and_order():
    found = rolling({"close": np.arange(1.0, 5.0)})
    assert list(found) == [f"ret_{s}{w}" for w in (5, 10, 20, 60) for s in ("mean", "std", "min", "max")]


@pytest.mark.parametrize("sort", SORTS)
def test_every_statistic_is_that_of_a_loop(sort):
    close = SORTS[sort](90)["close"].to_numpy()
    returns = np.diff(np.log(close), prepend=np.nan)
    found = rolling({"close": close})
    for width in FeatureConfig.windows:
        for name, statistic in NAIVE.items():
            expected = [
                statistic(returns[t - width + 1 : t + 1]) if t >= width else np.nan for t in range(90)
            ]
            np.testing.assert_allclose(found[f"ret_{name}{width}"], expected, rtol=1e-9, atol=1e-15)


def test_mean_and_extremes_are_those_of_a_database_window():
    close = random_bars(120)["close"].to_numpy()
    returns = np.diff(np.log(close))
    database = sqlite3.connect(":memory:")
    database.execute("create table bars (t integer primary key, r real)")
    database.executemany("insert into bars values (?, ?)", enumerate(returns.tolist(), start=1))
    frame = "over (order by t rows between 9 preceding and current row)"
    query = f"select avg(r) {frame}, min(r) {frame}, max(r) {frame} from bars order by t"  # noqa: S608
    expected = np.array(database.execute(query).fetchall())
    database.close()
    found = rolling({"close": close})
    for column, name in enumerate(("ret_mean10", "ret_min10", "ret_max10")):
        np.testing.assert_allclose(found[name][10:], expected[9:, column], rtol=1e-12, atol=1e-16)


def test_flat_prices_have_no_spread():
    found = rolling({"close": np.full(70, 0.1)})
    for width in FeatureConfig.windows:
        assert (found[f"ret_std{width}"][width:] == 0).all()


def test_fewer_bars_than_the_widest_window_are_unknown_not_an_error():
    found = rolling({"close": np.linspace(1, 2, 22)})
    assert np.isnan(found["ret_mean60"]).all()
    assert np.isfinite(found["ret_mean20"][20:]).all()
