"""What killed writers leave beside a file: the next writer removes it, and nothing else."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

from signalcli.io.files import write_bytes
from signalcli.io.leftovers import open_temporary, remove_leftovers

WRITER = """
import sys, time
from pathlib import Path
from signalcli.io.leftovers import open_temporary
path, handle = open_temporary(Path(sys.argv[1]))
handle.write(b"half"); handle.flush()
print(path.name, flush=True)
time.sleep(60)
"""


def start(target: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_the_next_writer_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    process, name = start(target)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [p.name for p in tmp_path.iterdir()] == [name]
    write_bytes(str(target), b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_the_file_of_a_living_writer_stays(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    process, name = start(target)
    try:
        write_bytes(str(target), b"new")
        assert (tmp_path / name).read_bytes() == b"half"
    finally:
        process.kill()
        process.communicate()


def test_only_own_leftovers_are_removed(tmp_path: Path) -> None:
    own, others = (
        ".x.csv.0123abcd.tmp",
        [
            ".y.csv.0123abcd.tmp",
            ".x.csv.0123abcd.bak",
            ".x.csv.0123ABCD.tmp",
            ".x.csv.tmp",
            "x.csv.0123abcd.tmp",
            ".xxcsv.0123abcd.tmp",
            ".x.csv.0.0123abcd.tmp",
        ],
    )
    for name in (own, *others):
        (tmp_path / name).write_bytes(b"")
    remove_leftovers(tmp_path, "x.csv")
    assert {p.name for p in tmp_path.iterdir()} == set(others)


def test_a_name_that_ends_in_at_stands_for_all_vintages(tmp_path: Path) -> None:
    for name in (".IBM@20240101T000000Z.parquet.0123abcd.tmp", ".IBMX@2024.parquet.0123abcd.tmp"):
        (tmp_path / name).write_bytes(b"")
    remove_leftovers(tmp_path, "IBM@")
    assert [p.name for p in tmp_path.iterdir()] == [".IBMX@2024.parquet.0123abcd.tmp"]


def test_a_temporary_file_is_locked_and_beside_its_target(tmp_path: Path) -> None:
    path, handle = open_temporary(tmp_path / "x.csv")
    with handle:
        other = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            locked = True
        else:
            locked = False
        os.close(other)
    assert locked
    assert path.parent == tmp_path


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"old")
    (tmp_path / ".x.csv.0123abcd.tmp").symlink_to(tmp_path / "precious")
    write_bytes(str(tmp_path / "x.csv"), b"new")
    assert (tmp_path / "precious").read_bytes() == b"old"
