"""Bars of longer intervals: a plain loop says the same, and an unfinished interval is not seen."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from shell import run
from signalcli.config.resample import ResampleConfig
from signalcli.data.resample.intervals import parse_interval
from signalcli.data.resample.resample import resample
from signalcli.errors import DataError, UsageError

FAST = (Phase.explicit, Phase.generate)
PRICES = ["open", "high", "low", "close"]


def hours(rows, start="2024-03-08 14:30", step="1h", seed=0):
    dates = pd.date_range(start, periods=rows, freq=step).as_unit("us")
    return random_bars(rows, seed).assign(date=dates)


def sessions(first, days, seed=0):
    """Half-hour bars of New York, 09:30 to 16:00, in UTC."""
    zone = ZoneInfo("America/New_York")
    starts = [
        dt.datetime.combine(day, dt.time(9, 30), zone) + dt.timedelta(minutes=30 * i)
        for day in pd.bdate_range(first, periods=days).date
        for i in range(13)
    ]
    dates = pd.to_datetime([s.astimezone(dt.UTC).replace(tzinfo=None) for s in starts]).as_unit("us")
    return random_bars(len(dates), seed).assign(date=dates)


def longer(bars, to, **settings):
    return resample(bars, ResampleConfig(to=to, **settings)).bars


def dates_of(table):
    return [str(d).removesuffix(" 00:00:00") for d in table["date"]]


# ---- values by hand


def test_two_symbols_of_the_same_week_are_two_bars():
    days = pd.date_range("2024-03-04", periods=7).as_unit("us")  # from Monday to Sunday
    one, two = (random_bars(7, seed, symbol=s).assign(date=days) for seed, s in ((1, "A"), (2, "B")))
    whole = {"bar_length": "1d"}
    both = longer(pd.concat([one, two], ignore_index=True), "1wk", **whole)
    assert both["symbol"].tolist() == ["A", "B"]
    alone = [longer(bars, "1wk", **whole) for bars in (one, two)]
    pd.testing.assert_frame_equal(both, pd.concat(alone, ignore_index=True))


def test_a_week_has_first_open_last_close_extremes_and_the_sum_of_volume():
    bars = pd.DataFrame(
        {
            "symbol": "AAA",
            "date": pd.to_datetime(
                ["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-10", "2024-01-16"]
            ).as_unit("us"),
            "open": [10.0, 11, 12, 13, 14],
            "high": [12.0, 15, 13, 14, 15],
            "low": [9.0, 10, 8, 12, 13],
            "close": [11.0, 12, 12.5, 13.5, 14.5],
            "volume": [100.0, 200, 300, np.nan, 500],
            "cpi": [1.0, 2, 3, np.nan, 5],
            "note": ["a", "b", "c", "d", "e"],
        }
    )
    table = longer(bars, "1wk")
    assert dates_of(table) == ["2024-01-01", "2024-01-08"]
    assert table.loc[0, [*PRICES, "volume", "cpi", "note"]].tolist() == [10, 15, 9, 12, 300, 2, "b"]
    assert table.loc[1, PRICES].tolist() == [12, 14, 8, 13.5]
    assert table.loc[1, ["volume", "cpi"]].isna().all(), "a sum with an unknown part is unknown"
    assert dates_of(longer(bars, "1w", label_at="last")) == ["2024-01-05", "2024-01-10"]


def test_symbols_are_apart_and_each_loses_its_own_unfinished_interval():
    bars = pd.concat([random_bars(30), random_bars(12, symbol="BBB")], ignore_index=True)
    result = resample(bars, ResampleConfig(to="1wk"))
    for symbol in ("AAA", "BBB"):
        own = bars[bars["symbol"] == symbol].reset_index(drop=True)
        one = longer(own, "1wk")
        two = result.bars[result.bars["symbol"] == symbol].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, two)
    [line] = result.lines
    assert line.startswith("left out: 2 unfinished intervals (AAA 2020-02-10, BBB 2020-01-13); --calendar")


@pytest.mark.parametrize(
    ("to", "starts"),
    [("1mo", ["2020-01-01", "2020-02-01", "2020-03-01"]), ("2mo", ["2020-01-01"]), ("1q", None)],
)
def test_months_begin_on_the_first(to, starts):
    bars = random_bars(75)  # 2020-01-01 to 2020-04-14
    if starts is None:
        with pytest.raises(UsageError):
            longer(bars, to)
    else:
        assert dates_of(longer(bars, to)) == starts


# ---- sessions


def test_hours_begin_with_the_session():
    bars = sessions("2024-03-07", 3)
    table = longer(bars, "1h", calendar="XNYS")
    # the clocks change on March 10; the last bar of a session is half an hour, and that of today is open
    assert dates_of(table)[:7] == [f"2024-03-07 {h}:30:00" for h in range(14, 21)]
    assert dates_of(table)[14] == "2024-03-11 13:30:00"
    assert len(table) == 20
    assert len(longer(bars, "1h", calendar="XNYS", bar_length="30m")) == 21


def test_a_session_is_finished_at_its_bell():
    bars = sessions("2024-03-07", 3)
    assert dates_of(longer(bars, "1d", calendar="XNYS", bar_length="30m"))[-1] == "2024-03-11"
    assert dates_of(longer(bars.head(-1), "1d", calendar="XNYS", bar_length="30m"))[-1] == "2024-03-08"
    assert dates_of(longer(bars, "1d", calendar="XNYS"))[-1] == "2024-03-08"


def test_a_week_ends_with_its_last_session():
    bars = random_bars(4, start="2024-03-25")  # Good Friday is no session
    assert dates_of(longer(bars, "1wk", calendar="XNYS")) == ["2024-03-25"]
    with pytest.raises(DataError, match="no 1wk is finished"):
        longer(bars, "1wk")
    with pytest.raises(DataError, match="no 1wk is finished"):
        longer(bars.head(3), "1wk", calendar="XNYS")


def test_bars_outside_the_sessions_are_counted():
    bars = hours(24, "2024-03-07 10:30")
    result = resample(bars, ResampleConfig(to="4h", calendar="XNYS"))
    assert result.lines[0] == "left out: 17 bars outside the sessions of XNYS"
    weekend = random_bars(8).assign(date=pd.date_range("2024-03-06", periods=8).as_unit("us"))
    lines = resample(weekend, ResampleConfig(to="1wk", calendar="XNYS")).lines
    assert lines[0] == "left out: 2 bars outside the sessions of XNYS"


def test_days_are_those_of_the_zone():
    bars = hours(72, "2024-03-09 00:00")
    assert dates_of(longer(bars, "1d")) == ["2024-03-09", "2024-03-10"]
    assert dates_of(longer(bars, "1d", zone="Asia/Tokyo")) == ["2024-03-09", "2024-03-10", "2024-03-11"]
    tokyo = longer(bars, "1d", zone="Asia/Tokyo")
    assert tokyo["volume"].iloc[0] == bars["volume"].iloc[:15].sum()
    new_york = longer(bars, "1d", zone="America/New_York")  # March 10 has 23 hours
    assert new_york["volume"].iloc[2] == bars["volume"].iloc[5 + 24 : 5 + 24 + 23].sum()


def test_the_last_interval_is_seen_when_its_last_bar_ends_it():
    bars = hours(24, "2024-03-04 00:00")
    assert len(longer(bars, "4h")) == 5
    assert len(longer(bars, "4h", bar_length="1h")) == 6
    assert len(longer(bars.head(23), "4h", bar_length="1h")) == 5
    assert (
        len(longer(random_bars(7).assign(date=pd.date_range("2024-03-04", periods=7).as_unit("us")), "1wk"))
        == 1
    )


# ---- what cannot be


@pytest.mark.parametrize(
    ("to", "bars", "words"),
    [
        ("1h", random_bars(30), "longer than the interval of the bars, 1d"),
        ("1d", random_bars(30), "longer"),
        ("1h", hours(30), "longer"),
        ("2h", hours(30, step="90min"), "do not fill it"),
        (
            "1mo",
            random_bars(30).assign(date=pd.date_range("2020-01-06", periods=30, freq="7D")),
            "do not fill it",
        ),
        ("7h", hours(30), "must divide a day"),
        ("week", hours(30), "must be an interval"),
        ("0d", hours(30), "must be an interval"),
    ],
)
def test_an_interval_that_bars_cannot_fill_is_refused(to, bars, words):
    with pytest.raises(UsageError, match=words):
        longer(bars, to)


def test_a_bar_is_not_longer_than_the_steps_between_bars():
    with pytest.raises(UsageError, match="3600 s apart"):
        longer(hours(30), "4h", bar_length="2h")
    with pytest.raises(UsageError, match="left out with --calendar"):
        ResampleConfig(calendar="XNYS", zone="Asia/Tokyo")
    with pytest.raises(UsageError, match=r"no such calendar; use .* or 24/7, none$"):
        longer(hours(30), "1d", calendar="XNYX")
    with pytest.raises(UsageError, match="no such time zone"):
        longer(hours(30), "1d", zone="Mars")
    with pytest.raises(UsageError, match="no such time zone"):  # daily bars need none, and yet
        longer(longer(hours(60), "1d"), "1wk", zone="Mars")


# ---- a plain loop, and nothing of the future


def _start(date, to):
    if to == "1mo":
        return date.normalize().replace(day=1)
    if to == "1wk":
        return date.normalize() - pd.Timedelta(days=date.day_of_week)
    return date.normalize() if to == "1d" else date.normalize() + pd.Timedelta(hours=date.hour // 4 * 4)


def _loop(bars, to):
    out = {}
    for row in bars.itertuples():
        key = (row.symbol, _start(row.date, to))
        if key not in out:
            out[key] = [row.open, row.high, row.low, row.close, row.volume, row.extra]
            continue
        own = out[key]
        own[1], own[2], own[3] = max(own[1], row.high), min(own[2], row.low), row.close
        own[4], own[5] = own[4] + row.volume, row.extra
    last = dict(out.keys())
    rows = [(s, t, *v) for (s, t), v in out.items() if t != last[s]]
    return pd.DataFrame(rows, columns=["symbol", "date", *PRICES, "volume", "extra"])


@st.composite
def worlds(draw):
    to = draw(st.sampled_from(["4h", "1d", "1wk", "1mo"]))
    step = {"4h": 1, "1d": 1, "1wk": 24, "1mo": 24}[to]
    parts = []
    for symbol in ("AAA", "BBB")[: draw(st.integers(1, 2))]:
        count = draw(st.integers(3, 60))
        gaps = draw(st.lists(st.sampled_from([1, 1, 1, 1, 2, 5]), min_size=count, max_size=count))
        begin = pd.Timestamp("2024-01-31") + pd.Timedelta(hours=step * draw(st.integers(0, 50)))
        dates = begin + pd.to_timedelta(np.cumsum(gaps) * step, unit="h")
        rows = random_bars(count, draw(st.integers(0, 99)), symbol)
        parts.append(rows.assign(date=pd.DatetimeIndex(dates).as_unit("us"), extra=rows["close"] * 2))
    return pd.concat(parts, ignore_index=True), to


def _resampled(bars, config):
    """The new bars; none when nothing is finished, or when too few bars show their interval."""
    try:
        return resample(bars, config).bars
    except (DataError, UsageError):
        return bars.head(0)


@given(worlds())
@settings(max_examples=80, deadline=None, phases=FAST)
def test_a_plain_loop_says_the_same(world):
    bars, to = world
    expected = _loop(bars, to)
    actual = _resampled(bars, ResampleConfig(to=to, bar_length="1m"))
    if len(expected) and len(actual):
        pd.testing.assert_frame_equal(actual, expected, check_exact=True, check_dtype=False)


@given(worlds(), st.data(), st.booleans())
@settings(max_examples=80, deadline=None, phases=FAST)
def test_no_new_bar_depends_on_later_bars(world, data, stated):
    bars, to = world
    unit = "1h" if to in {"4h", "1d"} else "1d"
    config = ResampleConfig(to=to, bar_length=unit if stated else None)
    whole = _resampled(bars, config)
    moment = data.draw(st.sampled_from(list(bars["date"])))
    past = bars["date"] <= moment
    cut = _resampled(bars[past].reset_index(drop=True), config)
    other = bars.copy()
    other.loc[~past, [*PRICES, "volume", "extra"]] *= 3.0
    changed = _resampled(other, config)
    key = ["symbol", "date"]
    for table in (whole, changed):
        same = cut[key].merge(table, on=key, how="left")
        pd.testing.assert_frame_equal(same[list(cut.columns)], cut, check_exact=True, check_dtype=False)


def test_intervals_have_one_spelling():
    assert [str(parse_interval("--to", t)) for t in ("1w", "1M", "1y", "90min")] == [
        "1wk",
        "1mo",
        "12mo",
        "90m",
    ]


# ---- the verb


def test_resample_works_in_a_pipe():
    bars = run("fetch walk --source synthetic --rows 60")
    weeks = run("resample --to 1w", bars)
    assert weeks.splitlines()[0] == "symbol,date,open,high,low,close,volume"
    assert "1 unfinished interval" in weeks.stderr
    assert run("resample --to 1mo", weeks, 2).stderr.startswith("signalcli: error[RESAMPLE-UNFIT]")
