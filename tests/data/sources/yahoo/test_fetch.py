"""Yahoo over yfinance's real client, against a Yahoo on 127.0.0.1."""

import json
import logging
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loopback_yahoo as fake
from signalcli.data.sources.web.network import retry_after
from signalcli.data.sources.yahoo.bars import to_raw_bars
from signalcli.data.sources.yahoo.fetch import fetch_yahoo
from signalcli.data.sources.yahoo.request import YahooRequest, request_window
from signalcli.data.sources.yahoo.unfinished import is_finished
from signalcli.errors import ExitStatus, UsageError

served_yahoo = fake.served_yahoo

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
DAYS = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4), date(2024, 1, 5)]
ROWS = [(10.0, 11.0, 9.0, 10.5, 100), (10.5, 12.0, 10.0, 11.0, 200), (11.0, 11.5, 10.5, 11.25, 300)]
GOOD = fake.daily("IBM", DAYS[:3], ROWS)
PATIENT = {"timeout": 30.0, "pause": 0.0, "backoff": 0.01}
HASTY = {"timeout": 1.0, "pause": 0.0, "backoff": 0.05}


@pytest.fixture
def yahoo(loopback_yahoo, monkeypatch):
    """The loopback server, with this very process routed to it."""
    for name, value in loopback_yahoo.routes.items():
        monkeypatch.setenv(name, value)
    return loopback_yahoo


@pytest.fixture
def naps(monkeypatch):
    """Sleeps between tries, written down instead of slept."""
    slept = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    return slept


def fetch(*symbols, now=NOW, **settings):
    return fetch_yahoo(symbols, YahooRequest(**PATIENT | settings), now=now)


def bars(*symbols, **settings):
    table, failures = fetch(*symbols, **settings)
    assert failures == []
    assert list(table.columns) == ["symbol", "date", "open", "high", "low", "close", "volume"]
    assert table["date"].dtype == "datetime64[us]"
    return table


def failure(symbol="IBM", **settings):
    table, failures = fetch(symbol, **settings)
    assert table.empty
    assert list(table.columns) == ["symbol", "date", "open", "high", "low", "close", "volume"]
    [error] = failures
    assert error.message.isprintable()
    assert error.message.startswith(f"{symbol}: ")
    return error


def assert_unavailable(error, words):
    assert (error.exit_status, error.code) == (ExitStatus.UNAVAILABLE, "YAHOO-UNAVAILABLE")
    assert words in error.message


def days_of(table):
    return [str(day)[:10] for day in table["date"]]


# ---- what comes back


def test_good_bars_come_with_one_chart_request(yahoo):
    yahoo.says("IBM", GOOD)
    table = bars("ibm")
    expected = pd.DataFrame(ROWS, columns=["open", "high", "low", "close", "volume"])
    expected.insert(0, "symbol", "IBM")
    expected.insert(1, "date", pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"]).as_unit("us"))
    pd.testing.assert_frame_equal(table, expected)
    assert yahoo.tries("IBM") == 1


def test_symbols_come_in_the_order_asked_with_one_cookie_for_all(yahoo):
    for symbol in ("MSFT", "AAPL", "IBM"):
        yahoo.says(symbol, fake.daily(symbol, DAYS[:2], ROWS[:2]))
    assert list(bars("MSFT", "AAPL", "msft", "IBM")["symbol"]) == ["MSFT"] * 2 + ["AAPL"] * 2 + ["IBM"] * 2
    assert yahoo.hosts == {"fc.yahoo.com": 1, "query1.finance.yahoo.com": 1, "query2.finance.yahoo.com": 3}


@pytest.mark.parametrize("symbol", ["^GSPC", "EURUSD=X", "M&M.NS", "BRK-B", "BTC-USD", "ES=F"])
def test_every_kind_of_symbol_reaches_yahoo(yahoo, symbol):
    yahoo.says(symbol, fake.daily(symbol, DAYS[:2], ROWS[:2]))
    assert len(bars(symbol)) == 2


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (DAYS[1], None, ["2024-01-03", "2024-01-04"]),
        (None, DAYS[1], ["2024-01-02", "2024-01-03"]),
        (DAYS[1], DAYS[1], ["2024-01-03"]),
    ],
)
def test_start_and_end_are_both_inclusive(yahoo, start, end, expected):
    yahoo.says("IBM", GOOD)
    assert days_of(bars("IBM", start=start, end=end)) == expected


