"""Every check finds its fault at its date, and nothing else; clean bars have no findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bars_files import read_bars_csv
from random_bars import PRICES, SORTS, random_bars
from shell import ROOT
from signalcli.config.quality import QualityConfig
from signalcli.data.quality.jumps import split_lines
from signalcli.data.quality.validate import validate
from signalcli.data.sources.synthetic import PROCESSES, synthetic_bars

SPEC = QualityConfig()
FEW = settings(max_examples=6)
SAMPLES = ROOT / "sample_data"


def found(bars: pd.DataFrame, **thresholds: object) -> list[tuple[str, str, str]]:
    """Date, check and severity of the findings."""
    table = validate(bars, QualityConfig(**thresholds))
    return [(f"{f.date:%Y-%m-%d}", f.check, f.severity) for f in table.itertuples()]


def day(bars: pd.DataFrame, row: int) -> str:
    return f"{bars['date'].iloc[row]:%Y-%m-%d}"


def hourly(days: int = 60, seed: int = 0, opening: str = "14:30", bars_a_day: int = 7) -> pd.DataFrame:
    """Clean bars of a market that is open for seven hours."""
    bars = random_bars(days * bars_a_day, seed=seed)
    first = [d + pd.Timedelta(f"{opening}:00") for d in pd.bdate_range("2023-01-02", periods=days)]
    stamps = [d + pd.Timedelta(hours=h) for d in first for h in range(bars_a_day)]
    return bars.assign(date=pd.DatetimeIndex(stamps).as_unit("us"))


def scaled(bars: pd.DataFrame, rows: slice, factor: float, columns: list[str] = PRICES) -> pd.DataFrame:
    out = bars.copy()
    out.loc[out.index[rows], columns] *= factor
    return out


# ---- clean bars


@FEW
@given(seed=st.integers(0, 10**6), rows=st.integers(2, 300))
def test_random_bars_have_no_findings(seed: int, rows: int) -> None:
    assert found(random_bars(rows, seed=seed)) == []


@pytest.mark.parametrize("process", PROCESSES)
def test_synthetic_bars_have_no_findings(process: str) -> None:
    assert found(synthetic_bars(process, rows=800)) == []


def test_hourly_bars_have_no_findings() -> None:
    assert found(hourly()) == []


def test_bars_of_every_day_have_no_findings() -> None:
    bars = random_bars(100)
    bars["date"] = pd.date_range("2024-01-01", periods=100, unit="us")
    assert found(bars) == []
    assert found(bars, calendar="24/7") == []


def test_bars_from_new_to_old_are_in_order() -> None:
    assert found(random_bars(50)[::-1]) == []


@pytest.mark.parametrize("calendar", ["auto", "XNYS"])
def test_real_stocks_as_traded_have_no_errors(calendar: str) -> None:
    """Their splits are in the adjusted close; the fall of Apple in September 2000 was news."""
    pytest.importorskip("exchange_calendars")
    raw = read_bars_csv(str(SAMPLES / "stocks_1d.csv"))
    assert found(raw, calendar=calendar) == []


@pytest.mark.parametrize("calendar", ["auto", "XNYS"])
def test_a_real_index_has_no_findings(calendar: str) -> None:
    pytest.importorskip("exchange_calendars")
    assert found(read_bars_csv(str(SAMPLES / "sp500_1d.csv")), calendar=calendar) == []


def test_the_sundays_of_a_currency_are_real() -> None:
    findings = found(read_bars_csv(str(SAMPLES / "eurusd_1h.csv")))
    assert findings == [("2017-12-25", "hole", "warning")]  # nobody trades at Christmas


def test_the_splits_of_stocks_without_their_adjusted_close_are_found() -> None:
    raw = read_bars_csv(str(SAMPLES / "stocks_1d.csv")).drop(columns="adj_close")
    assert found(raw) == [
        ("2000-06-21", "split", "error"),
        ("2005-02-28", "split", "error"),
        ("2003-02-18", "split", "error"),
    ]


@pytest.mark.parametrize("sort", sorted(set(SORTS) - {"random_bars", "one_jump", "constant_price"}))
def test_bars_that_formulas_break_on_are_still_bars(sort: str) -> None:
    assert [f for f in found(SORTS[sort](60)) if f[2] == "error"] == []


# ---- planted faults: each is found at its date, and nothing else is


def nan_price(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, column] = np.nan


def zero_price(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, column] = 0.0


def negative_price(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, column] *= -1


def infinite_price(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, column] = np.inf


def swapped(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, ["high", "low"]] = bars.loc[at, ["low", "high"]].to_numpy()


def outside(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, "open" if column in {"open", "low"} else "close"] = 1.1 * bars.loc[at, "high"]


def negative_volume(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, "volume"] = -1.0


def twice_the_others(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, "close" if column == "high" else "open"] *= 2


def half_the_others(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, "close"] /= 2


def high_in_pence(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, "high"] *= 100


def still(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at : at + 4, PRICES] = bars.loc[at, "close"]


def no_volume(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at : at + 4, "volume"] = 0.0


def in_pence(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at, PRICES] *= 100


def some_in_pence(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at : at + 6, PRICES] /= 100


def in_pence_from_then_on(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at:, PRICES] *= 100


def split_in_two(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at:, PRICES] /= 2


def one_for_ten(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at:, PRICES] *= 10


def other_hour(bars: pd.DataFrame, at: int, column: str) -> None:
    bars.loc[at : at + 3, "date"] += pd.Timedelta(hours=5)


PLANTED: dict[str, tuple[Callable[[pd.DataFrame, int, str], None], str, str]] = {
    f.__name__: (f, check, severity)
    for f, check, severity in [
        (nan_price, "missing", "error"),
        (zero_price, "non_positive", "error"),
        (negative_price, "non_positive", "error"),
        (infinite_price, "non_positive", "error"),
        (swapped, "inconsistent", "error"),
        (outside, "inconsistent", "error"),
        (negative_volume, "volume", "error"),
        (twice_the_others, "scale", "error"),
        (half_the_others, "scale", "error"),
        (high_in_pence, "scale", "error"),
        (still, "flat", "error"),
        (no_volume, "zero_volume", "warning"),
        (in_pence, "unit", "error"),
        (some_in_pence, "unit", "error"),
        (in_pence_from_then_on, "unit", "error"),
        (split_in_two, "split", "error"),
        (one_for_ten, "split", "error"),
        (other_hour, "time_zone", "error"),
    ]
}


@pytest.mark.parametrize("fault", PLANTED)
@FEW
@given(seed=st.integers(0, 10**6), at=st.integers(1, 110), column=st.sampled_from(PRICES))
def test_a_planted_fault_is_found_at_its_date_and_nothing_else(
    fault: str, seed: int, at: int, column: str
) -> None:
    plant, check, severity = PLANTED[fault]
    bars = random_bars(120, seed=seed)
    spread = np.log(bars["high"] / bars["low"])
    assume(check != "split" or spread[at] < 2.5 * spread[max(at - 20, 0) : at].median())
    plant(bars, at, column)
    assert found(bars) == [(day(bars, at), check, severity)]


@FEW
@given(seed=st.integers(0, 10**6), at=st.integers(1, 110), price=st.sampled_from(PRICES))
def test_a_date_that_stands_twice_is_found(seed: int, at: int, price: str) -> None:
    bars = random_bars(120, seed=seed)
    same = pd.concat([bars.loc[:at], bars.loc[at:]])
    assert found(same) == [(day(bars, at), "duplicate", "warning")]
    other = bars.loc[[at]].assign(**{p: bars.loc[at, p] * 1.001 for p in PRICES})
    assert found(pd.concat([bars.loc[:at], other, bars.loc[at + 1 :]])) == [
        (day(bars, at), "duplicate", "error")
    ]


@FEW
@given(seed=st.integers(0, 10**6), at=st.integers(5, 110), back=st.integers(1, 5))
def test_a_row_out_of_order_is_found(seed: int, at: int, back: int) -> None:
    bars = random_bars(120, seed=seed)
    rows = [*range(at - back), *range(at - back + 1, at + 1), at - back, *range(at + 1, 120)]
    assert found(bars.iloc[rows]) == [(day(bars, at - back), "order", "error")]


@FEW
@given(seed=st.integers(0, 10**6), at=st.integers(1, 80), length=st.integers(8, 20))
def test_a_gap_is_found_at_the_first_day_that_is_missing(seed: int, at: int, length: int) -> None:
    bars = random_bars(120, seed=seed)
    assert found(bars.drop(range(at, at + length))) == [(day(bars, at), "gap", "error")]


@FEW
@given(seed=st.integers(0, 10**6), at=st.integers(1, 110), length=st.integers(1, 7))
def test_holidays_are_no_gap(seed: int, at: int, length: int) -> None:
    assert found(random_bars(120, seed=seed).drop(range(at, at + length))) == []


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    source=st.integers(0, 50),
    target=st.integers(60, 110),
    length=st.integers(5, 10),
)
def test_a_block_under_other_dates_is_found(seed: int, source: int, target: int, length: int) -> None:
    bars = random_bars(120, seed=seed)
    values = [*PRICES, "volume"]
    for i in range(length):
        bars.loc[target + i, values] = bars.loc[source + i, values]
    findings = [f for f in found(bars) if f[1] not in {"split", "jump"}]  # where the block begins and ends
    assert findings == [(day(bars, target), "redated", "error")]


# ---- calendars


def saturday(bars: pd.DataFrame, prices: float | None) -> pd.DataFrame:
    """A bar on the Saturday after row 29, which is a Friday or not far from it."""
    friday = int(np.flatnonzero(bars["date"].dt.day_of_week == 4)[5])
    extra = bars.iloc[[friday]].assign(date=bars["date"].iloc[friday] + pd.Timedelta(days=1))
    if prices is not None:
        extra[PRICES] = bars["close"].iloc[friday] if prices == 0 else extra[PRICES] * prices
    return pd.concat([bars.iloc[: friday + 1], extra, bars.iloc[friday + 1 :]], ignore_index=True)


def test_a_real_weekend_session_is_not_condemned() -> None:
    bars = saturday(random_bars(120), 1.01)
    assert [f[1:] for f in found(bars)] == [("extra_session", "warning")]


def test_a_weekend_copy_of_friday_is() -> None:
    bars = saturday(random_bars(120), 0)
    assert [f[1:] for f in found(bars)] == [("extra_session", "error")]


def test_few_bars_have_no_habit() -> None:
    assert found(random_bars(15).drop(range(2, 12))) == []


def test_every_day_counts_where_trade_never_stops() -> None:
    bars = random_bars(100).assign(date=pd.date_range("2024-01-01", periods=100, unit="us")).drop([50, 51])
    expected = [(f"{dt.date(2024, 2, 20)}", "gap", "error")]
    assert found(bars, calendar="24/7") == found(bars) == expected
    assert found(bars, calendar="none") == []


def test_the_exchange_decides_about_holidays() -> None:
    pytest.importorskip("exchange_calendars")
    raw = read_bars_csv(str(SAMPLES / "sp500_1d.csv"))
    lacking = raw[raw["date"] != "2001-09-10"]
    assert found(lacking, calendar="XNYS") == [("2001-09-10", "gap", "error")]
    assert found(lacking) == []  # nothing but a holiday, as far as the weekdays tell
    labor_day = raw[raw["date"] == "2001-09-04"].assign(date=pd.Timestamp("2001-09-03"))
    assert found(pd.concat([raw, labor_day]).sort_values("date"), calendar="XNYS") == [
        ("2001-09-03", "extra_session", "error")
    ]


def test_intraday_bars_belong_to_the_exchange_s_own_day() -> None:
    """Sydney opens on the evening before, in UTC."""
    pytest.importorskip("exchange_calendars")
    bars = hourly(10, opening="23:00", bars_a_day=6)
    bars["date"] += pd.Timedelta(days=48)  # 23:00 UTC on a Sunday is ten o'clock on Monday there
    assert bars["date"].dt.day_of_week.iloc[0] == 6
    checks = {f[1] for f in found(bars, calendar="XASX")}
    assert "extra_session" not in checks


def test_a_hole_in_a_day_is_found() -> None:
    bars = hourly()
    assert found(bars.drop([72, 73, 74])) == [(day(bars, 71), "hole", "warning")]
    assert found(bars.drop([72, 73])) == []
    assert found(bars.drop([74, 75, 76])) == []  # the end of a half-day


def test_a_day_without_hours_is_a_holiday() -> None:
    assert found(hourly().drop(range(70, 77))) == []


# ---- clocks


def test_sessions_in_another_zone_are_found() -> None:
    bars = hourly()
    bars.loc[70:97, "date"] -= pd.Timedelta(hours=5)
    assert found(bars) == [(day(bars, 70), "time_zone", "error")]


def test_summer_time_is_no_other_zone() -> None:
    bars = hourly()
    bars.loc[210:, "date"] -= pd.Timedelta(hours=1)
    assert found(bars) == []


def test_daily_stamps_may_move_with_summer_time() -> None:
    bars = random_bars(300)
    bars["date"] += pd.to_timedelta(np.where(bars["date"].dt.month.between(4, 10), 4, 5), unit="h")
    assert found(bars) == []


def test_the_hour_that_clocks_repeat_is_named() -> None:
    bars = random_bars(96).assign(date=pd.date_range("2023-10-27", periods=96, freq="h", unit="us"))
    again = bars[bars["date"] == "2023-10-29 01:00"].assign(
        close=bars["low"].iloc[49], open=bars["high"].iloc[49]
    )
    rows = pd.concat([bars, again]).sort_values("date", kind="stable")
    assert found(rows, calendar="none") == [("2023-10-29", "dst_duplicate", "error")]


# ---- the last bar


@pytest.mark.parametrize(
    ("as_of", "stale"),
    # Tuesday's is the last bar: Thursday and Friday may be missing on Friday, and no more after it.
    [("2020-02-11", False), ("2020-02-14", False), ("2020-02-15", True), ("2020-02-01", False)],
)
def test_a_last_bar_long_ago_is_stale(as_of: str, stale: bool) -> None:
    bars = random_bars(30)
    expected = [("2020-02-11", "stale", "error")] if stale else []
    assert found(bars, as_of=dt.date.fromisoformat(as_of)) == expected


def test_monthly_bars_are_fresh_for_longer() -> None:
    bars = random_bars(30).assign(date=pd.date_range("2020-01-01", periods=30, freq="MS", unit="us"))
    assert found(bars, as_of=dt.date(2022, 7, 20)) == []
    assert [f[1] for f in found(bars, as_of=dt.date(2022, 10, 20))] == ["stale"]


def test_a_weekend_and_a_holiday_make_no_bar_old() -> None:
    pytest.importorskip("exchange_calendars")
    bars = random_bars(30, start="2023-11-10")  # until Thursday, 2023-12-21
    tuesday = dt.date(2023, 12, 26)  # after Friday's session, a weekend and Christmas
    assert found(bars, as_of=tuesday, stale_sessions=1, calendar="none") != []
    stale = [f[1] for f in found(bars, as_of=tuesday, stale_sessions=1, calendar="XNYS")]
    assert "stale" not in stale
    late = found(bars, as_of=tuesday + dt.timedelta(days=1), stale_sessions=1, calendar="XNYS")
    assert late[-1] == ("2023-12-21", "stale", "error")


def test_where_trade_never_stops_every_day_counts() -> None:
    bars = random_bars(60).assign(date=pd.date_range("2024-01-01", periods=60, unit="us"))  # until 02-29
    assert found(bars, as_of=dt.date(2024, 3, 3)) == []
    assert [f[1] for f in found(bars, as_of=dt.date(2024, 3, 4))] == ["stale"]
    assert [f[1] for f in found(bars, as_of=dt.date(2024, 3, 4), calendar="24/7")] == ["stale"]


def test_without_a_day_the_clock_is_not_asked() -> None:
    assert found(random_bars(30, start="1980-01-01")) == []


# ---- several faults, several symbols


def test_neighbouring_faults_are_one_finding_with_their_lines() -> None:
    bars = random_bars(120)
    bars.index += 2
    bars.loc[50:59, "close"] = np.nan
    table = validate(bars, SPEC)
    assert table["message"].tolist() == ["lines 50 to 59 (10 bars): a price is missing"]
    assert table["value"].tolist() == [10.0]


def test_each_symbol_is_judged_by_itself() -> None:
    dear = scaled(random_bars(60, symbol="BBB"), slice(0, 60), 100.0)
    assert found(pd.concat([random_bars(60), dear])) == []
    broken = scaled(dear, slice(30, 31), 0.5, ["close"])
    table = validate(pd.concat([random_bars(60), broken]), SPEC)
    assert table[["symbol", "check"]].to_numpy().tolist() == [["BBB", "scale"]]


def test_an_adjusted_close_explains_a_split_and_no_more() -> None:
    bars = random_bars(120)
    bars["adj_close"] = bars["close"]
    bars.loc[60:, PRICES] /= 4
    assert found(bars) == []
    bars.loc[90:, [*PRICES, "adj_close"]] /= 2
    assert found(bars) == [(day(bars, 90), "split", "error")]


def test_a_column_of_splits_explains_a_split() -> None:
    bars = random_bars(120).assign(split=0.0)
    bars.loc[60:, PRICES] /= 2
    assert found(bars) == [(day(bars, 60), "split", "error")]
    bars.loc[60, "split"] = 2.0
    assert found(bars) == []


def test_a_missing_adjusted_close_is_missing() -> None:
    bars = random_bars(20)
    bars["adj_close"] = bars["close"].where(bars.index != 7)
    assert found(bars) == [(day(bars, 7), "missing", "error")]


def test_a_quiet_market_is_no_error() -> None:
    bars = random_bars(60)
    bars.loc[20:40, PRICES] = bars.loc[20, "close"]
    bars.loc[20:40, "volume"] = 0.0
    assert {f[1:] for f in found(bars)} == {("flat", "warning"), ("zero_volume", "warning")}


def test_rounding_is_not_inconsistent() -> None:
    bars = random_bars(60)
    bars["open"] = bars["high"] * (1 + 1e-9)
    assert found(bars) == []


def test_the_bars_are_left_alone() -> None:
    raw = read_bars_csv(str(SAMPLES / "stocks_1d.csv"))
    before = raw.copy()
    validate(raw, SPEC)
    pd.testing.assert_frame_equal(raw, before)


def test_the_table_is_the_same_without_findings(tmp_path: Path) -> None:
    table = validate(random_bars(10), SPEC)
    assert list(table.columns) == ["symbol", "date", "check", "severity", "value", "message"]
    assert str(table["date"].dtype) == "datetime64[us]"


def test_no_message_has_a_comma() -> None:
    bars = pd.concat([scaled(random_bars(120), slice(50, 60), 100.0), random_bars(3)])
    assert not validate(bars, SPEC)["message"].str.contains(",").any()


# ---- news, recorded splits, quiet markets, dividends, other symbols


@pytest.mark.parametrize("ratio", [1.55, 0.667, 0.5])
def test_news_is_no_split(ratio: float) -> None:
    bars = scaled(random_bars(120), slice(60, None), ratio)
    bars.loc[60, "volume"] = 1e7
    assert found(bars) == []


def test_no_split_makes_two_shares_of_three() -> None:
    assert found(scaled(random_bars(120), slice(60, None), 1.5)) == []


def test_a_recorded_split_that_is_in_the_prices_is_not_counted_again() -> None:
    bars = random_bars(120).assign(split=0.0)
    bars.loc[60, "split"] = 4.0
    assert found(bars) == []


def quiet_minutes(moves: float, rows: int = 3_900) -> pd.DataFrame:
    """Bars of a minute in which the price seldom moves by a tick."""
    rng = np.random.default_rng(1)
    days = pd.bdate_range("2024-01-02", periods=rows // 390)
    stamps = [d + pd.Timedelta(minutes=870 + m) for d in days for m in range(390)]
    ticks = np.where(rng.random(rows) < moves, rng.choice([-1, 1], rows), 0)
    close = (2_000 + ticks.cumsum()) / 100
    opens = np.concatenate([close[:1], close[:-1]])
    prices = {
        "open": opens,
        "high": np.maximum(opens, close),
        "low": np.minimum(opens, close),
        "close": close,
    }
    volume = 100.0 * rng.integers(0, 5, rows)
    return pd.DataFrame(
        {"symbol": "AAA", "date": pd.DatetimeIndex(stamps).as_unit("us"), **prices, "volume": volume}
    )


@pytest.mark.parametrize("moves", [0.9, 0.5, 0.1])
def test_a_quiet_market_of_minutes_has_no_findings(moves: float) -> None:
    bars = quiet_minutes(moves)
    assert found(bars) == []
    traded = np.random.default_rng(2).random(len(bars)) < 0.6
    assert found(bars[traded].reset_index(drop=True)) == []


def test_a_feed_that_stops_in_a_quiet_market_is_found() -> None:
    bars = quiet_minutes(0.5)
    bars.loc[1_000:1_150, PRICES] = bars.loc[1_000, "close"]
    assert [f[1] for f in found(bars)] == ["flat"]


def with_dividends() -> pd.DataFrame:
    """Rounded bars with two dividends and the adjusted close that they give."""
    bars = random_bars(200).round(dict.fromkeys(PRICES, 2))
    bars["high"], bars["low"] = bars[PRICES].max(axis=1), bars[PRICES].min(axis=1)
    paid = np.zeros(200)
    paid[[60, 130]] = 0.4
    step = np.concatenate(([1.0], 1 - paid[1:] / bars["close"].to_numpy()[:-1]))
    factor = np.array([np.prod(step[row + 1 :]) for row in range(200)])
    return bars.assign(Dividends=paid, adj_close=(bars["close"] * factor).round(2))


def test_an_adjusted_close_has_to_fit_the_dividends() -> None:
    bars = with_dividends()
    assert found(bars) == []
    forgotten, invented = bars.copy(), bars.copy()
    forgotten.loc[60, "Dividends"] = 0.0
    invented.loc[99, "Dividends"] = 0.4
    assert found(forgotten) == [(day(bars, 60), "dividend", "error")]
    assert found(invented) == [(day(bars, 99), "dividend", "error")]


def test_a_session_that_other_symbols_have_is_missing() -> None:
    one, other = random_bars(200), random_bars(200, symbol="BBB")
    holidays = one["date"].iloc[[50, 51, 120]]
    one, other = (b[~b["date"].isin(holidays)].reset_index(drop=True) for b in (one, other))
    assert found(pd.concat([one, other], ignore_index=True)) == []
    less = other.drop(index=[77, 78])
    assert found(pd.concat([one, less], ignore_index=True)) == [(day(other, 77), "gap", "error")]


def test_other_holidays_are_no_missing_sessions() -> None:
    one, other = random_bars(200), random_bars(200, symbol="BBB")
    one, other = one.drop(index=[20, 90, 150, 151]), other.drop(index=[33, 70, 140, 141, 170])
    assert found(pd.concat([one, other], ignore_index=True)) == []


def test_one_line_names_the_jumps_of_bars() -> None:
    whole = pd.concat([random_bars(120), scaled(random_bars(120, symbol="BBB"), slice(60, None), 0.25)])
    (line,) = split_lines(whole)
    assert line.startswith(f"1 jump like an unadjusted split: BBB {day(random_bars(120), 60)} (0.2")
    assert split_lines(random_bars(120)) == []
