"""The running bar of daily bars whose dates are typed, against the definition in plain loops."""

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from signalcli.data.sources.csv.dates.live import clock_of_day

DAY = datetime(2024, 3, 4)
TIMES = ((14, 30, 0), (13, 30, 0), (20, 0, 2), (14, 0, 0))  # winter, summer, while it trades, another
CLOCKS = [timedelta(hours=hour, minutes=minute, seconds=second) for hour, minute, second in TIMES]
ROWS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 6), st.sampled_from(CLOCKS)), min_size=1)


def clock(date):
    return date - date.replace(hour=0, minute=0, second=0)


def dates_without_running_bars(rows):
    """Each date, and where a symbol's last has a later clock than all others, the clock before it."""
    by_symbol = defaultdict(list)
    for symbol, date in rows:
        by_symbol[symbol].append(date)
    moved = {}
    for symbol, dates in by_symbol.items():
        newest = max(dates)
        others = [date for date in dates if date != newest]
        clocks = {clock(date) for date in others}
        summer = len(clocks) == 2 and max(clocks) - min(clocks) == timedelta(hours=1)
        a_day = len({date.date() for date in others}) == len(set(others)) >= 3
        if a_day and (len(clocks) == 1 or summer) and clock(newest) > max(clocks):
            moved[symbol] = newest, newest - clock(newest) + clock(max(others))
    return [moved[s][1] if s in moved and date == moved[s][0] else date for s, date in rows]


def made(rows):
    symbols, dates = zip(*rows, strict=True)
    return clock_of_day(pd.Series(dates).astype("datetime64[us]"), pd.Series(symbols, dtype="str"))


@given(ROWS)
@example([("A", day, CLOCKS[0]) for day in range(4)] + [("A", 4, CLOCKS[2])])  # a running bar
@example([("A", day, CLOCKS[day % 2]) for day in range(4)] + [("A", 4, CLOCKS[2])])  # in summer and winter
@example([("A", day, CLOCKS[2 * (day % 2)]) for day in range(4)] + [("A", 4, CLOCKS[2])])  # at two clocks
@example([("A", day, CLOCKS[(0, 1, 3)[day % 3]]) for day in range(4)] + [("A", 4, CLOCKS[2])])  # three
@example([("A", 0, CLOCKS[0]), ("B", 0, CLOCKS[1])])  # no other bar
def test_only_the_last_of_daily_bars_moves_to_their_clock(drawn):
    rows = [(symbol, DAY + timedelta(day) + at) for symbol, day, at in drawn]
    expected = dates_without_running_bars(rows)
    found = made(rows)
    assert list(found.dates.dt.to_pydatetime()) == expected
    np.testing.assert_array_equal(found.at, [a != b for (_, a), b in zip(rows, expected, strict=True)])


def test_intraday_bars_stay_beside_daily_ones():
    minutes = [("A", DAY + timedelta(day, hours=hour)) for day in range(4) for hour in (9, 12, 16)]
    daily = [("B", DAY + timedelta(day) + CLOCKS[0]) for day in range(4)]
    running = ("B", DAY + timedelta(4) + CLOCKS[2])
    found = made([*minutes, *daily, running])
    assert found.at.tolist() == [False] * (len(minutes) + len(daily)) + [True]
    assert found.dates.iloc[-1] == DAY + timedelta(4) + CLOCKS[0]
