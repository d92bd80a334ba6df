"""The horizon that a table states, and how many rows a label reaches over."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError
from signalcli.features import FeatureConfig, build
from signalcli.features.labels.overlap import horizon, overlap, state_horizon
from signalcli.schemas import FEATURES, check, feature_columns
from signalcli.training.walk_forward import walk_forward

BARS = random_bars(160)
SMALL = {"window": 4, "sets": ("lags",)}
MAJORITY = FitConfig(models=("majority",))


def table_of(bars=BARS, **config):
    return build(bars, FeatureConfig(**SMALL | config))


def unstated(table):
    return table.drop(columns="horizon")


def two_calendars():
    """A symbol on weekdays and one on every day of the week, over the same dates."""
    every_day = pd.date_range("2020-01-01", periods=200, freq="D").astype("datetime64[us]")
    return pd.concat([random_bars(140), random_bars(200, symbol="COIN").assign(date=every_day)])


def weekly_column(table):
    """The table with a column that is known on Wednesdays only."""
    known = table["date"].dt.day_of_week == 2
    return table.assign(report=np.where(known, 1.0, np.nan))


def shared_rows(rows):
    """Most rows behind a row and before its label's end, by a loop."""
    rows = rows.sort_values("date", kind="stable")
    dates, ends = rows["date"].tolist(), rows["label_end"].tolist()
    counts = [sum(d < end for d in dates[i + 1 :]) for i, end in enumerate(ends) if end is not pd.NaT]
    return max(counts, default=0)


@pytest.mark.parametrize("label", ["direction", "triple-barrier", "trend-scan"])
def test_features_state_the_horizon_of_their_config(label):
    table = table_of(horizon=7, label=label)
    assert table["horizon"].eq(7).all()
    assert "horizon" not in feature_columns(table)
    assert horizon(table) == 7
    assert horizon(table[table["date"].dt.day_of_week == 2]) == 7


def test_without_the_column_the_farthest_label_of_its_own_symbol_counts():
    assert horizon(unstated(table_of(two_calendars(), horizon=5))) == 5
    ends = unstated(table_of(horizon=10, label="triple-barrier", barriers=(0.3, 0.3)))
    positions = np.searchsorted(ends["date"], ends["label_end"].dropna())
    ahead = positions - np.flatnonzero(ends["label_end"].notna())
    assert np.median(ahead) < np.max(ahead) == horizon(ends)


def test_rows_that_are_missing_do_not_shorten_the_farthest_label():
    table = unstated(table_of(horizon=5))
    assert horizon(table.drop(index=[30, 31, 77])) == 5
    assert horizon(table.assign(label_end=pd.NaT)) == 1


def farthest(rows):
    """Most bars of its own symbol from a date to its label's end, by a loop."""
    most = 1
    for _, bars in rows.groupby("symbol"):
        dates = sorted(set(bars["date"]))
        ends = zip(bars["date"], bars["label_end"], strict=True)
        ahead = [sum(date <= d < end for d in dates) for date, end in ends if end is not pd.NaT]
        most = max([most, *ahead])
    return most


@given(seed=st.integers(0, 10**6), reach=st.integers(1, 6), share=st.floats(0.05, 1.5))
@settings(max_examples=25, deadline=None)
def test_the_farthest_label_whatever_the_order_of_the_rows(seed, reach, share):
    """Rows that are missing, twice there (two models), and of two symbols in any order."""
    table = unstated(table_of(two_calendars(), horizon=reach))
    rows = table.sample(frac=share, replace=share > 0.5, random_state=seed)
    assert horizon(rows) == farthest(rows)
    assert horizon(rows.sort_values(["symbol", "date"])) == farthest(rows)
    assert horizon(rows[:0]) == 1


def test_the_horizon_is_stated_before_rows_are_left_out():
    sparse = weekly_column(unstated(table_of(window=7, horizon=5)))
    found = walk_forward(sparse, MAJORITY, FoldConfig(folds=2))
    assert found["horizon"].eq(5).all()
    assert state_horizon(sparse).equals(sparse.assign(horizon=5))


def drifting_bars(rows=3000):
    """Daily bars whose log returns are noise around a slow drift: five bars tell more of it than one."""
    rng = np.random.default_rng(1)
    shocks, noise = rng.standard_normal((2, rows))
    drift = np.zeros(rows)
    for i in range(1, rows):
        drift[i] = 0.99 * drift[i - 1] + 0.07 * shocks[i]
    close = 50 * np.exp(0.01 * np.cumsum(drift + noise))
    prices = {"open": close, "high": close * 1.001, "low": close * 0.999, "close": close}
    return random_bars(rows).assign(**prices)


@pytest.mark.parametrize("stated", [True, False])
def test_a_weekly_column_does_not_weaken_persistence(stated):
    """Persistence of horizon 5 says the direction of the last five bars, on whichever rows it is asked."""
    table = weekly_column(table_of(drifting_bars(), window=6, horizon=5))
    found = walk_forward(table if stated else unstated(table), MAJORITY, FoldConfig(folds=3))
    rows = found[(found["model"] == "persistence") & found["p_up"].notna() & found["direction"].notna()]
    past = table.set_index("date")["close"].pct_change(5)[rows["date"]].to_numpy() > 0
    np.testing.assert_array_equal((rows["p_up"] > 0.5).to_numpy(), past)
    right, last_bar = rows["direction"] == 1, table.set_index("date")["close"].pct_change()[rows["date"]]
    assert np.mean(past == right) > np.mean((last_bar.to_numpy() > 0) == right) + 0.03


@given(
    seed=st.integers(0, 10**6),
    reach=st.integers(1, 8),
    label=st.sampled_from(["direction", "triple-barrier"]),
    pooled=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_overlap_counts_the_rows_that_share_bars_with_a_label(seed, reach, label, pooled):
    bars = two_calendars() if pooled else BARS
    table = table_of(bars, horizon=reach, label=label)
    kept = table.sample(frac=0.6, random_state=seed)
    assert overlap(kept) == shared_rows(kept)


def test_overlap_of_complete_tables():
    assert [overlap(table_of(horizon=h)) for h in (1, 5)] == [0, 4]
    pair = pd.concat([BARS, random_bars(160, symbol="BBB")])
    assert overlap(table_of(pair, horizon=5)) == 9
    assert overlap(table_of().assign(label_end=pd.NaT)) == 0


def test_a_barrier_that_is_rarely_reached_counts_in_full():
    table = table_of(horizon=9, label="triple-barrier", barriers=(0.2, 0.2))
    ends = np.searchsorted(table["date"], table["label_end"].dropna())
    ahead = ends - np.flatnonzero(table["label_end"].notna())
    assert overlap(table) == ahead.max() - 1 > np.median(ahead)


@pytest.mark.parametrize(
    ("stated", "code"), [([1, 5], "DATA-HORIZON"), ([0, 0], "DATA-HORIZON"), ([1.5, 1.5], "TABLE-TYPE")]
)
def test_a_horizon_that_cannot_be_is_refused(stated, code):
    table = table_of().assign(horizon=np.resize(stated, 160))
    with pytest.raises(DataError) as caught:
        horizon(check(table, FEATURES, "features"))
    assert caught.value.code == code
