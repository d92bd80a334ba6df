"""Services that take over from each other; bars of two sources are never mixed in a store."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import loopback_web as fake
import loopback_yahoo as yahoo
from loopback_web import json_reply
from loopback_yahoo import Reply
from shell import run
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
from signalcli.data.sources.fetch import fetch
from signalcli.data.update import update

DAYS = [d.date() for d in pd.bdate_range("2024-01-02", periods=30)]
DOWN = Reply(b"oops", 500, {"Retry-After": "900"})
PATHS = {s: f"/tiingo/daily/{s}/prices" for s in ("IBM", "AAPL")}


def now(bars):
    return dt.datetime.combine(DAYS[bars - 1] + dt.timedelta(days=1), dt.time(9), dt.UTC)


def of_yahoo(symbol, bars=20):
    return yahoo.daily(
        symbol, DAYS[:bars], [(100.0 + i, 102.0 + i, 99.0 + i, 101.0 + i, 10) for i in range(bars)]
    )


def of_tiingo(bars=20, factor=3.0):
    def row(i):
        close = factor * (101.0 + i)
        prices = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 10}
        return {"date": f"{DAYS[i]}T00:00:00.000Z", **prices, "adjClose": close, "splitFactor": 1.0}

    return json_reply([row(i) for i in range(bars)])


def config(**settings):
    return FetchConfig(**{"source": "yahoo,tiingo", "timeout": 10.0} | settings)


def test_the_next_service_is_asked_when_one_is_down_and_a_line_says_so(web):
    web.says("IBM", DOWN)
    web.says("AAPL", of_yahoo("AAPL"))
    web.answers(PATHS["IBM"], of_tiingo())
    result = fetch(["IBM", "AAPL"], config(), now(20))
    assert result.failures == []
    closes = result.bars.groupby("symbol")["close"].first()
    assert closes.to_dict() == {"AAPL": 101.0, "IBM": 303.0}
    [line] = result.warnings
    assert line.startswith(
        "yahoo gave no answer for 1 symbol (IBM); tiingo is asked instead; the reason: IBM: "
    )
    assert "HTTP 500" in line
    assert [r.path for r in web.requests] == [PATHS["IBM"]]


def test_no_such_symbol_is_an_answer(web):
    web.answers(PATHS["IBM"], of_tiingo())
    [error] = fetch(["IBM"], config(), now(20)).failures
    assert (int(error.exit_status), web.requests) == (66, [])


def test_when_all_are_down_the_exit_status_is_69(web):
    web.says("IBM", DOWN)
    web.answers(PATHS["IBM"], DOWN)
    out = run("fetch IBM --source yahoo,tiingo", status=69)
    assert "tiingo is asked instead" in out.stderr
    assert "error[SOURCE-UNAVAILABLE]: IBM: tiingo: no answer" in out.stderr


def test_a_refused_key_is_no_reason_to_ask_another(web):
    web.answers(PATHS["IBM"], json_reply({}, 401))
    web.says("IBM", of_yahoo("IBM"))
    assert run("fetch IBM --source tiingo,yahoo", status=2) == ""
    assert web.tries("IBM") == 0


# ---- a store


def updated(store, *symbols, bars=20, source="yahoo,tiingo"):
    return update(symbols or ["IBM"], config(store=str(store), source=source), StoreConfig(), now(bars))


def shelves(store):
    return sorted(str(p.relative_to(store / "bars")) for p in (store / "bars").rglob("*.parquet"))


def test_a_new_symbol_is_stored_under_the_service_that_answered(web, tmp_path):
    web.says("IBM", DOWN)
    web.answers(PATHS["IBM"], of_tiingo())
    result = updated(tmp_path)
    assert shelves(tmp_path) == ["tiingo-1d-total/IBM.parquet"]
    assert result.bars["close"].iloc[0] == 303.0
    # and stays there when the first service is back
    web.says("IBM", of_yahoo("IBM", 22))
    web.answers(PATHS["IBM"], of_tiingo(22))
    result = updated(tmp_path, bars=22)
    assert shelves(tmp_path) == ["tiingo-1d-total/IBM.parquet"]
    assert result.bars["close"].tolist() == [303.0 + 3 * i for i in range(22)]


def test_stored_bars_are_not_continued_from_another_service(web, tmp_path):
    web.says("IBM", of_yahoo("IBM"))
    updated(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.parquet")}
    web.says("IBM", DOWN)
    web.answers(PATHS["IBM"], of_tiingo(22))
    result = updated(tmp_path, bars=22)
    assert result.bars.empty
    [error] = result.failures
    assert int(error.exit_status) == 69
    assert "its stored bars are of yahoo" in error.message
    assert "--source tiingo --store DIR" in error.message
    assert web.requests == []
    assert {p: p.read_bytes() for p in tmp_path.rglob("*.parquet")} == before


def test_each_symbol_is_read_from_the_service_that_stored_it(web, tmp_path):
    web.says("IBM", of_yahoo("IBM"))
    web.says("AAPL", DOWN)
    web.answers(PATHS["AAPL"], of_tiingo())
    updated(tmp_path, "IBM", "AAPL")
    assert shelves(tmp_path) == ["tiingo-1d-total/AAPL.parquet", "yahoo-1d-total/IBM.parquet"]
    for symbols in ([], ["AAPL", "IBM"]):
        bars = fetch(symbols, config(store=str(tmp_path)), now(20)).bars
        assert bars.groupby("symbol")["close"].first().to_dict() == {"AAPL": 303.0, "IBM": 101.0}


def test_a_store_asks_tiingo_for_what_is_missing_alone(web, tmp_path):
    web.answers(PATHS["IBM"], of_tiingo(), of_tiingo(25))
    updated(tmp_path, source="tiingo")
    result = updated(tmp_path, bars=25, source="tiingo")
    assert len(result.bars) == 25
    assert [r.query["startDate"] for r in web.requests] == ["1900-01-01", str(DAYS[10])]


@pytest.mark.parametrize("source", ["yahoo,tiingo", "tiingo", "ccxt:kraken"])
def test_a_service_is_asked_for_symbols(web, tmp_path, source):
    for command in (f"fetch --source {source}", f"fetch --source {source} --store {tmp_path}/st"):
        assert "no symbol given" in run(command, status=2).stderr
    assert web.requests == []
    assert fake.HOSTS
