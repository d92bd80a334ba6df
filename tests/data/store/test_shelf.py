"""Files of a store: what was put in comes out, for every reader, and is old or new, never half."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.data.store.listing import listing, vacuum
from signalcli.data.store.shelf import Shelf, Stored
from signalcli.errors import DataError, NoInputError, OutputError

NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "store", "yahoo-1d-total")


def bars(symbol: str = "IBM", rows: int = 30, seed: int = 0) -> pd.DataFrame:
    return random_bars(rows, seed=seed, symbol=symbol)


@pytest.mark.parametrize("since", [None, dt.date(2015, 1, 1)])
def test_what_was_stored_comes_back(shelf: Shelf, since: dt.date | None) -> None:
    shelf.save("IBM", Stored(bars(), since))
    stored = shelf.load("IBM")
    assert stored is not None
    assert stored.since == since
    pd.testing.assert_frame_equal(stored.bars, bars())


def test_a_symbol_without_bars_is_none(shelf: Shelf) -> None:
    assert shelf.load("IBM") is None
    assert shelf.symbols() == []
    with pytest.raises(NoInputError, match="no yahoo-1d-total bars of IBM; fetch --store first"):
        shelf.bars(["IBM"])
    with pytest.raises(NoInputError, match="no yahoo-1d-total bars; fetch --store first"):
        shelf.bars([])


def test_several_symbols_come_in_the_order_asked(shelf: Shelf) -> None:
    for symbol in ("A", "B", "EURUSD=X"):
        shelf.save(symbol, Stored(bars(symbol)))
    assert shelf.symbols() == ["A", "B", "EURUSD=X"]
    assert list(shelf.bars(["EURUSD=X", "A", "EURUSD=X"])["symbol"].unique()) == ["EURUSD=X", "A"]


def test_the_message_says_where_else_a_symbol_is(shelf: Shelf) -> None:
    shelf.save("walk", Stored(bars("walk")))
    with pytest.raises(NoInputError, match="they are there as yahoo-1d-total"):
        Shelf(shelf.root, "yahoo-1d-split").bars(["WALK"])
    with pytest.raises(NoInputError, match="it has walk"):
        shelf.bars(["IBM"])


def test_others_read_a_whole_folder_as_it_is(shelf: Shelf) -> None:
    expected = pd.concat([bars("A"), bars("B")], ignore_index=True)
    for symbol in ("A", "B"):
        shelf.save(symbol, Stored(bars(symbol, seed=1)))
        shelf.keep_vintage(symbol, NOW)
        shelf.save(symbol, Stored(bars(symbol)))
    (shelf.folder / ".A.parquet.0123abcd.tmp").write_bytes(b"PAR1 half of")
    pd.testing.assert_frame_equal(pd.read_parquet(shelf.folder), expected)


@pytest.mark.parametrize("reader", ["duckdb", "polars"])
def test_other_tools_read_the_files(shelf: Shelf, reader: str) -> None:
    tool = pytest.importorskip(reader)
    for symbol in ("A", "EURUSD=X"):
        shelf.save(symbol, Stored(bars(symbol)))
    files = f"{shelf.folder}/*.parquet"
    rows = tool.read_parquet(files).fetchall() if reader == "duckdb" else tool.read_parquet(files).rows()
    assert rows[0][:3] == ("A", bars("A")["date"].iloc[0].to_pydatetime(), bars("A")["open"].iloc[0])
    assert len(rows) == 60


def test_a_file_somebody_else_wrote_starts_where_it_starts(shelf: Shelf) -> None:
    shelf.folder.mkdir(parents=True)
    bars().to_parquet(shelf.path("IBM"), index=False)
    stored = shelf.load("IBM")
    assert stored is not None
    assert stored.since == bars()["date"].iloc[0].date()


@pytest.mark.parametrize("spoil", [b"", b"PAR1", b"PAR1 and then nothing PAR1"])
def test_a_spoilt_file_is_named(shelf: Shelf, spoil: bytes) -> None:
    shelf.save("IBM", Stored(bars()))
    shelf.path("IBM").write_bytes(spoil)
    with pytest.raises(DataError, match=r"IBM.parquet: cannot be read; move it away and fetch again"):
        shelf.load("IBM")
    with pytest.raises(DataError, match="cannot be read"):
        listing(shelf.root)


def test_a_cut_file_is_named(shelf: Shelf) -> None:
    shelf.save("IBM", Stored(bars()))
    shelf.path("IBM").write_bytes(shelf.path("IBM").read_bytes()[:-10])
    with pytest.raises(DataError, match="cannot be read"):
        shelf.load("IBM")


def test_the_bars_of_another_symbol_are_refused(shelf: Shelf) -> None:
    shelf.save("ibm", Stored(bars("ibm")))
    shelf.path("ibm").rename(shelf.path("IBM"))  # what a disk that knows no case would do
    with pytest.raises(DataError, match=r"IBM.parquet: holds ibm"):
        shelf.load("IBM")


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_disk_that_refuses_leaves_the_old_file(
    shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.save("IBM", Stored(bars()))
    before = shelf.path("IBM").read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if step == "replace" else os, step, refuse)
    with pytest.raises(OutputError, match="No space left on device"):
        shelf.save("IBM", Stored(bars(seed=1)))
    monkeypatch.undo()
    assert shelf.path("IBM").read_bytes() == before
    assert sorted(p.name for p in shelf.folder.iterdir()) == ["IBM.parquet"]


def test_a_reader_sees_the_old_bars_until_the_new_ones_are_whole(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.save("IBM", Stored(bars()))
    seen = []
    replace = Path.replace

    def look_first(self: Path, target: Path) -> Path:
        seen.append(shelf.bars(["IBM"]))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look_first)
    shelf.save("IBM", Stored(bars(rows=40)))
    pd.testing.assert_frame_equal(seen[0], bars())
    assert len(shelf.bars(["IBM"])) == 40


def test_a_vintage_is_the_old_file_and_kept_once(shelf: Shelf) -> None:
    shelf.save("IBM", Stored(bars()))
    before = shelf.path("IBM").read_bytes()
    first = shelf.keep_vintage("IBM", NOW)
    again = shelf.keep_vintage("IBM", NOW + dt.timedelta(hours=1))  # a run that was killed, tried again
    assert first == again == shelf.root / "vintages" / "yahoo-1d-total" / "IBM@20240601T120000Z.parquet"
    assert first.read_bytes() == before
    pd.testing.assert_frame_equal(shelf.vintage("IBM", "20240601T120000Z"), bars())


def test_two_rewrites_within_a_second_are_two_vintages(shelf: Shelf) -> None:
    for seed in (1, 2):
        shelf.save("IBM", Stored(bars(seed=seed)))
        shelf.keep_vintage("IBM", NOW)
    assert len(shelf.vintages("IBM")) == 2
    pd.testing.assert_frame_equal(shelf.vintage("IBM", "20240601T120000Z"), bars(seed=1))


def test_an_unknown_vintage_is_named(shelf: Shelf) -> None:
    shelf.save("IBM", Stored(bars()))
    with pytest.raises(NoInputError, match="IBM: no vintage 2020; it has none"):
        shelf.vintage("IBM", "2020")


def test_the_listing_is_what_is_there(shelf: Shelf) -> None:
    shelf.save("IBM", Stored(bars(), dt.date(2020, 1, 1)))
    shelf.keep_vintage("IBM", NOW)
    hourly = bars("EURUSD=X", rows=3).assign(
        date=pd.date_range("2024-01-02 22:00", periods=3, freq="h", unit="us")
    )
    Shelf(shelf.root, "file-fx-total").save("EURUSD=X", Stored(hourly))
    size = [
        p.stat().st_size for p in (Shelf(shelf.root, "file-fx-total").path("EURUSD=X"), shelf.path("IBM"))
    ]
    assert listing(shelf.root).to_numpy().tolist() == [
        ["file-fx-total", "EURUSD=X", 3, "2024-01-02T22:00:00Z", "2024-01-03", "", size[0], 0],
        ["yahoo-1d-total", "IBM", 30, "2020-01-01", "2020-02-11", "2020-01-01", size[1], 1],
    ]


def test_vacuum_takes_leftovers_and_old_vintages_only(shelf: Shelf) -> None:
    shelf.save("IBM", Stored(bars()))
    shelf.keep_vintage("IBM", NOW)
    shelf.save("IBM", Stored(bars(seed=1)))
    shelf.keep_vintage("IBM", NOW + dt.timedelta(days=1))
    leftover = shelf.folder / ".IBM.parquet.0123abcd.tmp"
    leftover.write_bytes(b"half")
    gone = vacuum(shelf.root, dt.date(2024, 6, 2))
    assert list(gone["file"]) == [
        "bars/yahoo-1d-total/.IBM.parquet.0123abcd.tmp",
        "vintages/yahoo-1d-total/IBM@20240601T120000Z.parquet",
    ]
    assert vacuum(shelf.root, dt.date(2024, 6, 2)).empty
    assert [p.name for p in shelf.vintages("IBM")] == ["IBM@20240602T120000Z.parquet"]
    pd.testing.assert_frame_equal(shelf.bars(["IBM"]), bars(seed=1))
