"""Where a bar stands in its session."""

import pandas as pd

from random_bars import random_bars
from signalcli.features import FeatureConfig, build


def test_bars_and_minutes_since_the_first_bar_of_the_date():
    days = [pd.date_range(f"2024-03-0{d} 14:{30 + 5 * (d == 2)}", periods=6, freq="15min") for d in (1, 2, 3)]
    dates = days[0].append(days[1:])
    bars = random_bars(18).assign(date=dates.astype("datetime64[us]"))
    table = build(bars, FeatureConfig(window=2, sets=("session",)))
    assert table["session_position"].tolist() == [0, 1, 2, 3, 4, 5] * 3
    assert table["minute_of_session"].tolist() == [0, 15, 30, 45, 60, 75] * 3


def test_daily_bars_are_first_of_their_session():
    table = build(random_bars(30), FeatureConfig(window=2, sets=("session",)))
    assert (table[["session_position", "minute_of_session"]] == 0).all(axis=None)
