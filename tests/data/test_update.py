"""Stored bars brought up to date from a Yahoo on loopback: little is asked, nothing stored is ever lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loopback_yahoo as fake
from random_bars import PRICES
from shell import SAMPLE
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
from signalcli.data.sources.fetch import Fetched, fetch
from signalcli.data.update import update
from signalcli.errors import DataError, ExitStatus, UsageError

served_yahoo = fake.served_yahoo

DAYS = [d.date() for d in pd.bdate_range("2024-01-02", periods=60)]
LONG_AGO = 40  # bars that the first fetch finds
ROWS = [(100.0 + i, 101.5 + i, 99.0 + i, 100.5 + i, 1000 + i) for i in range(60)]


@pytest.fixture
def yahoo(loopback_yahoo, monkeypatch):
    for name, value in loopback_yahoo.routes.items():
        monkeypatch.setenv(name, value)
    return loopback_yahoo


def told(symbol="IBM", bars=LONG_AGO, factor=1.0, rows=None, days=None, **settings):
    """What Yahoo says once `bars` days are over, its prices scaled by a factor."""
    days = days or DAYS[:bars]
    scaled = [(*(p * factor for p in row[:4]), row[4]) for row in (rows or ROWS)]
    return fake.daily(symbol, days, scaled[: len(days)], **settings)


def after(bars):
    """A moment on the morning after so many days."""
    return dt.datetime.combine(DAYS[bars - 1] + dt.timedelta(days=1), dt.time(9), dt.UTC)


def updated(store, *symbols, bars=LONG_AGO, on_rewrite="refetch", **settings) -> Fetched:
    config = FetchConfig(**{"store": str(store), "timeout": 10.0} | settings)
    return update(symbols or ["IBM"], config, StoreConfig(on_rewrite=on_rewrite), after(bars))


def contents(store) -> Mapping[str, tuple[bytes, int, int]]:
    """Every file of a store but its lock, with inode and time of writing."""
    files = [p for p in Path(store).rglob("*") if p.is_file() and p.name != ".store.lock"]
    stats = {p: p.stat() for p in files}
    return {str(p.relative_to(store)): (p.read_bytes(), s.st_ino, s.st_mtime_ns) for p, s in stats.items()}


@pytest.fixture
def store(tmp_path, yahoo):
    """A store with 40 bars of IBM."""
    folder = tmp_path / "store"
    yahoo.says("IBM", told())
    found = updated(folder)
    assert (len(found.bars), found.warnings, found.failures) == (LONG_AGO, [], [])
    yahoo.asked.clear()
    return folder


# ---- incremental, idempotent


def test_a_second_run_asks_once_and_writes_nothing(store, yahoo):
    before = contents(store)
    found = updated(store)
    assert len(found.bars) == LONG_AGO
    assert yahoo.tries("IBM") == 1
    assert contents(store) == before


def test_only_what_is_missing_is_asked_for(store, yahoo):
    yahoo.says("IBM", told(bars=60))
    found = updated(store, bars=60)
    assert list(found.bars["close"]) == [row[3] for row in ROWS]
    [(_, question)] = yahoo.asked
    begin = dt.datetime.fromtimestamp(int(question["period1"]), dt.UTC).date()
    assert DAYS[LONG_AGO - 10] - dt.timedelta(days=1) <= begin <= DAYS[LONG_AGO - 10]


def test_the_store_holds_the_same_as_one_fetch_of_all(store, yahoo, tmp_path):
    yahoo.says("IBM", told(bars=60))
    updated(store, bars=60)
    updated(tmp_path / "other", bars=60)
    file = "bars/yahoo-1d-total/IBM.parquet"
    assert (store / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_what_is_there_is_not_asked_for(store, yahoo):
    found = updated(store, end=DAYS[20], start=DAYS[10])
    assert list(found.bars["close"]) == [row[3] for row in ROWS[10:21]]
    assert yahoo.asked == []


def test_an_earlier_start_fetches_the_beginning(yahoo, tmp_path):
    yahoo.says("IBM", told())
    assert len(updated(tmp_path, start=DAYS[30]).bars) == 10
    assert len(updated(tmp_path, start=DAYS[5]).bars) == 35
    assert len(updated(tmp_path).bars) == 40
    assert yahoo.tries("IBM") == 3
    updated(tmp_path, start=DAYS[5])
    assert int(yahoo.asked[-1][1]["period1"]) > fake.second(DAYS[28])


def test_symbols_with_different_gaps_each_get_their_own(store, yahoo):
    yahoo.says("IBM", told(bars=60))
    yahoo.says("MSFT", told("MSFT", bars=60))
    found = updated(store, "msft", "ibm", bars=60)
    assert found.bars["symbol"].value_counts().to_dict() == {"MSFT": 60, "IBM": 60}
    assert (yahoo.tries("IBM"), yahoo.tries("MSFT")) == (1, 1)


def test_one_bad_row_among_few_new_ones_is_dropped(store, yahoo):
    bad = [*ROWS[:45], (145.0, 1.0, 200.0, 145.0, 9), *ROWS[46:]]
    yahoo.says("IBM", told(bars=50, rows=bad))
    found = updated(store, bars=50)
    assert len(found.bars) == 49
    assert ["outside low" in text for text in found.warnings] == [True]


def test_unfinished_bars_are_never_stored(store):
    with pytest.raises(UsageError, match="--include-unfinished"):
        updated(store, include_unfinished=True)


def test_reading_asks_nobody(store, yahoo, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    read = fetch(["ibm"], FetchConfig(store=str(store)), after(40))
    assert len(read.bars) == LONG_AGO
    assert yahoo.asked == []


def test_weeks_are_stored_as_weeks(store, yahoo):
    weeks = [d.date() for d in pd.date_range("2024-01-01", periods=12, freq="W-MON")]
    yahoo.says("IBM", told(days=weeks, interval="1wk"))
    assert len(updated(store, bars=60, interval="1wk").bars) == 12
    assert sorted(p.name for p in (store / "bars").iterdir()) == ["yahoo-1d-total", "yahoo-1wk-total"]


# ---- failures: what was stored before is byte-identical after

HTML = b"<!doctype html><html>captcha</html>"
WHOLE = told(bars=60).body({})
FAILURES = {
    "429": (fake.RATE_LIMITED, ExitStatus.UNAVAILABLE, "rate limited"),
    "429 with Retry-After": (
        dataclasses.replace(fake.RATE_LIMITED, headers={"Retry-After": "600"}),
        ExitStatus.UNAVAILABLE,
        "600 s",
    ),
    "404": (fake.NOT_FOUND, ExitStatus.NO_INPUT, "no such symbol"),
    "422": (fake.refusal(422, "Unprocessable Entity", "bad range"), ExitStatus.NO_INPUT, "bad range"),
    "500 html": (fake.Reply(HTML, 500), ExitStatus.UNAVAILABLE, "HTTP 500"),
    "503": (fake.Reply(b"", 503), ExitStatus.UNAVAILABLE, "HTTP 503"),
    "captcha": (fake.Reply(HTML), ExitStatus.UNAVAILABLE, "not JSON"),
    "cut in half": (fake.Reply(WHOLE[: len(WHOLE) // 2]), ExitStatus.UNAVAILABLE, "cut short"),
    "cut at the end": (fake.Reply(WHOLE[:-2]), ExitStatus.UNAVAILABLE, "cut short"),
    "torn": (fake.Reply(WHOLE[:900], fate="torn"), ExitStatus.UNAVAILABLE, "cut short"),
    "slow": (fake.Reply(WHOLE, fate="drip"), ExitStatus.UNAVAILABLE, "timed out"),
    "reset": (fake.Reply(fate="reset"), ExitStatus.UNAVAILABLE, "connection failed"),
    "wrong symbol": (told("MSFT"), ExitStatus.UNAVAILABLE, "another symbol"),
    "only null rows": (
        fake.daily("IBM", DAYS[:40], [(None,) * 5] * 40, adjclose=[None] * 40),
        ExitStatus.NO_INPUT,
        "no 1d bars",
    ),
    "nothing": (fake.Reply(b""), ExitStatus.UNAVAILABLE, "empty answer"),
}


@pytest.mark.parametrize(("reply", "status", "words"), FAILURES.values(), ids=FAILURES)
def test_a_failed_fetch_leaves_the_store_as_it_was(store, yahoo, reply, status, words):
    before = contents(store)
    yahoo.says("IBM", reply)
    found = updated(store, bars=60, timeout=1.0)
    assert found.bars.empty
    [failure] = found.failures
    assert (failure.exit_status, words in failure.message) == (status, True), failure.message
    assert failure.message.isprintable()
    assert contents(store) == before
    assert len(fetch(["IBM"], FetchConfig(store=str(store)), after(60)).bars) == LONG_AGO


@pytest.mark.parametrize("reply", [fake.RATE_LIMITED, fake.NOT_FOUND, fake.Reply(WHOLE[:500])])
def test_a_failed_refetch_leaves_the_store_as_it_was(store, yahoo, reply):
    before = contents(store)
    yahoo.says("IBM", told(bars=60, factor=0.5), reply)
    found = updated(store, bars=60, timeout=1.0)
    assert len(found.failures) == 1
    assert contents(store) == before


def test_the_good_symbols_are_kept_and_the_others_named(store, yahoo):
    yahoo.says("IBM", told(bars=60))
    yahoo.says("BAD", fake.RATE_LIMITED)
    found = updated(store, "NOSUCH", "IBM", "BAD", bars=60, timeout=3.0)
    assert list(found.bars["symbol"].unique()) == ["IBM"]
    assert [f.exit_status for f in found.failures] == [ExitStatus.UNAVAILABLE, ExitStatus.NO_INPUT]
    assert [name.rpartition("/")[2] for name in contents(store)] == ["IBM.parquet"]
    assert len(pd.read_parquet(store / "bars/yahoo-1d-total/IBM.parquet")) == 60


def test_a_spoilt_file_is_one_symbol_s_failure(store, yahoo):
    yahoo.says("MSFT", told("MSFT"))
    (store / "bars/yahoo-1d-total/IBM.parquet").write_bytes(b"PAR1")
    found = updated(store, "IBM", "MSFT")
    assert list(found.bars["symbol"].unique()) == ["MSFT"]
    assert isinstance(found.failures[0], DataError)


# ---- rewrites


def vintages(store):
    return sorted(p.name for p in store.glob("vintages/*/*"))


@pytest.mark.parametrize("factor", [0.25, 0.995])
def test_a_factor_is_reported_and_the_history_fetched_again(store, yahoo, factor):
    old = (store / "bars/yahoo-1d-total/IBM.parquet").read_bytes()
    yahoo.says("IBM", told(bars=60, factor=factor))
    found = updated(store, bars=60)
    np.testing.assert_allclose(found.bars["close"], [row[3] * factor for row in ROWS])
    [line] = found.warnings
    assert line.startswith(
        f"IBM: prices rewritten by a factor of {factor:g}, a split or a dividend (2024-02-13 … "
    )
    assert line.endswith(f"the old one is kept in vintages/yahoo-1d-total/{vintages(store)[0]}")
    [vintage] = store.glob("vintages/*/*")
    assert vintage.read_bytes() == old
    assert yahoo.tries("IBM") == 2
    assert updated(store, bars=60).warnings == []


def test_a_dividend_changes_what_came_before_it(store, yahoo):
    """Yahoo's own way: adjclose of all bars before the ex-date is scaled."""
    adjusted = [row[3] * (0.99 if i < 45 else 1.0) for i, row in enumerate(ROWS)]
    yahoo.says("IBM", told(bars=60, adjclose=adjusted, dividends={DAYS[45]: 1.45}))
    found = updated(store, bars=60)
    assert "factor of 0.99," in found.warnings[0]
    np.testing.assert_allclose(found.bars["close"], adjusted)


