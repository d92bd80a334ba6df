"""Files of a store: what was put in comes out, for every reader, and is old or new, never half."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.data.store.bars_file import StoredBars
from signalcli.data.store.dataset import Dataset
from signalcli.data.store.listing import list_store, vacuum
from signalcli.errors import DataError, NoInputError, OutputError

NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "store", "yahoo-1d-total")


def bars(symbol: str = "IBM", rows: int = 30, seed: int = 0) -> pd.DataFrame:
    return random_bars(rows, seed=seed, symbol=symbol)


@pytest.mark.parametrize("since", [None, dt.date(2015, 1, 1)])
def test_what_was_stored_comes_back(dataset: Dataset, since: dt.date | None) -> None:
    dataset.save("IBM", StoredBars(bars(), since))
    stored = dataset.load("IBM")
    assert stored is not None
    assert stored.since == since
    pd.testing.assert_frame_equal(stored.bars, bars())


def test_a_symbol_without_bars_is_none(dataset: Dataset) -> None:
    assert dataset.load("IBM") is None
    assert dataset.symbols() == []
    with pytest.raises(NoInputError, match="no yahoo-1d-total bars of IBM; fetch --store first"):
        dataset.bars(["IBM"])
    with pytest.raises(NoInputError, match="no yahoo-1d-total bars; fetch --store first"):
        dataset.bars([])


def test_several_symbols_come_in_the_order_asked(dataset: Dataset) -> None:
    for symbol in ("A", "B", "EURUSD=X"):
        dataset.save(symbol, StoredBars(bars(symbol)))
    assert dataset.symbols() == ["A", "B", "EURUSD=X"]
    assert list(dataset.bars(["EURUSD=X", "A", "EURUSD=X"])["symbol"].unique()) == ["EURUSD=X", "A"]


def test_the_message_says_where_else_a_symbol_is(dataset: Dataset) -> None:
    dataset.save("walk", StoredBars(bars("walk")))
    with pytest.raises(NoInputError, match="it is in yahoo-1d-total"):
        Dataset(dataset.root, "yahoo-1d-split").bars(["WALK"])
    with pytest.raises(NoInputError, match="did you mean walk"):
        dataset.bars(["IBM"])
    for symbols in (["IBM"], []):  # a dataset without bars in a store with bars
        with pytest.raises(NoInputError, match=r"; the store has yahoo-1d-total \(--source, --interval and"):
            Dataset(dataset.root, "yahoo-1d-split").bars(symbols)


def test_others_read_a_whole_folder_as_it_is(dataset: Dataset) -> None:
    expected = pd.concat([bars("A"), bars("B")], ignore_index=True)
    for symbol in ("A", "B"):
        dataset.save(symbol, StoredBars(bars(symbol, seed=1)))
        dataset.save_vintage(symbol, NOW)
        dataset.save(symbol, StoredBars(bars(symbol)))
    (dataset.folder / ".A.parquet.0123abcd.tmp").write_bytes(b"PAR1 half of")
    pd.testing.assert_frame_equal(pd.read_parquet(dataset.folder), expected)


@pytest.mark.parametrize("reader", ["duckdb", "polars"])
def test_other_tools_read_the_files(dataset: Dataset, reader: str) -> None:
    tool = pytest.importorskip(reader)
    for symbol in ("A", "EURUSD=X"):
        dataset.save(symbol, StoredBars(bars(symbol)))
    files = f"{dataset.folder}/*.parquet"
    rows = tool.read_parquet(files).fetchall() if reader == "duckdb" else tool.read_parquet(files).rows()
    assert rows[0][:3] == ("A", bars("A")["date"].iloc[0].to_pydatetime(), bars("A")["open"].iloc[0])
    assert len(rows) == 60


def test_a_file_somebody_else_wrote_starts_where_it_starts(dataset: Dataset) -> None:
    dataset.folder.mkdir(parents=True)
    bars().to_parquet(dataset.path("IBM"), index=False)
    stored = dataset.load("IBM")
    assert stored is not None
    assert stored.since == bars()["date"].iloc[0].date()


@pytest.mark.parametrize("spoil", [b"", b"PAR1", b"PAR1 and then nothing PAR1"])
def test_a_spoilt_file_is_named(dataset: Dataset, spoil: bytes) -> None:
    dataset.save("IBM", StoredBars(bars()))
    dataset.path("IBM").write_bytes(spoil)
    with pytest.raises(DataError, match=r"IBM.parquet: cannot be read; move it away and fetch again"):
        dataset.load("IBM")
    with pytest.raises(DataError, match="cannot be read"):
        list_store(dataset.root)


def test_a_cut_file_is_named(dataset: Dataset) -> None:
    dataset.save("IBM", StoredBars(bars()))
    dataset.path("IBM").write_bytes(dataset.path("IBM").read_bytes()[:-10])
    with pytest.raises(DataError, match="cannot be read"):
        dataset.load("IBM")


def test_the_bars_of_another_symbol_are_refused(dataset: Dataset) -> None:
    dataset.save("ibm", StoredBars(bars("ibm")))
    dataset.path("ibm").rename(dataset.path("IBM"))  # what a disk that knows no case would do
    with pytest.raises(DataError, match=r"IBM.parquet: holds ibm"):
        dataset.load("IBM")


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_disk_that_refuses_leaves_the_old_file(
    dataset: Dataset, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.save("IBM", StoredBars(bars()))
    before = dataset.path("IBM").read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if step == "replace" else os, step, refuse)
    with pytest.raises(OutputError, match="No space left on device"):
        dataset.save("IBM", StoredBars(bars(seed=1)))
    monkeypatch.undo()
    assert dataset.path("IBM").read_bytes() == before
    assert sorted(p.name for p in dataset.folder.iterdir()) == ["IBM.parquet"]


def test_a_reader_sees_the_old_bars_until_the_new_ones_are_whole(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.save("IBM", StoredBars(bars()))
    seen = []
    replace = Path.replace

    def look_first(self: Path, target: Path) -> Path:
        seen.append(dataset.bars(["IBM"]))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look_first)
    dataset.save("IBM", StoredBars(bars(rows=40)))
    pd.testing.assert_frame_equal(seen[0], bars())
    assert len(dataset.bars(["IBM"])) == 40


def test_a_vintage_is_the_old_file_and_kept_once(dataset: Dataset) -> None:
    dataset.save("IBM", StoredBars(bars()))
    before = dataset.path("IBM").read_bytes()
    first = dataset.save_vintage("IBM", NOW)
    again = dataset.save_vintage("IBM", NOW + dt.timedelta(hours=1))  # a run that was killed, tried again
    assert first == again == dataset.root / "vintages" / "yahoo-1d-total" / "IBM@20240601T120000Z.parquet"
    assert first.read_bytes() == before
    pd.testing.assert_frame_equal(dataset.vintage("IBM", "20240601T120000Z"), bars())


def test_two_rewrites_within_a_second_are_two_vintages(dataset: Dataset) -> None:
    for seed in (1, 2):
        dataset.save("IBM", StoredBars(bars(seed=seed)))
        dataset.save_vintage("IBM", NOW)
    assert len(dataset.vintages("IBM")) == 2
    pd.testing.assert_frame_equal(dataset.vintage("IBM", "20240601T120000Z"), bars(seed=1))


def test_an_unknown_vintage_is_named(dataset: Dataset) -> None:
    dataset.save("IBM", StoredBars(bars()))
    with pytest.raises(NoInputError, match="IBM: no vintage 2020; it has none"):
        dataset.vintage("IBM", "2020")


def test_the_listing_is_what_is_there(dataset: Dataset) -> None:
    dataset.save("IBM", StoredBars(bars(), dt.date(2020, 1, 1)))
    dataset.save_vintage("IBM", NOW)
    hourly = bars("EURUSD=X", rows=3).assign(
        date=pd.date_range("2024-01-02 22:00", periods=3, freq="h", unit="us")
    )
    Dataset(dataset.root, "file-fx-total").save("EURUSD=X", StoredBars(hourly))
    size = [
        p.stat().st_size
        for p in (Dataset(dataset.root, "file-fx-total").path("EURUSD=X"), dataset.path("IBM"))
    ]
    assert list_store(dataset.root).to_numpy().tolist() == [
        ["file-fx-total", "EURUSD=X", 3, "2024-01-02T22:00:00Z", "2024-01-03", "", size[0], 0],
        ["yahoo-1d-total", "IBM", 30, "2020-01-01", "2020-02-11", "2020-01-01", size[1], 1],
    ]


def test_vacuum_takes_leftovers_and_old_vintages_only(dataset: Dataset) -> None:
    dataset.save("IBM", StoredBars(bars()))
    dataset.save_vintage("IBM", NOW)
    dataset.save("IBM", StoredBars(bars(seed=1)))
    dataset.save_vintage("IBM", NOW + dt.timedelta(days=1))
    leftover = dataset.folder / ".IBM.parquet.0123abcd.tmp"
    leftover.write_bytes(b"half")
    gone = vacuum(dataset.root, dt.date(2024, 6, 2))
    assert list(gone["file"]) == [
        "bars/yahoo-1d-total/.IBM.parquet.0123abcd.tmp",
        "vintages/yahoo-1d-total/IBM@20240601T120000Z.parquet",
    ]
    assert vacuum(dataset.root, dt.date(2024, 6, 2)).empty
    assert [p.name for p in dataset.vintages("IBM")] == ["IBM@20240602T120000Z.parquet"]
    pd.testing.assert_frame_equal(dataset.bars(["IBM"]), bars(seed=1))
