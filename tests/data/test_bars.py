"""Raw rows to BARS: one adjustment, sound rows, one row a key."""

import numpy as np
import pandas as pd
import pytest

from bars_files import read_bars_csv
from shell import SAMPLE
from signalcli.data.bars import to_bars
from signalcli.errors import DataError, UsageError

DAYS = pd.bdate_range("2024-01-01", periods=40).astype("datetime64[us]")


def raw(rows=40, **changed):
    columns = {
        "symbol": "A",
        "date": DAYS[:rows],
        "open": 10.0,
        "high": 12.0,
        "low": 9.0,
        "close": 11.0,
        "volume": 5.0,
    }
    return pd.DataFrame(columns | changed, index=range(2, rows + 2))


def with_row(line, **cells):
    rows = raw()
    for name, value in cells.items():
        rows.loc[line, name] = value
    return rows


def refused(rows, **options):
    with pytest.raises(DataError) as caught:
        to_bars(rows, where="f.csv", **options)
    assert caught.value.exit_status == 65
    return caught.value


def log_return(adjust, symbol, day):
    bars = to_bars(read_bars_csv(str(SAMPLE)), where="stocks", adjust=adjust).bars
    closes = bars[bars["symbol"] == symbol].set_index("date")["close"]
    return np.log(closes).diff()[day]


@pytest.mark.parametrize(
    ("symbol", "day", "seen"),
    [("AAPL", "2000-06-21", -0.60), ("AAPL", "2005-02-28", -0.68), ("MSFT", "2003-02-18", -0.66)],
)
def test_a_split_is_no_return_unless_prices_stay_raw(symbol, day, seen):
    assert abs(log_return("total", symbol, day)) < 0.1
    assert log_return("raw", symbol, day) == pytest.approx(seen, abs=0.015)


def test_a_real_fall_is_one_either_way():
    assert log_return("total", "AAPL", "2000-09-29") == pytest.approx(-0.73, abs=0.01)
    assert log_return("raw", "AAPL", "2000-09-29") == pytest.approx(-0.73, abs=0.01)


def test_the_close_becomes_the_adjusted_close_and_the_others_keep_their_ratio():
    rows = read_bars_csv(str(SAMPLE))
    bars = to_bars(rows, where="stocks").bars
    said = rows.sort_values(["symbol", "date"]).merge(bars, on=["symbol", "date"], suffixes=("_raw", ""))
    assert len(said) == len(bars)
    np.testing.assert_allclose(said["close"], said["adj_close"], rtol=1e-12, atol=0)
    for price in ("open", "high", "low"):
        np.testing.assert_allclose(
            said[price] / said["close"], said[f"{price}_raw"] / said["close_raw"], rtol=1e-12
        )
    assert (said["volume"] == said["volume_raw"]).all()
    assert "adj_close" not in bars


def test_raw_prices_are_left_alone():
    bars = to_bars(raw(adj_close=1.0), where="f.csv", adjust="raw").bars
    assert (bars["close"] == 11.0).all()
    assert "adj_close" not in bars


def test_splits_scale_what_was_before_them_per_symbol():
    rows = raw(4, close=[80.0, 84.0, 21.0, 10.0], open=[80.0, 84.0, 21.0, 10.0], high=90.0, low=8.0)
    rows["split"] = [0.0, 1.0, 4.0, 2.0]
    other = raw(4, symbol="B", split=np.nan)
    bars = to_bars(pd.concat([rows[::-1], other], ignore_index=True), where="f.csv", adjust="split").bars
    assert list(bars.loc[bars["symbol"] == "A", "close"]) == [10.0, 10.5, 10.5, 10.0]
    assert list(bars.loc[bars["symbol"] == "A", "high"]) == [11.25, 11.25, 45.0, 90.0]
    assert (bars.loc[bars["symbol"] == "B", "close"] == 11.0).all()
    assert "split" not in bars


def test_splits_without_a_column_of_them_cannot_be_told_from_dividends():
    with pytest.raises(UsageError, match="use --adjust total or raw"):
        to_bars(raw(adj_close=1.0), where="f.csv", adjust="split")
    assert (to_bars(raw(), where="f.csv", adjust="split").bars["close"] == 11.0).all()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"close": np.nan}, "f.csv:7: a price is missing or not above 0 (1 of 40 rows); dropped"),
        ({"open": 0.0}, "f.csv:7: a price is missing or not above 0 (1 of 40 rows); dropped"),
        ({"low": -1.0}, "f.csv:7: a price is missing or not above 0 (1 of 40 rows); dropped"),
        ({"high": np.inf}, "f.csv:7: a price is missing or not above 0 (1 of 40 rows); dropped"),
        ({"high": 8.0}, "f.csv:7: open or close outside low … high (1 of 40 rows); dropped"),
        ({"open": 12.5}, "f.csv:7: open or close outside low … high (1 of 40 rows); dropped"),
        ({"open": 8.5}, "f.csv:7: open or close outside low … high (1 of 40 rows); dropped"),
        ({"close": 8.5}, "f.csv:7: open or close outside low … high (1 of 40 rows); dropped"),
    ],
)
def test_a_bad_row_is_dropped_and_counted(cells, words):
    rows = with_row(7, **cells)
    cleaned = to_bars(rows, where="f.csv")
    assert cleaned.warnings == [words]
    assert list(cleaned.bars["date"]) == [d for d in DAYS if d != rows.loc[7, "date"]]
    message = refused(rows, bad_rows="error").message
    assert message == words.replace("; dropped", "; fix the file or use --bad-rows drop")