def test_as_traded_prices_do_not_change_with_a_split(yahoo, tmp_path):
    yahoo.says("IBM", told())
    updated(tmp_path, adjust="raw")
    halved = [(*(p / 2 for p in row[:4]), row[4] * 2) for row in ROWS[:50]]
    yahoo.says("IBM", told(bars=50, rows=halved, splits={DAYS[45]: (2, 1)}))
    found = updated(tmp_path, bars=50, adjust="raw")
    assert found.warnings == []
    np.testing.assert_allclose(found.bars["close"][:45], [row[3] for row in ROWS[:45]])


def test_a_restated_bar_is_reported_with_its_date(store, yahoo):
    restated = [*ROWS[:35], (135.0, 140.0, 134.0, 139.0, 1035), *ROWS[36:]]
    yahoo.says("IBM", told(bars=60, rows=restated))
    found = updated(store, bars=60)
    assert f"IBM: 1 bar restated ({DAYS[35]} … {DAYS[35]})" in found.warnings[0]
    assert found.bars["close"][35] == 139.0
    assert len(vintages(store)) == 1


def test_error_leaves_everything_as_it_was(store, yahoo):
    before = contents(store)
    yahoo.says("IBM", told(bars=60, factor=0.5))
    found = updated(store, bars=60, on_rewrite="error")
    assert [f.exit_status for f in found.failures] == [ExitStatus.DATA]
    assert "factor of 0.5" in found.failures[0].message
    assert contents(store) == before