@pytest.mark.parametrize(
    ("zone", "opening"),
    [("Asia/Tokyo", "09:00"), ("Pacific/Auckland", "10:00"), ("Pacific/Honolulu", "09:30")],
)
def test_daily_dates_are_the_exchange_s_own(yahoo, zone, opening):
    yahoo.says("IBM", fake.daily("IBM", DAYS[:3], ROWS, zone=zone, hours=(opening, "16:00")))
    assert days_of(bars("IBM", start=DAYS[0], end=DAYS[1])) == ["2024-01-02", "2024-01-03"]


def test_a_row_of_nulls_is_left_out_and_a_single_null_is_kept(yahoo):
    rows = [ROWS[0], (None, None, None, None, None), (11.0, None, 10.5, 11.25, 300)]
    yahoo.says("IBM", fake.daily("IBM", DAYS[:3], rows))
    table = bars("IBM")
    assert days_of(table) == ["2024-01-02", "2024-01-04"]
    assert table["high"].isna().tolist() == [False, True]
    assert table["close"].tolist() == [10.5, 11.25]


# ---- price adjustment: a 2:1 split on the third day, then a dividend of 2 %

SPLIT_ROWS = [(49, 52, 48, 50, 1000), (50, 53, 49, 51, 2000), (51, 54, 50, 51, 3000), (50, 52, 49, 51, 4000)]
SPLIT = fake.daily(
    "IBM",
    DAYS,
    SPLIT_ROWS,
    adjclose=[49.0, 49.98, 49.98, 51.0],
    splits={DAYS[2]: (2, 1)},
    dividends={DAYS[3]: 1.02},
)


@pytest.mark.parametrize(
    ("adjust", "open_", "close", "volume"),
    [
        ("total", [48.02, 49.0, 49.98, 50.0], [49.0, 49.98, 49.98, 51.0], [1000, 2000, 3000, 4000]),
        ("split", [49.0, 50.0, 51.0, 50.0], [50.0, 51.0, 51.0, 51.0], [1000, 2000, 3000, 4000]),
        ("raw", [98.0, 100.0, 51.0, 50.0], [100.0, 102.0, 51.0, 51.0], [500, 1000, 3000, 4000]),
    ],
)
def test_the_three_adjustments(yahoo, adjust, open_, close, volume):
    yahoo.says("IBM", SPLIT)
    table = bars("IBM", adjust=adjust)
    np.testing.assert_allclose(table["open"], open_, rtol=1e-12)
    np.testing.assert_allclose(table["close"], close, rtol=1e-12)
    assert table["volume"].tolist() == volume
    assert table["volume"].dtype == "int64"


def test_raw_undoes_a_split_that_came_after_the_window(yahoo):
    yahoo.says("IBM", SPLIT)
    assert bars("IBM", adjust="raw", end=DAYS[1])["close"].tolist() == [100.0, 102.0]


@given(st.lists(st.sampled_from([0.0, 2.0, 3.0, 0.5, 1.5]), min_size=1, max_size=8))
def test_raw_agrees_with_a_plain_loop(splits):
    stamps = pd.date_range("2024-01-02", periods=len(splits), freq="B", tz="America/New_York")
    answer = pd.DataFrame(
        {"Open": 10.0, "High": 12.0, "Low": 9.0, "Close": 11.0, "Adj Close": 11.0, "Volume": 600},
        index=stamps,
    ).assign(**{"Stock Splits": splits})
    table = to_raw_bars("IBM", answer, {"exchangeTimezoneName": "UTC"}, YahooRequest(adjust="raw"), NOW)
    for i, close in enumerate(table["close"]):
        factor = 1.0
        for ratio in splits[i + 1 :]:
            factor *= ratio or 1.0
        assert close == pytest.approx(11.0 * factor)
        assert table["volume"][i] == round(600 / factor)


# ---- the bar of today


