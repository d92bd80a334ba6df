"""Signals in a file: each key once, atomically, and nothing touched when nothing is new."""

import os
import resource
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from shell import small_environment
from signalcli.errors import DataError, LockedError, OutputError, UsageError
from signalcli.io.locks import hold_lock
from signalcli.serving.signals import append


def signals(date="2024-01-02", symbol="IBM", model="ar", p_up=0.5123456789012345, **more):
    row = {
        "symbol": symbol, "date": pd.Timestamp(date), "model": model, "p_up": p_up, "prediction": 1,
        "position": 1, "close": 171.25, "valid_from": pd.Timestamp(date), "valid_until": pd.Timestamp(date),
    }  # fmt: skip
    return pd.DataFrame([row | more])


def lines(path):
    return path.read_text().splitlines()


def test_a_row_is_added_and_the_key_stays_in_order(tmp_path):
    path = tmp_path / "signals.csv"
    for date in ("2024-01-03", "2024-01-02"):
        assert append(signals(date), str(path))
    assert append(signals("2024-01-02", "AAPL"), str(path))
    assert [line[:15] for line in lines(path)[1:]] == [
        "AAPL,2024-01-02",
        "IBM,2024-01-02,",
        "IBM,2024-01-03,",
    ]


def test_a_second_time_touches_nothing(tmp_path):
    path = tmp_path / "signals.csv"
    append(signals(), str(path))
    os.utime(path, ns=(1, 1))
    before = path.read_bytes(), path.stat()
    assert not append(signals(), str(path))
    assert path.read_bytes() == before[0]
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (1, before[1].st_ino)


def test_the_same_key_is_replaced(tmp_path):
    path = tmp_path / "signals.csv"
    append(signals(p_up=0.4), str(path))
    append(signals(model="tree"), str(path))
    assert append(signals(p_up=0.6), str(path))
    assert [line.split(",")[2:4] for line in lines(path)[1:]] == [
        ["ar", "0.6"],
        ["tree", "0.5123456789012345"],
    ]


def test_two_and_three_classes_in_one_file(tmp_path):
    path = tmp_path / "signals.csv"
    append(signals(), str(path))
    append(signals(model="tree", p_flat=0.25, p_down=0.25), str(path))
    assert lines(path)[0].split(",")[3:6] == ["p_up", "p_flat", "p_down"]
    assert lines(path)[1].split(",")[4:6] == ["", ""]
    before = path.read_bytes()
    assert not append(signals(), str(path))
    assert path.read_bytes() == before


def test_columns_of_somebody_else_stay(tmp_path):
    path = tmp_path / "signals.csv"
    append(signals(), str(path))
    head, row = lines(path)
    path.write_text(f"{head},note\n{row},mine\n")
    append(signals("2024-01-03"), str(path))
    assert [line.rpartition(",")[2] for line in lines(path)] == ["note", "mine", ""]


def test_another_run_holds_the_file(tmp_path):
    path = tmp_path / "signals.csv"
    with hold_lock(path), pytest.raises(LockedError):
        append(signals(), str(path))
    assert not path.exists()


def test_a_link_and_its_target_share_a_lock(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "signals.csv")
    with hold_lock(tmp_path / "signals.csv"), pytest.raises(LockedError):
        append(signals(), str(tmp_path / "link.csv"))
    append(signals(), str(tmp_path / "link.csv"))
    assert (tmp_path / "link.csv").is_symlink()
    assert len(lines(tmp_path / "signals.csv")) == 2


def test_another_table_is_not_overwritten(tmp_path):
    path = tmp_path / "thesis.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError):
        append(signals(), str(path))
    assert path.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize("name", ["signals.parquet", "signals.json"])
def test_only_csv_is_kept(tmp_path, name):
    with pytest.raises(UsageError, match="CSV"):
        append(signals(), str(tmp_path / name))


def test_an_empty_file_is_a_beginning(tmp_path):
    path = tmp_path / "signals.csv"
    path.touch()
    assert append(signals(), str(path))
    assert len(lines(path)) == 2


def test_a_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "signals.csv"
    append(signals(), str(path))
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), hard))
    try:
        with pytest.raises(OutputError):
            append(signals("2024-01-03"), str(path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".signals.csv.lock", "signals.csv"]


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from test_signals import signals
from signalcli.errors import LockedError
from signalcli.serving.signals import append
print("ready", flush=True)
for day in range(1, 11):
    while True:
        try:
            append(signals(f"2024-01-{day:02}", sys.argv[3]), sys.argv[1])
            break
        except LockedError:
            pass
"""


def writer(path, symbol):
    here = os.path.dirname(__file__)  # noqa: PTH120
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), here, symbol], stdout=subprocess.PIPE,
        env=small_environment() | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip


def test_several_at_once_lose_nothing(tmp_path):
    path = tmp_path / "signals.csv"
    processes = [writer(path, symbol) for symbol in ("AAA", "BBB", "CCC")]
    assert [p.communicate()[0] and p.returncode for p in processes] == [0, 0, 0]
    assert len(lines(path)) == 1 + 3 * 10


def test_killed_while_writing(tmp_path):
    """Old or new, never half: whatever was written when it was killed is a table with its last line whole."""
    path = tmp_path / "signals.csv"
    append(signals(symbol="OLD"), str(path))
    for moment in range(6):
        process = writer(path, f"S{moment}")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 * moment)
        process.kill()
        process.wait()
        process.stdout.close()
        assert path.read_bytes().endswith(b"\n")
        append(signals(symbol=f"N{moment}"), str(path))
        assert len({line.count(",") for line in lines(path)}) == 1