def test_keep_adds_nothing_that_is_on_another_scale(store, yahoo):
    before = contents(store)
    yahoo.says("IBM", told(bars=60, factor=0.5))
    found = updated(store, bars=60, on_rewrite="keep")
    assert len(found.bars) == 40
    assert "another scale" in found.warnings[0]
    assert contents(store) == before


def test_keep_goes_on_after_a_restated_bar(store, yahoo):
    restated = [*ROWS[:35], (135.0, 140.0, 134.0, 139.0, 1035), *ROWS[36:]]
    yahoo.says("IBM", told(bars=60, rows=restated))
    found = updated(store, bars=60, on_rewrite="keep")
    assert len(found.bars) == 60
    assert found.bars["close"][35] == ROWS[35][3]
    assert vintages(store) == []


def test_a_vintage_is_written_before_the_bars_are_replaced(store, yahoo, monkeypatch):
    """Killed between the two, the old bars are there twice; the next run ends what was begun."""
    yahoo.says("IBM", told(bars=60, factor=0.5))
    before = (store / "bars/yahoo-1d-total/IBM.parquet").read_bytes()
    replace = Path.replace

    def killed(self, target):
        if "bars" in Path(target).parts:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        updated(store, bars=60)
    monkeypatch.undo()
    assert (store / "bars/yahoo-1d-total/IBM.parquet").read_bytes() == before


