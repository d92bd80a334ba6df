"""FEATURES of a large table in pieces: the bytes of the whole table, or the whole table."""

import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from random_bars import random_bars
from shell import run, small_environment
from signalcli.data import stream as barstream
from signalcli.data.stream import read_pieces, summarize
from signalcli.features import stream as featurestream
from signalcli.io import parquet as parquet_io
from signalcli.io.files import open_rewindable, read_bytes
from signalcli.io.tables import to_bytes

ROWS = [70, 30, 25, 120, 41]


def bars_of(rows=ROWS, **changed):
    parts = [random_bars(n, symbol=f"S{i}") for i, n in enumerate(rows)]
    return pd.concat(parts, ignore_index=True).assign(**changed)


def hourly(rows=ROWS):
    bars = bars_of(rows)
    return bars.assign(date=bars["date"] + pd.to_timedelta(np.arange(len(bars)) % 7, unit="h"))


@pytest.fixture
def small_pieces(monkeypatch):
    """Pieces of a symbol or two from the first byte on."""
    in_small_pieces(monkeypatch)


def in_small_pieces(monkeypatch):
    monkeypatch.setattr(featurestream, "LARGE", 0)
    monkeypatch.setattr(featurestream, "ROWS", 50)
    monkeypatch.setattr(barstream, "BLOCK", 2000)


def both(monkeypatch, tmp_path, bars, options="", form="csv", made="bars.csv"):
    """What is written as a whole, and what in pieces; and whether pieces were read."""
    content, path = to_bytes(bars, made.rsplit(".")[-1]), tmp_path / made
    path.write_bytes(content)
    command = f"features {path} -w 5 {options} --format {form}"
    whole, taken = run(command), []
    in_small_pieces(monkeypatch)
    monkeypatch.setattr(featurestream, "read_pieces", lambda *a: taken.append(1) or read_pieces(*a))
    return whole, run(command), bool(taken)


SAME = {
    "days": (bars_of(), "", "csv"),
    "hours": (hourly(), "", "csv"),
    "fractions of a second": (hourly().assign(date=lambda t: t["date"] + pd.Timedelta("3us")), "", "csv"),
    "a fraction in the last volume": (bars_of(volume=[1e15] * (sum(ROWS) - 1) + [0.5]), "", "csv"),
    "whole volumes that floats would shorten": (bars_of(volume=1e16), "", "csv"),
    "unknown volumes": (bars_of(volume=np.where(np.arange(sum(ROWS)) % 9, 7.0, np.nan)), "", "csv"),
    "a symbol in quotes": (bars_of().replace({"symbol": {"S3": 'S3,"x"'}}), "", "csv"),
    "lines of JSON": (bars_of(), "", "jsonl"),
    "every set that looks at one symbol": (
        bars_of(),
        "--sets lags,windows,rolling,indicators,technical,volatility,alpha158,calendar,session",
        "csv",
    ),
    "weights of a barrier": (bars_of(), "--label triple-barrier --horizon 4 --weights --float32", "csv"),
}


@pytest.mark.parametrize("name", SAME)
def test_pieces_are_the_bytes_of_the_whole_table(name, monkeypatch, tmp_path):
    bars, options, form = SAME[name]
    whole, in_pieces, streamed = both(monkeypatch, tmp_path, bars, options, form)
    assert streamed
    assert in_pieces == whole


def test_pieces_of_parquet(monkeypatch, tmp_path):
    whole, in_pieces, streamed = both(monkeypatch, tmp_path, bars_of(), made="bars.parquet")
    assert streamed
    assert in_pieces == whole