@pytest.mark.parametrize(
    ("clock", "kept"),
    [("09:00", False), ("12:59", False), ("13:15", False), ("13:31", True), ("15:00", True)],
)
def test_a_half_day_is_over_half_an_hour_after_its_own_bell(yahoo, clock, kept):
    days = [date(2024, 11, 27), date(2024, 11, 29)]
    yahoo.says("IBM", fake.daily("IBM", days, ROWS[:2], hours=("09:30", "13:00")))
    now = datetime.fromisoformat(f"2024-11-29T{clock}-05:00")
    assert days_of(bars("IBM", now=now)) == ["2024-11-27", "2024-11-29"][: 1 + kept]
    assert len(bars("IBM", now=now, include_unfinished=True)) == 2


def test_only_the_unfinished_bar_is_no_success(yahoo):
    yahoo.says("IBM", fake.daily("IBM", [date(2024, 11, 29)], ROWS[:1]))
    error = failure(now=datetime(2024, 11, 29, 15, tzinfo=UTC))
    assert error.exit_status == ExitStatus.NO_INPUT
    assert "unfinished" in error.message


def test_crypto_trades_seven_days_and_its_day_ends_at_midnight(yahoo):
    days = [date(2024, 3, 7) + timedelta(days=i) for i in range(7)]
    reply = fake.daily(
        "BTC-USD", days, (ROWS * 3)[:7], zone="UTC", hours=("00:00", "23:59"), instrument="CRYPTOCURRENCY"
    )
    yahoo.says("BTC-USD", reply)
    at_noon = bars("BTC-USD", now=datetime(2024, 3, 13, 12, tzinfo=UTC))
    assert days_of(at_noon) == [str(day) for day in days[:6]]
    assert len(bars("BTC-USD", now=datetime(2024, 3, 14, 1, tzinfo=UTC))) == 7


@pytest.mark.parametrize(
    ("interval", "begins", "now", "over"),
    [
        ("1wk", ["2024-05-20", "2024-05-27"], "2024-05-31T15:59", [True, False]),
        ("1wk", ["2024-05-20", "2024-05-27"], "2024-05-31T16:31", [True, True]),
        ("1mo", ["2024-04-01", "2024-05-01"], "2024-05-31T15:59", [True, False]),
        ("1mo", ["2024-04-01", "2024-05-01"], "2024-05-31T16:31", [True, True]),
        ("3mo", ["2024-01-01", "2024-04-01"], "2024-05-31T16:31", [True, False]),
    ],
)
def test_weeks_and_months_are_over_with_their_last_session(interval, begins, now, over):
    local = ZoneInfo("America/New_York")
    session = {
        "start": pd.Timestamp("2024-05-31 09:30", tz=local),
        "end": pd.Timestamp("2024-05-31 16:00", tz=local),
    }
    meta = {"exchangeTimezoneName": "America/New_York", "currentTradingPeriod": {"regular": session}}
    stamps = pd.DatetimeIndex(begins, tz=local)
    moment = datetime.fromisoformat(now).replace(tzinfo=local)
    assert is_finished(stamps, interval, meta, moment).tolist() == over


def test_without_trading_hours_the_local_day_must_be_past():
    stamps = pd.DatetimeIndex(["2024-05-30", "2024-05-31"], tz="Asia/Tokyo")
    meta = {"exchangeTimezoneName": "Asia/Tokyo"}
    assert is_finished(stamps, "1d", meta, datetime(2024, 5, 31, 14, tzinfo=UTC)).tolist() == [True, False]
    assert is_finished(stamps, "1d", meta, datetime(2024, 5, 31, 15, tzinfo=UTC)).tolist() == [True, True]


# ---- intraday


def hourly(symbol="IBM"):
    """Friday before and Monday after New York's clocks went forward; the seventh bar is half an hour."""
    days = [date(2024, 3, 8), date(2024, 3, 11)]
    stamps = [fake.second(day) + 3600 * i for day in days for i in range(7)]
    sessions = [(fake.second(day), fake.second(day, "16:00")) for day in days]
    return fake.intraday(symbol, stamps, (ROWS * 5)[:14], sessions)