# ---- other sources


def test_a_file_is_stored_with_all_it_has(tmp_path):
    config = FetchConfig(source=str(SAMPLE), start=date(2012, 1, 1), store=str(tmp_path))
    found = update(["IBM", "FB"], config, StoreConfig(), after(1))
    plain = fetch(["IBM", "FB"], dataclasses.replace(config, store=None), after(1))
    pd.testing.assert_frame_equal(found.bars, plain.bars)
    assert len(pd.read_parquet(tmp_path / "bars/file-stocks_1d-total/IBM.parquet")) == 3270
    before = contents(tmp_path)
    update(["IBM", "FB"], config, StoreConfig(), after(1))
    assert contents(tmp_path) == before


def test_another_seed_is_a_rewrite(tmp_path):
    for seed in (1, 2):
        config = FetchConfig(source="synthetic", seed=seed, rows=50, store=str(tmp_path))
        found = update(["walk"], config, StoreConfig(), after(1))
        plain = fetch(["walk"], dataclasses.replace(config, store=None), after(1))
        pd.testing.assert_frame_equal(found.bars, plain.bars)
    assert "50 bars restated" in found.warnings[0]
    assert len(vintages(tmp_path)) == 1


def test_a_file_that_begins_after_the_stored_bars_leaves_a_hole_that_is_named(tmp_path):
    head, *lines = SAMPLE.read_text().splitlines()
    ibm = [line for line in lines if line.startswith("IBM")]
    for rows in (ibm[:100], ibm[200:300]):
        (tmp_path / "ibm.csv").write_text("\n".join([head, *rows]))
        config = FetchConfig(source=str(tmp_path / "ibm.csv"), store=str(tmp_path / "store"))
        found = update([], config, StoreConfig(), after(1))
    assert len(found.bars) == 200
    assert "no longer has bars between 2000-07-21 and 2000-12-13" in found.warnings[0]


def test_the_scales_of_a_price_are_the_same_everywhere(store, yahoo):
    """A store of split-adjusted prices is not mixed with one of totally adjusted ones."""
    yahoo.says("IBM", told(adjclose=[row[3] * 0.9 for row in ROWS[:40]]))
    assert updated(store, adjust="split").warnings == []
    assert sorted(p.name for p in (store / "bars").iterdir()) == ["yahoo-1d-split", "yahoo-1d-total"]
    assert set(PRICES) <= set(fetch(["IBM"], FetchConfig(store=str(store), adjust="split"), after(40)).bars)
