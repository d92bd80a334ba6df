"""Tiingo on loopback: three adjustments, every fault with its exit status, and a key that stays secret."""

from __future__ import annotations

import datetime as dt

import pytest

import loopback_web as fake
from loopback_web import json_reply, once
from loopback_yahoo import Reply
from shell import run
from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.fetch import fetch
from signalcli.errors import ExitStatus, UsageError

NOW = dt.datetime(2024, 1, 10, 12, tzinfo=dt.UTC)
KEY = "sekret-0123456789"
IBM = "/tiingo/daily/IBM/prices"
BUSY = json_reply({"detail": "slow down"}, 429)


def day(date, close, adj, split=1.0, volume=1000.0, **more):
    prices = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": volume}
    return {"date": f"{date}T00:00:00.000Z", **prices, "adjClose": adj, "splitFactor": split, **more}


# A split of 2 for 1 on January 4, a dividend of 10 % before January 5.
DAYS = [
    day("2024-01-02", 100.0, 45.0, volume=500.0),
    day("2024-01-03", 102.0, 45.9),
    day("2024-01-04", 52.0, 46.8, split=2.0),
    day("2024-01-05", 50.0, 50.0),
]
GOOD = json_reply(DAYS)


def fetched(*symbols, **settings):
    config = FetchConfig(**{"source": "tiingo", "timeout": 10.0} | settings)
    return fetch(symbols or ("IBM",), config, NOW)


def failure(**settings):
    result = fetched(**settings)
    assert result.bars.empty
    [error] = result.failures
    assert error.message.isprintable()
    assert "IBM" in error.message
    assert KEY not in error.message
    return error


# ---- what comes back


@pytest.mark.parametrize(
    ("adjust", "closes", "volumes"),
    [
        ("raw", [100, 102, 52, 50], [500, 1000, 1000, 1000]),
        ("split", [50, 51, 52, 50], [1000, 2000, 1000, 1000]),
        ("total", [45, 45.9, 46.8, 50], [1000, 2000, 1000, 1000]),
    ],
)
def test_the_three_adjustments(web, adjust, closes, volumes):
    web.answers(IBM, GOOD)
    bars = fetched(adjust=adjust).bars
    assert bars["close"].tolist() == pytest.approx(closes)
    assert bars["volume"].tolist() == volumes
    assert list(bars.columns) == ["symbol", "date", "open", "high", "low", "close", "volume"]


def test_a_split_after_the_window_counts(web):
    web.answers(IBM, GOOD)
    bars = fetched(adjust="split", end=dt.date(2024, 1, 3)).bars
    assert bars["close"].tolist() == [50.0, 51.0]
    assert "endDate" not in web.requests[0].query


def test_the_window_is_asked_for_and_the_key_stands_in_a_header_alone(web):
    web.answers(IBM, GOOD)
    fetched("ibm", start=dt.date(2024, 1, 3), end=dt.date(2024, 1, 4))
    [request] = web.requests
    assert request.query == {"startDate": "2024-01-03", "endDate": "2024-01-04"}
    assert request.headers["authorization"] == f"Token {KEY}"


def test_unsorted_days_are_sorted_and_a_day_twice_counts_once(web):
    web.answers(IBM, json_reply([DAYS[3], DAYS[0], DAYS[2], DAYS[1], DAYS[1]]))
    result = fetched(adjust="split")
    assert result.bars["close"].tolist() == [50.0, 51.0, 52.0, 50.0]
    assert any("kept once" in text for text in result.warnings)


def test_today_is_unfinished_until_its_day_is_over(web):
    web.answers(IBM, json_reply([*DAYS, day("2024-01-10", 51.0, 51.0)]))
    result = fetched()
    assert len(result.bars) == 4
    assert result.warnings == ["tiingo: left out: 1 unfinished bar (IBM); --include-unfinished keeps them"]
    assert len(fetched(include_unfinished=True).bars) == 5


def test_a_row_without_a_price_is_dropped_and_counted(web):
    days = [day(f"2024-01-{n:02d}", 50.0, 50.0) for n in range(1, 10)] * 3
    dates = [f"2023-{1 + i // 9:02d}-{1 + i % 9:02d}" for i in range(27)]
    rows = [d | {"date": f"{t}T00:00:00.000Z"} for d, t in zip(days, dates, strict=True)]
    web.answers(IBM, json_reply([*rows[:-1], rows[-1] | {"high": None}]))
    result = fetched()
    assert len(result.bars) == 26
    assert "dropped" in result.warnings[0]


# ---- faults: one table of what can go wrong