def test_dst_week_moves_the_opening_in_utc(yahoo):
    yahoo.says("IBM", hourly())
    table = bars("IBM", interval="1h", now=datetime(2024, 3, 12, tzinfo=UTC))
    assert len(table) == 14
    assert str(table["date"][0]) == "2024-03-08 14:30:00"
    assert str(table["date"][7]) == "2024-03-11 13:30:00"
    assert table["date"].is_unique


@pytest.mark.parametrize(("clock", "rows"), [("14:29", 7), ("14:30", 8), ("19:59", 13), ("20:00", 14)])
def test_an_hour_is_over_at_its_end_or_at_the_bell(yahoo, clock, rows):
    yahoo.says("IBM", hourly())
    now = datetime.fromisoformat(f"2024-03-11T{clock}+00:00")
    # period2 is never after now: Yahoo would not have the later bars.
    assert len(bars("IBM", interval="1h", now=now)) == rows


def test_clocks_going_back_lose_no_hour(yahoo):
    first = int(datetime(2024, 10, 26, 23, tzinfo=UTC).timestamp())
    sessions = [(first, first + 25 * 3600 - 60)]
    reply = fake.intraday(
        "GBP=X",
        [first + 3600 * i for i in range(24)],
        ROWS * 8,
        sessions,
        zone="Europe/London",
        instrument="CURRENCY",
    )
    yahoo.says("GBP=X", reply)
    table = bars("GBP=X", interval="1h", now=datetime(2024, 10, 29, tzinfo=UTC))
    assert len(table) == 24
    assert (table["date"].diff().dropna() == pd.Timedelta("1h")).all()


def test_intraday_days_are_utc_days(yahoo):
    yahoo.says("IBM", hourly())
    table = bars("IBM", interval="1h", start=date(2024, 3, 11), end=date(2024, 3, 11), now=NOW)
    assert len(table) == 7
    assert table["date"].min() == pd.Timestamp("2024-03-11 13:30")


def test_half_hours_leave_no_empty_bars_over_night(yahoo):
    days = [date(2024, 5, 28), date(2024, 5, 29)]
    stamps = [fake.second(day) + 900 * i for day in days for i in range(4)]
    sessions = [(fake.second(day), fake.second(day, "16:00")) for day in days]
    yahoo.says("IBM", fake.intraday("IBM", stamps, (ROWS * 3)[:8], sessions, interval="15m"))
    table = bars("IBM", interval="30m")
    assert len(table) == 4
    assert table["volume"].tolist() == [300, 400, 500, 300]


# ---- the window over the wire


@pytest.mark.parametrize(
    ("interval", "start", "end", "first", "last"),
    [
        ("1d", date(2024, 1, 2), date(2024, 1, 3), "2024-01-01T10:00", "2024-01-04T12:00"),
        ("1d", None, None, "1927-01-02T10:00", "2024-06-02T12:00"),
        ("1h", date(2024, 5, 2), date(2024, 5, 3), "2024-05-02T00:00", "2024-05-04T00:00"),
        ("1h", date(2024, 5, 2), date(2024, 6, 9), "2024-05-02T00:00", "2024-06-01T12:00"),
        ("1m", None, None, "2024-05-02T12:01", "2024-06-01T12:00"),
        ("5m", None, None, "2024-04-02T12:01", "2024-06-01T12:00"),
        ("1wk", date(2024, 1, 3), None, "2023-12-25T11:00", "2024-06-02T12:00"),
        ("1wk", date(2024, 1, 1), None, "2023-12-25T11:00", "2024-06-02T12:00"),
        ("1mo", date(2024, 1, 31), None, "2023-12-01T11:00", "2024-06-02T12:00"),
        ("3mo", date(2024, 5, 31), None, "2024-01-01T11:00", "2024-06-02T12:00"),
    ],
)
def test_window(interval, start, end, first, last):
    request = YahooRequest(interval=interval, start=start, end=end)
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in request_window(request, NOW)] == [first, last]


