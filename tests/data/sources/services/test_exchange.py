"""An exchange on loopback, over the real ccxt: bars in pages, and faults with their exit statuses."""

from __future__ import annotations

import datetime as dt

import pytest

from loopback_web import json_reply, once
from loopback_yahoo import Reply
from shell import run
from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.fetch import fetch
from signalcli.errors import UsageError

pytest.importorskip("ccxt")
NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
DAY = 86_400
OHLC, PAIRS = "/0/public/OHLC", "/0/public/AssetPairs"
FIRST = dt.date(2024, 1, 1)
PAIR = {
    "altname": "XBTUSD", "wsname": "XBT/USD", "aclass_base": "currency", "base": "XXBT",
    "aclass_quote": "currency", "quote": "ZUSD", "lot": "unit", "cost_decimals": 5, "pair_decimals": 1,
    "lot_decimals": 8, "lot_multiplier": 1, "leverage_buy": [], "leverage_sell": [], "fees": [[0, 0.4]],
    "fees_maker": [[0, 0.25]], "fee_volume_currency": "ZUSD", "margin_call": 80, "margin_stop": 40,
    "ordermin": "0.0001", "costmin": "0.5", "tick_size": "0.1", "status": "online",
}  # fmt: skip
COINS = {
    name: {"aclass": "currency", "altname": alt, "decimals": 10, "display_decimals": 5, "status": "enabled"}
    for name, alt in (("XXBT", "XBT"), ("ZUSD", "USD"))
}


def seconds(day):
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())


def candle(number, close=100.0, first=FIRST):
    at = seconds(first) + number * DAY
    return [at, str(close), str(close + 1), str(close - 1), str(close), str(close), "12.5", 7]


def candles(number, **settings):
    return kraken({"XXBTZUSD": [candle(i, 100.0 + i, **settings) for i in range(number)], "last": 0})


def kraken(result, errors=()):
    return json_reply({"error": list(errors), "result": result})


@pytest.fixture
def exchange(web, monkeypatch):
    monkeypatch.setattr("ccxt.Exchange.throttle", lambda *_: None)
    web.answers("/0/public/Assets", kraken(COINS))
    web.answers(PAIRS, kraken({"XXBTZUSD": PAIR}))
    return web


def fetched(*symbols, **settings):
    config = FetchConfig(**{"source": "ccxt:kraken", "timeout": 20.0, "start": FIRST} | settings)
    return fetch(symbols or ("BTC/USD",), config, NOW)


@pytest.mark.parametrize("adjust", ["total", "split", "raw"])
def test_coins_have_one_adjustment(exchange, adjust):
    exchange.answers(OHLC, candles(5), kraken({"XXBTZUSD": [], "last": 0}))
    bars = fetched(adjust=adjust, end=dt.date(2024, 1, 5)).bars
    assert [str(d)[:10] for d in bars["date"]] == [f"2024-01-0{n}" for n in range(1, 6)]
    assert bars["close"].tolist() == [100.0, 101.0, 102.0, 103.0, 104.0]
    assert bars["volume"].tolist() == [12.5] * 5
    assert set(bars["symbol"]) == {"BTC/USD"}


def test_pages_are_asked_for_until_the_end_and_no_bar_comes_twice(exchange):
    pages = [kraken({"XXBTZUSD": [candle(i) for i in part], "last": 0}) for part in (range(3), range(2, 7))]
    exchange.answers(OHLC, *pages, kraken({"XXBTZUSD": [], "last": 0}))
    result = fetched(end=dt.date(2024, 1, 7))
    assert len(result.bars) == 7
    assert result.warnings == []


def test_bars_that_are_no_longer_kept_are_told(exchange):
    exchange.answers(OHLC, candles(3, first=dt.date(2024, 2, 1)), kraken({"XXBTZUSD": [], "last": 0}))
    [line] = fetched(end=dt.date(2024, 2, 3)).warnings
    assert line == "BTC/USD: ccxt:kraken has no 1d bars before 2024-02-01, asked from 2024-01-01"


def test_the_bar_of_today_is_left_out_and_counted(exchange):
    exchange.answers(OHLC, candles(61), kraken({"XXBTZUSD": [], "last": 0}))
    result = fetched()
    assert len(result.bars) == 60
    assert "1 unfinished bar (BTC/USD)" in result.warnings[0]