TORN, HTML = b'[{"date": "2024-01-02T00:00:00.000Z", "open": 1', {"Content-Type": "text/html"}
FAULTS = {
    "a server error": (Reply(b"oops", 500), 69, "HTTP 500"),
    "a bad gateway": (Reply(b"<html>", 502, HTML), 69, "HTTP 502"),
    "too many requests": (BUSY, 69, "rate limited (429)"),
    "a body that is cut": (Reply(TORN, fate="short"), 69, "cut short"),
    "a body that ends early": (Reply(TORN), 69, "cut short"),
    "a connection that breaks": (Reply(fate="reset"), 69, "tries"),
    "a body that drips": (Reply(b"[", fate="drip"), 69, "timed out"),
    "a page instead of JSON": (Reply(b"<html>sign in</html>", 200, HTML), 69, "not JSON"),
    "an empty body": (Reply(b""), 69, "empty answer"),
    "an object instead of days": (json_reply({"detail": "maintenance"}), 69, "unexpected answer"),
    "days without prices": (json_reply([{"date": "2024-01-02T00:00:00.000Z"}]), 69, "no open"),
    "text in a price": (json_reply([DAYS[0] | {"open": "ten"}]), 69, "unexpected answer"),
    "another symbol": (json_reply([d | {"ticker": "MSFT"} for d in DAYS]), 69, "another symbol (MSFT)"),
    "a redirect": (Reply(b"", 302, {"Location": "https://api.kraken.com/"}), 69, "HTTP 302"),
    "no such symbol": (json_reply({"detail": "Error: Ticker 'IBM' not found"}, 404), 66, "not found"),
    "a bad request": (json_reply({"detail": "bad date"}, 400), 66, "bad date"),
    "no days": (json_reply([]), 66, "no finished 1d bars"),
    "one day twice": (json_reply([*DAYS, DAYS[1] | {"close": 101.5}, DAYS[2]]), 65, "twice"),
    "prices that are none": (json_reply([d | {"low": -1.0} for d in DAYS]), 65, "bad"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_exit_status(web, fault):
    reply, status, words = FAULTS[fault]
    web.answers(IBM, once(reply))
    error = failure(timeout={"whole": 20.0, "reset": 4.0}.get(reply.fate, 1.0))  # a busy machine tries twice
    assert error.exit_status == status
    assert words in error.message


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_an_option_to_mend_and_never_printed(web, status):
    web.answers(IBM, json_reply({"detail": f"Invalid token {KEY}"}, status))
    result = run("fetch IBM --source tiingo", status=2)
    assert f"error[SOURCE-KEY]: tiingo refuses the key in TIINGO_API_KEY (HTTP {status}" in result.stderr
    assert KEY not in result.stderr
    assert web.times(IBM) == 1


@pytest.mark.parametrize("key", ["", "  ", "two words", "täglich"])
def test_without_a_key_nothing_is_asked(web, monkeypatch, key):
    monkeypatch.setenv("TIINGO_API_KEY", key)
    with pytest.raises(UsageError, match="set TIINGO_API_KEY"):
        fetched()
    assert web.requests == []


@pytest.mark.parametrize("fault", ["a server error", "a body that ends early", "another symbol"])
def test_what_may_pass_is_tried_again(web, naps, fault):
    web.answers(IBM, FAULTS[fault][0], GOOD)
    assert len(fetched().bars) == 4
    assert len(naps) == 1


def test_retry_after_is_honored_within_the_time(web, naps):
    web.answers(IBM, json_reply({}, 429, **{"Retry-After": "3"}), GOOD)
    assert len(fetched(timeout=30.0).bars) == 4
    assert naps == [3.0]


def test_a_retry_after_beyond_the_time_ends_the_fetch(web, naps):
    web.answers(IBM, json_reply({}, 429, **{"Retry-After": "900"}), GOOD)
    error = failure()
    assert "to wait 900 s" in error.message
    assert (naps, web.times(IBM)) == ([], 1)


def test_a_failure_costs_no_other_symbol(web):
    web.answers(IBM, GOOD)
    web.answers("/tiingo/daily/BAD/prices", once(Reply(b"oops", 500)))
    web.answers("/tiingo/daily/ODD/prices", FAULTS["one day twice"][0])
    result = fetched("BAD", "ODD", "NONE", "IBM", timeout=20.0)
    assert set(result.bars["symbol"]) == {"IBM"}
    assert [(f.symbol, int(f.exit_status)) for f in result.failures] == [
        ("BAD", 69),
        ("ODD", 65),
        ("NONE", 66),
    ]


@pytest.mark.parametrize(
    ("settings", "words"), [({"interval": "1h"}, "resample"), ({"interval": "x"}, "interval")]
)
def test_other_intervals_are_refused(web, settings, words):
    with pytest.raises(UsageError, match=words):
        fetched(**settings)


def test_a_symbol_is_no_path(web):
    with pytest.raises(UsageError, match="not a symbol"):
        fetched("../daily/IBM")
    assert web.requests == []


def test_the_key_is_in_no_file_of_the_store(web, tmp_path):
    web.answers(IBM, GOOD)
    run(f"fetch IBM --source tiingo --store {tmp_path}/st")
    assert _files_with_the_key(tmp_path / "st") == []


@pytest.mark.slow
def test_the_key_is_in_no_file_of_a_run(web, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [day(f"{d:%Y-%m-%d}", 50.0 + i % 3, 50.0 + i % 3) for i, d in enumerate(_weekdays(200))]
    web.answers(IBM, json_reply(rows))
    run("run IBM --source tiingo --store st --update --model ar -w 3 --folds 2 --ledger ledger.db -o out.csv")
    assert _files_with_the_key(tmp_path) == []


def _files_with_the_key(folder):
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert any(p.suffix == ".parquet" for p in files)
    return [p for p in files if KEY.encode() in p.read_bytes()]


def _weekdays(number):
    every = (dt.date(2023, 1, 2) + dt.timedelta(days=i) for i in range(number * 2))
    return [d for d in every if d.weekday() < 5][:number]


def test_the_exit_status_of_the_command(web):
    web.answers(IBM, GOOD)
    out = run("fetch IBM NONE --source tiingo", status=int(ExitStatus.NO_INPUT))
    assert len(out.splitlines()) == 5
    assert fake.HOSTS[0] == "api.tiingo.com"
