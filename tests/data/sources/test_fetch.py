"""Symbols and a source to BARS."""

import datetime as dt

import pandas as pd
import pytest

from shell import SAMPLE, run
from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.fetch import fetch
from signalcli.errors import NoInputError, UsageError

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
STOCKS = str(SAMPLE)


def bars(*symbols, **options):
    found = fetch(symbols, FetchConfig(**{"source": STOCKS} | options), NOW)
    assert found.failures == []
    return found.bars


def refused(error, *symbols, **options):
    with pytest.raises(error) as caught:
        bars(*symbols, **options)
    return caught.value.message


def test_no_symbol_named_means_all_of_the_file():
    assert list(bars()["symbol"].unique()) == ["AAPL", "FB", "GOOG", "IBM", "MSFT"]


def test_symbols_named_are_the_only_ones_and_stand_as_they_would_alone():
    both = bars("MSFT", "IBM", "IBM")
    assert list(both["symbol"].unique()) == ["IBM", "MSFT"]
    alone = bars("IBM")
    pd.testing.assert_frame_equal(both[both["symbol"] == "IBM"].reset_index(drop=True), alone)


def test_an_unknown_symbol_names_near_ones():
    message = refused(NoInputError, "IBN")
    assert message.startswith(f"{STOCKS}: no symbol 'IBN'; did you mean IBM")
    assert "did you mean AAPL or IBM or MSFT" in refused(NoInputError, "ZZZZ").replace(" or FB or GOOG", "")
    assert run(f"fetch IBN --source {STOCKS}", status=66) == ""


def test_both_ends_of_the_window_are_inside():
    got = bars("IBM", start=dt.date(2000, 3, 2), end=dt.date(2000, 3, 6))
    assert [f"{d:%m-%d}" for d in got["date"]] == ["03-02", "03-03", "03-06"]


def test_the_whole_last_day_is_inside(tmp_path):
    path = tmp_path / "hours.csv"
    rows = [f"2024-01-0{d} {h}:00,1,2,0.5,1" for d in (1, 2, 3) for h in ("00", "12", "23")]
    path.write_text("\n".join(["date,open,high,low,close", *rows]))
    got = bars(source=str(path), start=dt.date(2024, 1, 2), end=dt.date(2024, 1, 2))
    assert list(got["date"].dt.hour) == [0, 12, 23]


@pytest.mark.parametrize("end", [dt.date(9999, 12, 31), dt.date.max, None])
def test_the_end_of_time_is_an_end(end):
    assert len(bars("FB", end=end)) == 196


@pytest.mark.parametrize(
    "window",
    [
        {"start": dt.date(2030, 1, 1)},
        {"end": dt.date(1990, 1, 1)},
    ],
)
def test_no_bars_in_the_window_says_which_there_are(window):
    message = refused(NoInputError, "IBM", **window)
    (end,) = window
    assert message == f"{STOCKS}: bars from 2000-03-01 to 2013-03-01; none in the window; change --{end}"


def test_a_file_of_one_nameless_series_takes_the_name_asked_for(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("date,open,high,low,close\n2024-01-02,1,2,0.5,1\n")
    assert list(bars("SPY", source=str(path))["symbol"]) == ["SPY"]
    assert list(bars(source=str(path))["symbol"]) == ["prices"]
    refused(NoInputError, "SPY", "IBM", source=str(path))


def test_a_name_in_the_file_is_not_overruled(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("symbol,date,open,high,low,close\nIBM,2024-01-02,1,2,0.5,1\n")
    refused(NoInputError, "SPY", source=str(path))


def test_synthetic_bars_take_rows_start_seed_and_settings():
    got = bars(
        "ar1",
        "walk",
        source="synthetic",
        rows=30,
        start=dt.date(2020, 1, 1),
        seed=4,
        settings={"ar1": {"phi": 0.9}},
    )
    assert len(got) == 60
    assert got["date"].min() == pd.Timestamp("2020-01-01")
    plain = bars("ar1", "walk", source="synthetic", rows=30, start=dt.date(2020, 1, 1), seed=4)
    same = (got["close"] == plain["close"]).groupby(got["symbol"]).all()
    assert same.to_dict() == {"ar1": False, "walk": True}


def test_a_source_that_needs_a_name_asks_for_one():
    assert "give a process: walk, ar1" in refused(UsageError, source="synthetic")
    assert "no symbol given" in refused(UsageError, source="yahoo")