def test_the_window_is_what_yahoo_is_asked(yahoo):
    yahoo.says("IBM", GOOD)
    bars("IBM", start=DAYS[0], end=DAYS[1])
    [(_, query)] = yahoo.asked
    assert int(query["period1"]) == datetime(2024, 1, 1, 10, tzinfo=UTC).timestamp()
    assert int(query["period2"]) == datetime(2024, 1, 4, 12, tzinfo=UTC).timestamp()


# ---- minutes: Yahoo keeps a month of them and gives eight days at once

MINUTE_DAYS = [date(2024, 5, day) for day in (3, 10, 13, 21, 31)]


def minutes(days=MINUTE_DAYS):
    """Three minutes on each day, and a Yahoo that refuses more than eight days at once."""
    stamps = [fake.second(day) + 60 * i for day in days for i in range(3)]
    sessions = [(fake.second(day), fake.second(day, "16:00")) for day in days]
    chart = fake.intraday("IBM", stamps, (ROWS * 5)[: len(stamps)], sessions, interval="1m").body

    def strict(query):
        wide = int(query["period2"]) - int(query["period1"]) > 8 * 24 * 3600
        error = {"code": "Unprocessable Entity", "description": "Only 8 days are allowed per request."}
        return fake.chart_json(None, error) if wide else chart(query)

    return fake.Reply(strict)


def test_a_month_of_minutes_comes_in_pieces_without_a_seam(yahoo):
    yahoo.says("IBM", minutes())
    table = bars("IBM", interval="1m")
    assert days_of(table) == [f"{day}" for day in MINUTE_DAYS for _ in range(3)]
    assert not table.duplicated("date").any()
    spans = [(int(query["period1"]), int(query["period2"])) for _, query in yahoo.asked]
    assert all(end - begin <= 8 * 24 * 3600 for begin, end in spans)
    assert [begin for begin, _ in spans[1:]] == [end for _, end in spans[:-1]]


def test_a_piece_before_a_symbol_was_listed_is_no_failure(yahoo):
    yahoo.says("IBM", minutes(MINUTE_DAYS[-2:]))
    assert days_of(bars("IBM", interval="1m")) == ["2024-05-21"] * 3 + ["2024-05-31"] * 3


def test_a_piece_that_was_answered_is_not_asked_for_again(yahoo, naps):
    good = minutes()
    yahoo.says("IBM", good, good, fake.Reply(b"", 503), fake.Reply(b"", 503), good)
    assert len(bars("IBM", interval="1m")) == 15
    begins = [query["period1"] for _, query in yahoo.asked]
    assert begins[:2] == sorted(set(begins))[:2]  # the third was in trouble twice
    assert begins[2:] == [begins[2]] * 3 + [begins[-1]]


def test_minutes_from_before_what_yahoo_keeps_are_refused_and_not_cut_short(yahoo):
    yahoo.says("IBM", minutes())
    error = failure(interval="1m", start=date(2024, 4, 1))
    assert (error.exit_status, error.code) == (ExitStatus.NO_INPUT, "YAHOO-NOBARS")
    assert "no 1m bars from 2024-04-01 to now" in error.message
    assert "Yahoo keeps 1m bars for 30 days" in error.message


# ---- Yahoo says no: 66, and is not asked again

ONE_TRY = 2  # yfinance itself repeats a refused request once, with other cookies


def test_no_such_symbol(yahoo):
    error = failure("NOPE")
    assert (error.exit_status, error.code) == (ExitStatus.NO_INPUT, "YAHOO-NOSYMBOL")
    assert 'Yahoo: "No data found, symbol may be delisted"' in error.message
    assert yahoo.tries("NOPE") == ONE_TRY


@pytest.mark.parametrize(("status", "code"), [(422, "Unprocessable Entity"), (400, "Bad Request")])
def test_a_refused_range_explains_the_limits(yahoo, status, code):
    sentence = "1m data not available for startDate=1 and endDate=2. Only 8 days are allowed per request."
    yahoo.says("IBM", fake.refusal(status, code, sentence))
    error = failure(interval="1m", start=DAYS[0])
    assert (error.exit_status, error.code) == (ExitStatus.NO_INPUT, "YAHOO-NOBARS")
    assert f'Yahoo: "{sentence}"' in error.message
    assert "keeps 1m bars for 30 days" in error.message
    assert yahoo.tries("IBM") == ONE_TRY