def test_kept_rows_are_those_with_prices():
    rows = with_row(7, open=12.5).drop(index=9)
    rows.loc[8, "close"] = np.nan
    cleaned = to_bars(rows, where="f.csv", bad_rows="keep")
    assert len(cleaned.bars) == 38
    assert 12.5 in set(cleaned.bars["open"])
    assert len(cleaned.warnings) == 1


@pytest.mark.parametrize(
    ("used", "dropped"), [("high", 9), ("close", 7), ("open", 8), ("low", 10), ("volume", None)]
)
def test_a_row_is_valid_when_the_columns_that_are_used_are(used, dropped):
    rows = raw()
    for line, column in ((7, "close"), (8, "open"), (9, "high"), (10, "low"), (11, "volume")):
        rows.loc[line, column] = np.nan
    rows.loc[12, "high"] = 10.5  # below the close, which decides nothing about either alone
    cleaned = to_bars(rows, where="f.csv", columns=(used,))
    assert list(cleaned.bars["date"]) == [d for line, d in rows["date"].items() if line != dropped]
    words = f"f.csv:{dropped}: a price is missing or not above 0 (1 of 40 rows); dropped"
    assert cleaned.warnings == [words] * (dropped is not None)


@pytest.mark.parametrize("cell", [0.0, -1.0, np.inf, np.nan])
def test_an_invalid_cell_of_an_unused_column_leaves_its_row(cell):
    bars = to_bars(with_row(7, low=cell), where="f.csv", columns=("high",)).bars
    assert len(bars) == 40
    assert bars["low"].notna().sum() == 39 + (np.isfinite(cell))
    assert len(to_bars(with_row(7, high=cell), where="f.csv", columns=("high",)).bars) == 39


def test_a_used_price_needs_the_numbers_that_adjust_it():
    rows = raw(adj_close=5.5)
    rows.loc[7, "adj_close"] = np.nan
    rows.loc[8, "close"] = 0.0
    cleaned = to_bars(rows, where="f.csv", columns=("high",))
    assert (cleaned.bars["high"] == 6.0).all()
    assert len(cleaned.bars) == 38


def test_a_day_twice_is_judged_by_the_columns_that_are_used():
    rows = pd.concat([raw(), raw(1, close=10.5).set_axis([42])])
    assert len(to_bars(rows, where="f.csv", columns=("high",)).bars) == 40
    assert refused(rows, columns=("close",)).code == "DATA-KEY"


def test_sound_rows_say_nothing():
    assert to_bars(raw(open=9.0, close=12.0), where="f.csv").warnings == []


@pytest.mark.parametrize(("bad", "fine"), [(2, True), (3, False)])
def test_more_than_five_in_a_hundred_is_a_broken_file(bad, fine):
    rows = raw()
    rows.iloc[:bad, rows.columns.get_loc("close")] = np.nan
    if fine:
        assert len(to_bars(rows, where="f.csv").bars) == 38
    else:
        error = refused(rows)
        assert error.code == "DATA-BADROWS"
        assert "8% of the rows are bad (f.csv:2: a price is missing" in error.message


def test_the_same_row_twice_is_kept_once():
    rows = pd.concat([raw(), raw(2).set_axis([42, 43])])
    cleaned = to_bars(rows, where="f.csv")
    assert cleaned.warnings == ["f.csv:42: 2 rows appear twice; kept once"]
    assert len(cleaned.bars) == 40


def test_the_same_day_with_other_prices_is_refused():
    error = refused(pd.concat([raw(), raw(1, close=10.5).set_axis([42])]))
    assert error.code == "DATA-KEY"
    assert "f.csv:42: A 2024-01-01 appears twice with different prices" in error.message


def test_order_matters_only_when_it_is_asked_for():
    newest_first = raw()[::-1]
    assert to_bars(newest_first, where="f.csv").bars["date"].is_monotonic_increasing
    error = refused(newest_first, strict=True)
    assert (error.code, "f.csv:40: A: date before the row above it" in error.message) == ("DATA-ORDER", True)
    two = pd.concat([raw(symbol="B"), raw()])
    assert len(to_bars(two, where="f.csv", strict=True).bars) == 80


def test_a_missing_volume_is_unknown_and_other_columns_pass_behind():
    bars = to_bars(
        raw(sector="x").drop(columns="volume")[["sector", "date", "symbol", "close", "low", "high", "open"]],
        where="f.csv",
    ).bars
    assert list(bars.columns) == ["symbol", "date", "open", "high", "low", "close", "volume", "sector"]
    assert bars["volume"].isna().all()