@pytest.mark.parametrize("group", [2**16, 100, 37])
def test_pieces_written_as_parquet(group, monkeypatch, tmp_path):
    monkeypatch.setattr(parquet_io, "ROW_GROUP", group)
    bars, out = tmp_path / "bars.csv", tmp_path / "features.parquet"
    bars.write_bytes(to_bytes(bars_of(), "csv"))
    run(f"features {bars} -w 5 -o {out}")
    whole = out.read_bytes()
    in_small_pieces(monkeypatch)
    run(f"features {bars} -w 5 -o {out}")
    assert out.read_bytes() == whole
    assert parquet.ParquetFile(out).num_row_groups == -(-sum(ROWS) // group)


def moved(bars):
    """The last symbol's rows before and behind the others'."""
    last = bars[bars["symbol"] == "S4"]
    return pd.concat([last.head(20), bars[bars["symbol"] != "S4"], last.tail(21)], ignore_index=True)


WHOLE = {
    "a symbol that comes back": (moved(bars_of()), "", "csv"),
    "symbols in another order": (bars_of().iloc[::-1], "", "csv"),
    "a further column": (bars_of(beta=1.5), "", "csv"),
    "an adjusted close": (bars_of(adj_close=lambda t: t["close"] / 2), "", "csv"),
    "a set that reads all symbols": (bars_of(), "--sets cross", "csv"),
    "one JSON list": (bars_of(), "", "json"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_read_in_pieces_is_read_as_a_whole(name, monkeypatch, tmp_path):
    bars, options, form = WHOLE[name]
    whole, again, streamed = both(monkeypatch, tmp_path, bars, options, form)
    assert not streamed
    assert again == whole


@pytest.mark.parametrize(
    ("old", "new"),
    [("2020-01-30,", "30.01.2020,"), (",low,", ",Low,"), ("2020-01-30,", "2020-01-30 ,")],
)
def test_another_dialect_is_read_as_a_whole(old, new, small_pieces):
    content = to_bytes(bars_of(), "csv").decode().replace(old, new, 1)
    assert summarize(io.BytesIO(content.encode())) is None


def test_a_row_that_is_not_sound_is_dropped_with_one_line_as_ever(small_pieces):
    bars = bars_of()
    bars.loc[100, "high"] = bars.loc[100, "low"] / 2
    found = run("features -w 5", to_bytes(bars, "csv"))
    assert "DATA-HIGHLOW" not in found
    assert "dropped" in found.stderr
    assert len(found.splitlines()) == len(bars)


def test_too_few_bars_are_said_before_anything_is_written(small_pieces):
    found = run("features -w 130", to_bytes(bars_of(), "csv"), status=65)
    assert found == ""
    assert "S0: 70 bars; --window 130 --horizon 1 need at least 132" in found.stderr


def test_a_file_is_replaced_when_all_is_there_and_not_before(small_pieces, tmp_path):
    out = tmp_path / "features.csv"
    expected = run("features -w 5", to_bytes(bars_of(), "csv"))
    run(f"features -w 5 -o {out}", to_bytes(bars_of(), "csv"))
    assert out.read_text() == expected
    wild = bars_of()
    wild.loc[200, ["open", "high", "low", "close"]] = [1e-320, 1e300, 1e-320, 1e300]
    run(f"features -w 5 --sets volatility -o {out}", to_bytes(wild, "csv"), status=65)
    assert out.read_text() == expected
    assert [p.name for p in tmp_path.iterdir()] == ["features.csv"]


def test_pieces_hold_whole_symbols_and_every_row_once():
    bars = bars_of([400, 3, 5000, 60, 20000, 1])
    content = io.BytesIO(to_bytes(bars, "csv"))
    content.seek(0)
    found = summarize(content)
    assert found.lengths == bars.groupby("symbol").size().to_dict()
    parts = list(read_pieces(content, 50))
    assert len(parts) > 1
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), bars.astype({"symbol": "str"}))
    assert len(set().union(*(set(p["symbol"]) for p in parts))) == sum(p["symbol"].nunique() for p in parts)


@pytest.mark.parametrize("rows", [ROWS, [30]])
def test_a_pipe_is_read_twice_and_once_more_as_a_whole(rows, monkeypatch):
    content = to_bytes(bars_of(rows), "csv")
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe, ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(sys, "stdin", pipe)
        threads.submit(lambda: [os.write(writing, content), os.close(writing)])
        with open_rewindable("-") as handle:
            assert handle.read() == content
            assert handle.seek(0) == 0
        assert read_bytes("-") == content


def test_results_come_in_order_and_no_more_are_begun_than_are_wanted_soon():
    begun = []

    def work(number):
        time.sleep(0.02 if number == 0 else 0)
        return number

    with ThreadPoolExecutor(3) as threads:
        items = (begun.append(i) or i for i in range(20))
        found = featurestream.map_ahead(threads, work, items, 4)
        first = next(found)
        assert (first, begun) == (0, [0, 1, 2, 3])
        assert [first, *found] == list(range(20))


def peak_megabytes(path):
    """Of ``signalcli features`` on a file."""
    command = [sys.executable, "-m", "signalcli", "features", str(path), "-o", "/dev/null"]
    process = subprocess.Popen(command, env=small_environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024


@pytest.mark.slow
def test_ten_times_the_rows_need_no_more_memory(tmp_path):
    text = to_bytes(random_bars(2520, symbol="S000"), "csv").decode()
    header, rows = text.split("\n", 1)
    peaks = []
    for symbols in (80, 800):  # 200,000 and two million rows
        path = tmp_path / "bars.csv"
        with path.open("w") as out:
            out.write(header + "\n")
            out.writelines(rows.replace("S000,", f"S{i:03d},") for i in range(symbols))
        peaks.append(peak_megabytes(path))
    assert peaks[1] < 1.5 * peaks[0], peaks