def test_an_empty_window_is_no_success(yahoo):
    yahoo.says("IBM", GOOD)
    error = failure(start=date(2024, 1, 13), end=date(2024, 1, 14))
    assert (error.exit_status, error.code) == (ExitStatus.NO_INPUT, "YAHOO-NOBARS")
    assert "no 1d bars from 2024-01-13 to 2024-01-14" in error.message
    assert yahoo.tries("IBM") == 1


def test_a_neighbouring_bar_does_not_hide_an_empty_window(yahoo):
    # The window over the wire is wider than the request: Friday's bar comes back and is cut off.
    yahoo.says("IBM", fake.daily("IBM", [date(2024, 1, 12)], ROWS[:1]))
    assert failure(start=date(2024, 1, 13), end=date(2024, 1, 14)).code == "YAHOO-NOBARS"


def test_yahoo_s_sentence_cannot_speak_to_the_terminal(yahoo):
    yahoo.says("IBM", fake.refusal(404, "Not Found", "gone\n\x1b[2Jsignalcli: done \u202e" + "x" * 999))
    error = failure()
    assert "gone\\n\\x1b[2J" in error.message
    assert len(error.message) < 300


# ---- trouble: asked again until the deadline, then 69

HTML = b"<!doctype html><html><head><title>Are you a robot?</title></head><body>captcha</body></html>"
WHOLE = GOOD.body({})
TROUBLE = {
    "rate limit": (fake.RATE_LIMITED, "rate limited (429)"),
    "500 html": (fake.Reply(HTML, 500), "HTTP 500"),
    "503": (fake.Reply(b"", 503), "HTTP 503"),
    "503 json": (fake.refusal(503, "Service Unavailable", "later"), "HTTP 503"),
    "401": (fake.refusal(401, "Unauthorized", "Invalid Crumb"), "HTTP 401"),
    "404 html": (fake.Reply(HTML, 404), "HTTP 404"),
    "200 with an error": (fake.refusal(200, "internal-error", "oops"), 'Yahoo: "oops"'),
    "captcha": (fake.Reply(HTML), "not JSON"),
    "down": (fake.Reply(b"Will be right back"), "not JSON"),
    "nothing": (fake.Reply(b""), "empty answer"),
    "cut": (fake.Reply(WHOLE[: len(WHOLE) // 2]), "answer cut short"),
    "short": (fake.Reply(WHOLE[:100], fate="short"), "answer cut short"),
    "torn": (fake.Reply(WHOLE[:100], fate="torn"), "answer cut short"),
    "reset": (fake.Reply(fate="reset"), "connection failed: "),
    "wrong symbol": (fake.daily("MSFT", DAYS[:3], ROWS), "answer is for another symbol (MSFT)"),
    "wrong and empty": (fake.daily("MSFT", [date(1980, 1, 2)], ROWS[:1]), "another symbol (MSFT)"),
    "slow": (fake.Reply(WHOLE, fate="drip"), "timed out"),
}


@pytest.mark.parametrize(("reply", "words"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_for_ever_ends_with_the_number_of_tries(yahoo, reply, words):
    yahoo.says("IBM", reply)
    begun = time.monotonic()
    error = failure(start=date(2020, 1, 1), **HASTY)
    assert time.monotonic() - begun < 5 * HASTY["timeout"]
    assert_unavailable(error, words)
    assert yahoo.tries("IBM") >= 2
    assert " tries in 1 s: " in error.message


@pytest.mark.parametrize("reply", [reply for name, (reply, _) in TROUBLE.items() if name != "slow"])
def test_trouble_that_passes_is_no_trouble(yahoo, reply):
    yahoo.says("IBM", reply, reply, GOOD)
    assert len(bars("IBM")) == 3
    assert yahoo.tries("IBM") == 3


@pytest.mark.parametrize("eighths", range(8))
@pytest.mark.parametrize("fate", ["whole", "short", "torn"])
def test_an_answer_cut_anywhere_is_never_taken(yahoo, eighths, fate):
    yahoo.says("IBM", fake.Reply(WHOLE[: len(WHOLE) * eighths // 8 + eighths], fate=fate), GOOD)
    assert len(bars("IBM")) == 3
    assert yahoo.tries("IBM") == 2


def test_an_answer_without_its_last_byte_is_never_taken(yahoo):
    yahoo.says("IBM", fake.Reply(WHOLE[:-1]), GOOD)
    assert len(bars("IBM")) == 3
    assert yahoo.tries("IBM") == 2


def spoilt(change):
    """The good answer with a part of its result changed."""
    document = json.loads(WHOLE)
    change(document["chart"]["result"][0])
    return json.dumps(document).encode()


NONSENSE = [
    b"null",
    b"[]",
    b"{}",
    b'{"chart": {}}',
    b'{"chart": {"result": []}}',
    b'{"chart": {"result": null, "error": null}}',
    b'{"chart":' * 3000,
    spoilt(lambda result: result.pop("meta")),
    spoilt(lambda result: result["meta"].pop("symbol")),
    spoilt(lambda result: result["meta"].pop("exchangeTimezoneName")),
    spoilt(lambda result: result["meta"].update(exchangeTimezoneName="Mars/Olympus")),
    spoilt(lambda result: result["meta"].update(currentTradingPeriod=None)),
    spoilt(lambda result: result.update(timestamp=[10**30, 1, 2])),
    spoilt(lambda result: result.update(indicators=[])),
    spoilt(lambda result: result["indicators"]["quote"][0].pop("volume")),
    spoilt(lambda result: result["indicators"]["quote"][0].update(open=[1.0])),
    spoilt(lambda result: result["indicators"]["quote"][0].update(open=["a", "b", "c"])),
]


@pytest.mark.parametrize("body", NONSENSE)
def test_nonsense_is_asked_again(yahoo, body):
    yahoo.says("IBM", fake.Reply(body), fake.Reply(body), GOOD)
    assert len(bars("IBM")) == 3


# ---- rate limits


def limited(retry_after):
    return fake.Reply(b"", 429, {"Retry-After": retry_after})


def test_retry_after_is_honoured(yahoo, naps):
    yahoo.says("IBM", limited("7"), limited("7"), GOOD)
    assert len(bars("IBM")) == 3
    assert len(naps) == 1
    assert naps[0] >= 7


def test_retry_after_is_for_one_wait(yahoo, naps):
    yahoo.says("IBM", limited("7"), limited("7"), fake.Reply(fate="reset"), GOOD)
    bars("IBM")
    assert len(naps) == 2
    assert naps[0] >= 7 > naps[1]


def test_a_retry_after_beyond_the_deadline_ends_the_fetch(yahoo, naps):
    yahoo.says("IBM", limited("3600"))
    error = failure()
    assert_unavailable(error, "after 1 try in 30 s: rate limited (429), to wait 3600 s")
    assert naps == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"Retry-After": "12"}, 12.0),
        ({"Retry-After": "soon"}, 0.0),
        ({"Retry-After": "-5"}, 0.0),
        (
            {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"},
            30.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}, 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers, seconds):
    assert retry_after(headers) == seconds


def test_waits_grow_from_try_to_try(yahoo, naps):
    yahoo.says("IBM", *[fake.Reply(b"")] * 4, GOOD)
    bars("IBM", backoff=0.5)
    assert len(naps) == 4
    assert naps == sorted(naps)
    assert naps[3] >= 4.0


# ---- several symbols


def test_symbols_are_asked_for_at_a_pace(yahoo, naps):
    for symbol in ("AAPL", "IBM", "MSFT"):
        yahoo.says(symbol, fake.daily(symbol, DAYS[:3], ROWS))
    bars("AAPL", "IBM", "MSFT", pause=3.0)
    assert naps == [3.0, 3.0]


@pytest.mark.parametrize("bad", ["rate limit", "503", "slow", "reset"])
def test_one_bad_symbol_blocks_no_other(yahoo, bad):
    yahoo.says("BAD", TROUBLE[bad][0])
    for symbol in ("IBM", "MSFT"):
        yahoo.says(symbol, fake.daily(symbol, DAYS[:3], ROWS))
    timeout = 8.0 if bad == "slow" else 3.0  # a slow answer takes a share, and the good need some
    table, failures = fetch("BAD", "IBM", "NOPE", "MSFT", **HASTY | {"timeout": timeout})
    assert table["symbol"].unique().tolist() == ["IBM", "MSFT"]
    assert [error.exit_status for error in failures] == [ExitStatus.UNAVAILABLE, ExitStatus.NO_INPUT]
    assert [error.message.split(":")[0] for error in failures] == ["BAD", "NOPE"]


def test_a_symbol_that_was_never_asked_for_says_so(yahoo, naps):
    yahoo.says("BAD", limited("3600"))
    yahoo.says("IBM", GOOD)
    table, failures = fetch("BAD", "IBM")
    assert table.empty
    assert_unavailable(failures[1], "IBM: not requested within 30 s")


# ---- no network


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://nowhere.invalid:8080", "no network: Could not resolve proxy"),
        ("http://127.0.0.1:1", "no network: Failed to connect"),
    ],
)
def test_no_network(yahoo, monkeypatch, proxy, words):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    assert_unavailable(failure(**HASTY), words)


def test_a_certificate_nobody_vouches_for_is_refused(yahoo, monkeypatch, tmp_path):
    stranger = tmp_path / "stranger.pem"
    fake.trustme.CA().cert_pem.write_to_path(stranger)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(stranger))
    yahoo.says("IBM", GOOD)
    assert_unavailable(failure(**HASTY), "connection failed: ")
    assert yahoo.tries("IBM") == 0


# ---- what cannot be meant


@pytest.mark.parametrize(
    "symbol",
    ["", " ", "../etc", "A/B", "A B", "A?B", "A%42", "..", "IBM\n\x1b[2J", "ÄÖ", "X" * 41, "US4592001014"],
)
def test_what_cannot_be_a_symbol_is_never_sent(yahoo, symbol):
    with pytest.raises(UsageError) as caught:
        fetch("IBM", symbol)
    assert caught.value.message.isprintable()
    assert yahoo.asked == []


def test_no_symbol_at_all_is_refused():
    with pytest.raises(UsageError, match="no symbol"):
        fetch()


@pytest.mark.parametrize(
    "settings",
    [
        {"interval": "5d"},
        {"interval": "1 d"},
        {"adjust": "none"},
        {"start": DAYS[1], "end": DAYS[0]},
        {"timeout": 0.0},
        {"timeout": float("nan")},
    ],
)
def test_settings_that_cannot_be_meant(settings):
    with pytest.raises(UsageError):
        YahooRequest(**settings)


# ---- a guest in the process


def test_yfinance_is_left_as_it_was_found(yahoo, capfd):
    import yfinance

    yahoo.says("IBM", GOOD)
    bars("IBM")
    failure("NOPE")
    assert yfinance.config.debug.hide_exceptions is True
    assert logging.getLogger("yfinance").disabled is False
    assert capfd.readouterr() == ("", "")


SCRIPT = """
import sys
from datetime import UTC, datetime
from signalcli.data.sources.yahoo.fetch import fetch_yahoo
from signalcli.data.sources.yahoo.request import YahooRequest
heavy = {"yfinance", "curl_cffi", "tenacity"} & set(sys.modules)
now = datetime(2024, 6, 1, tzinfo=UTC)
bars, failures = fetch_yahoo(["IBM", "NOPE"], YahooRequest(), now=now)
print(sorted(heavy), len(bars), [int(error.exit_status) for error in failures])
"""


def test_parallel_processes_without_a_home_share_nothing_and_say_nothing(loopback_yahoo, tmp_path):
    loopback_yahoo.says("IBM", GOOD)
    # Ad blockers know fc.yahoo.com; the bars come without a cookie, too.
    loopback_yahoo.cookie = fake.Reply(fate="reset")
    env = {name: value for name, value in loopback_yahoo.env.items() if name != "HOME"}
    env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    command = [sys.executable, "-c", SCRIPT]
    runs = [
        subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for run in runs:
        assert run.communicate(timeout=60) == (b"[] 3 [66]\n", b"")
        assert run.returncode == 0
    assert not (tmp_path / "cache").exists()
