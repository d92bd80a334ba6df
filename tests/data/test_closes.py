"""The moment at which a daily bar is known, and the symbols of which it differs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from shell import run
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.closes import CloseTime, close_times, zone_conflict
from signalcli.errors import DataError, UsageError
from signalcli.features import FeatureConfig, build
from signalcli.io.tables import to_bytes
from signalcli.training.folds import split
from signalcli.training.moments import moments
from signalcli.training.walk_forward import walk_forward

TOKYO, NEW_YORK = "15:30@Asia/Tokyo", "16:00@America/New_York"
CLOSES = (f"7203.T={TOKYO}", f"IBM={NEW_YORK}")
NAMES = ["market_ret", "market_up", "ret_rank", "ret_excess"]
DAYS = np.array(["2024-01-15", "2024-07-15"], "datetime64[us]")


def cross(**settings):
    return FeatureConfig(**{"window": 2, "sets": ("cross",)} | settings)


def pair(rows=400, pull=1.0, seed=0):
    """Tokyo follows New York's last close, which is 15 hours later than Tokyo's of the same date."""
    rng = np.random.default_rng(seed)
    home = 0.01 * rng.standard_normal(rows)
    away = 0.01 * rng.standard_normal(rows)
    away[1:] += pull * home[:-1]
    parts = []
    for symbol, r in (("7203.T", away), ("IBM", home)):
        close = 100 * np.exp(np.cumsum(r))
        prices = {"open": close, "high": close * 1.001, "low": close * 0.999, "close": close}
        parts.append(random_bars(rows).assign(symbol=symbol, **prices))
    return pd.concat(parts, ignore_index=True)


def market_of_a_clerk(bars, closes, symbol, date):
    """Mean of the returns that are known at the close of a symbol, bar by bar."""
    now = closes[symbol].at(np.array([date], "datetime64[us]"))[0]
    seen = []
    for name, rows in bars.groupby("symbol"):
        r = np.log(rows["close"].to_numpy() / rows["close"].shift(1).to_numpy())
        days = rows["date"].to_numpy()
        today = closes[name].at(np.array([date], "datetime64[us]"))[0] <= now
        known = [i for i, d in enumerate(days) if d <= date and closes[name].at(days[i : i + 1])[0] <= now]
        if known and (
            days[known[-1]] == date or (not today and date - days[known[-1]] <= np.timedelta64(7, "D"))
        ):
            seen.append(r[known[-1]])
    return np.nanmean(seen)


def test_a_close_in_universal_time_heeds_daylight_saving():
    assert CloseTime(16 * 60, "America/New_York").at(DAYS).astype(str).tolist() == [
        "2024-01-15T21:00:00.000000",
        "2024-07-15T20:00:00.000000",
    ]
    (close,) = close_times(["7203.T"], [TOKYO], DAYS)
    assert close.at(DAYS)[0] == np.datetime64("2024-01-15T06:30")
    assert close_times(["BTC-USD"], ["24/7"], DAYS)[0].at(DAYS)[0] == np.datetime64("2024-01-16")


def test_the_close_of_an_exchange():
    pytest.importorskip("exchange_calendars")
    tokyo, new_york = close_times(["7203.T", "IBM"], ["7203.T=XTKS", "XNYS"], DAYS)
    assert (tokyo.zone, new_york) == ("Asia/Tokyo", CloseTime(16 * 60, "America/New_York"))


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("7203.T=15:00",), "must be a time and a zone"),
        (("15:00@Mars/Base",), "no such time zone"),
        (("7203.T=15:30@Asia/Tokyo",), "no close of IBM"),
        (("99:00@UTC",), "must be a time and a zone"),
    ],
)
def test_a_close_that_is_none_is_refused(texts, said):
    with pytest.raises(UsageError, match=said):
        close_times(["7203.T", "IBM"], texts, DAYS)


def test_symbols_of_different_zones():
    days = random_bars(300)["date"].to_numpy()
    every_day = np.arange(days[0], days[-1], np.timedelta64(1, "D"))
    holidays = np.delete(days, np.arange(20, 300, 25))
    same = [days, days]
    assert zone_conflict(["A", "B"], same) is None
    assert zone_conflict(["A", "B"], [days, days[100:]]) is None
    assert zone_conflict(["IBM", "BRK.B"], same) is None
    assert zone_conflict(["SAP.DE", "MC.PA"], same) is None
    assert zone_conflict(["IBM", "7203.T"], same) == ("IBM", "7203.T")
    assert zone_conflict(["SAP.DE", "7203.T"], same) == ("SAP.DE", "7203.T")
    assert zone_conflict(["A", "COIN"], [days, every_day]) == ("COIN", "A")
    assert zone_conflict(["A", "B"], [days, holidays]) == ("A", "B")


def test_what_closes_later_is_read_a_day_late():
    bars = pair()
    table = build(bars, cross(close_time=CLOSES)).set_index(["symbol", "date"])
    closes = dict(zip(("7203.T", "IBM"), close_times(["7203.T", "IBM"], CLOSES, DAYS), strict=True))
    for symbol, date in list(table.index)[2:60] + list(table.index)[402:460]:
        want = market_of_a_clerk(bars, closes, symbol, date.to_datetime64())
        assert table.loc[(symbol, date), "market_ret"] == pytest.approx(want, rel=1e-9, abs=1e-15)


@given(rows=st.integers(30, 90), hole=st.integers(3, 29))
@settings(max_examples=15, deadline=None)
def test_nothing_that_is_known_later_moves_a_row(rows, hole):
    """At Tokyo's close the other market's bar of the day is not there: the row is the same without it."""
    bars = pair(100).drop(index=[hole])
    now = bars["date"].iloc[rows]
    tokyo = bars["symbol"] == "7203.T"
    cut = bars[(bars["date"] < now) | ((bars["date"] == now) & tokyo)]
    full, part = (
        build(b, cross(close_time=CLOSES)).set_index(["symbol", "date"])[NAMES] for b in (bars, cut)
    )
    pd.testing.assert_frame_equal(part, full.loc[part.index], check_exact=True)


def test_equal_closes_give_the_bytes_of_no_close():
    bars = pair().replace({"symbol": {"7203.T": "AAA"}})
    plain, timed = build(bars, cross()), build(bars, cross(close_time=(NEW_YORK,)))
    pd.testing.assert_frame_equal(plain[NAMES], timed[NAMES], check_exact=True)


def test_different_zones_without_closes_are_refused_with_a_way_out():
    with pytest.raises(
        DataError, match=r"7203\.T and IBM close at different moments.*--close-time"
    ) as caught:
        build(pair(), cross())
    assert caught.value.code == "DATA-ZONES"
    content = to_bytes(pair(60), "csv")
    assert "DATA-ZONES" in run("features -w 2 --sets cross", content, 65).stderr
    assert run(f"features -w 2 --sets cross --close-time {','.join(CLOSES)}", content)


def test_no_skill_is_seen_where_none_is_possible():
    """Tokyo's next return is New York's of the date, 15 hours later: joined by date it looks like skill."""
    bars = pair(1200)
    fit, folds = FitConfig(models=("logistic",)), FoldConfig(folds=3)
    peeking = bars.replace({"symbol": {"7203.T": "TOKYO"}})  # nothing tells that the zones differ

    def accuracy(table, symbol):
        rows = walk_forward(table, fit, folds)
        rows = rows[(rows["symbol"] == symbol) & (rows["model"] == "logistic") & rows["direction"].notna()]
        return np.mean((rows["p_up"] > 0.5) == (rows["direction"] == 1)), len(rows)

    lags = {"sets": ("lags", "cross"), "window": 3, "channels": ("ret",)}
    joined, _ = accuracy(build(peeking, cross(**lags)), "TOKYO")
    known, rows = accuracy(build(bars, cross(close_time=CLOSES, **lags)), "7203.T")
    assert joined > 0.7
    assert abs(known - 0.5) < 4 * 0.5 / np.sqrt(rows)


@pytest.mark.parametrize("stated", [True, False])
def test_pooled_rows_train_on_no_label_that_is_known_later(stated):
    settings_ = {"close_time": CLOSES} if stated else {}
    table = build(pair(60), FeatureConfig(window=2, sets=("lags",), **settings_))
    rows = table.sort_values(["date", "symbol"]).reset_index(drop=True)
    ends = rows["label_end"].to_numpy()
    for fold in split(rows["date"].to_numpy(), ends, FoldConfig(folds=3), moments(rows, ends)):
        first = rows["date"].iloc[fold.test].min()
        train = rows.iloc[fold.train]
        assert (train.loc[train["symbol"] == "IBM", "label_end"] < first).all()
        tokyo = train.loc[train["symbol"] == "7203.T", "label_end"].max()
        assert (tokyo == first) is stated


def test_the_moment_is_a_column_and_no_feature():
    table = build(pair(60), FeatureConfig(window=2, sets=("lags",), close_time=CLOSES))
    tokyo = table[table["symbol"] == "7203.T"].iloc[0]
    assert tokyo["known_at"] - tokyo["date"] == pd.Timedelta(hours=6, minutes=30)
    text = run("features -w 2 --sets lags --close-time " + ",".join(CLOSES), to_bytes(pair(60), "csv"))
    assert "T06:30:00Z" in text.splitlines()[1]
    assert run("fit --model logistic --folds 2 --pooled", text)