FAULTS = {
    "unauthorized": (Reply(b"{}", 401), 69, "HTTP 401"),
    "forbidden": (Reply(b"{}", 403), 69, "HTTP 403"),
    "not found": (Reply(b"{}", 404), 69, "no answer"),
    "too many requests": (json_reply({}, 429, **{"Retry-After": "900"}), 69, "to wait 900 s"),
    "a server error": (Reply(b"oops", 500), 69, "HTTP 500"),
    "a body that is cut": (Reply(b'{"error": [], "resu', fate="short"), 69, "cut short"),
    "a body that ends early": (Reply(b'{"error": [], "resu'), 69, "cut short"),
    "a body that drips": (Reply(b"{", fate="drip"), 69, "timed out"),
    "a page instead of JSON": (Reply(b"<html></html>", 200, {"Content-Type": "text/html"}), 69, "not JSON"),
    "an empty body": (Reply(b""), 69, "empty answer"),
    "an error of the exchange": (kraken({}, ["EService:Unavailable"]), 69, "unexpected answer"),
    "no candles": (kraken({"XXBTZUSD": [], "last": 0}), 66, "no finished 1d bars"),
    "no candles but null": (kraken({"XXBTZUSD": None, "last": 0}), 66, "no finished 1d bars"),
    "a list where an object is due": (json_reply([]), 69, "unexpected answer"),
    "a list of lists where an object is due": (json_reply([candle(0)]), 69, "unexpected answer"),
    "an object without a result": (json_reply({}), 69, "unexpected answer (no result)"),
    "a result that is a list": (kraken([]), 69, "unexpected answer (no XXBTZUSD)"),
    "a result that is text": (kraken("soon"), 69, "unexpected answer"),
    "a result of another symbol": (kraken({"XETHZUSD": [candle(0)]}), 69, "(no XXBTZUSD)"),
    "candles that are an object": (kraken({"XXBTZUSD": {}, "last": 0}), 69, "XXBTZUSD is no list"),
    "candles that are a number": (kraken({"XXBTZUSD": 7, "last": 0}), 69, "XXBTZUSD is no list"),
    "a candle that is an object": (kraken({"XXBTZUSD": [{}], "last": 0}), 69, "unexpected answer"),
    "a candle without a time": (kraken({"XXBTZUSD": [[None, *candle(0)[1:]]]}), 69, "without a time"),
    "a number instead of a document": (json_reply(7), 69, "unexpected answer"),
    "null instead of a document": (json_reply(None), 69, "unexpected answer"),
    "candles that contradict": (kraken({"XXBTZUSD": [candle(0), candle(0, 101.0), candle(1)]}), 65, "twice"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_exit_status(exchange, fault):
    reply, status, words = FAULTS[fault]
    exchange.answers(OHLC, once(reply))
    result = fetched(timeout=20.0 if reply.fate == "whole" else 1.5, end=dt.date(2024, 1, 2))
    [error] = result.failures
    assert result.bars.empty
    assert (int(error.exit_status), error.symbol) == (status, "BTC/USD")
    assert words in error.message


BITSTAMP = {
    "a list where an object is due": (json_reply([]), 69),
    "an object without data": (json_reply({}), 69),
    "data that are a list": (json_reply({"data": []}), 69),
    "bars that are an object": (json_reply({"data": {"ohlc": {}}}), 69),
    "no bars": (json_reply({"data": {"pair": "BTC/USD", "ohlc": []}}), 66),
}


@pytest.mark.parametrize("fault", BITSTAMP)
def test_another_exchange_with_another_shape_of_answers(web, monkeypatch, fault):
    """The check knows no exchange: it looks at what ccxt asks of the answer."""
    monkeypatch.setattr("ccxt.Exchange.throttle", lambda *_: None)
    market = {
        "name": "BTC/USD", "market_symbol": "btcusd", "base_currency": "BTC", "counter_currency": "USD",
        "base_decimals": 8, "counter_decimals": 0, "minimum_order_value": "10", "trading": "Enabled",
        "description": "Bitcoin / U.S. dollar", "market_type": "SPOT",
    }  # fmt: skip
    web.answers("/api/v2/markets/", json_reply([market]))
    reply, status = BITSTAMP[fault]
    web.answers("/api/v2/ohlc/btcusd/", once(reply))
    [error] = fetched(source="ccxt:bitstamp", end=dt.date(2024, 1, 2)).failures
    assert (int(error.exit_status), error.symbol) == (status, "BTC/USD"), error.message


def test_an_exchange_that_is_down_from_the_start_is_tried_again(exchange, naps):
    exchange.answers(PAIRS, Reply(b"oops", 503), kraken({"XXBTZUSD": PAIR}))
    exchange.answers(OHLC, candles(2), kraken({"XXBTZUSD": [], "last": 0}))
    assert len(fetched(end=dt.date(2024, 1, 2)).bars) == 2
    assert naps


def test_an_unknown_symbol_brings_the_nearest_and_costs_no_other(exchange):
    exchange.answers(OHLC, candles(2), kraken({"XXBTZUSD": [], "last": 0}))
    result = fetched("BTC/USDT", "BTC/USD", end=dt.date(2024, 1, 2))
    assert len(result.bars) == 2
    [error] = result.failures
    assert (int(error.exit_status), error.symbol) == (66, "BTC/USDT")
    assert "did you mean BTC/USD?" in error.message


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"source": "ccxt:krakn"}, "did you mean kraken"),
        ({"start": None}, "needs --start"),
        ({"interval": "2m"}, "has 1m"),
    ],
)
def test_what_the_exchange_cannot_do_is_refused(exchange, settings, words):
    with pytest.raises(UsageError, match=words):
        fetched(**settings)


def test_a_symbol_with_a_slash_is_no_file_and_is_stored(exchange, tmp_path):
    exchange.answers(OHLC, candles(5), kraken({"XXBTZUSD": [], "last": 0}))
    options = f"--source ccxt:kraken --start 2024-01-01 --end 2024-01-05 --store {tmp_path}/st"
    out = run(f"fetch BTC/USD {options}")
    assert len(out.splitlines()) == 6
    [path] = (tmp_path / "st" / "bars").rglob("*.parquet")
    assert str(path.relative_to(tmp_path)) == "st/bars/ccxt%3Akraken-1d-total/BTC%2FUSD.parquet"
    assert (
        run(f"features BTC/USD {options.split(' --start', maxsplit=1)[0]} -w 2 --store {tmp_path}/st").count(
            "BTC/USD"
        )
        == 5
    )
