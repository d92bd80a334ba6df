"""A folder is replaced whole: after kill -9, with a full disk, between two reads it is old or new."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shell import small_environment
from signalcli.errors import LockedError, OutputError, UsageError
from signalcli.io import folders as module
from signalcli.io.folders import DamagedError, exchange, read_folder, replace_folder
from signalcli.io.locks import hold_lock

LIMITS = {"mark": 1 << 20, "a": 1 << 24, "b": 1 << 24}


def content(letter: str, size: int = 200_000) -> dict[str, bytes]:
    return {name: letter.encode() * size for name in LIMITS}


def letters(folder: Path) -> str:
    return "".join(sorted({chr(part[0]) for part in read_folder(folder, LIMITS).values()}))


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in folder.parent.iterdir() if p.name.endswith((".tmp", ".old"))]


@pytest.fixture(params=["swapped by the kernel", "moved aside"])
def way(request, monkeypatch):
    if request.param == "moved aside":
        monkeypatch.setattr(module, "_renameat2", lambda: None)
    return request.param


def test_a_first_and_a_second_time(tmp_path, way):
    target = tmp_path / "deep" / "model"
    for letter in "AB":
        replace_folder(target, content(letter), "mark")
        assert letters(target) == letter
        assert sorted(p.name for p in target.iterdir()) == ["a", "b", "mark"]
    assert leftovers(target) == []


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "model").mkdir()
    replace_folder(tmp_path / "model", content("A"), "mark")
    assert letters(tmp_path / "model") == "A"


@pytest.mark.parametrize("make", [
    lambda p: (p.mkdir(), (p / "thesis.tex").write_text("all my work")),
    lambda p: p.write_text("a file"),
    lambda p: (p.with_name("real").mkdir(), p.symlink_to(p.with_name("real"))),
    lambda p: p.symlink_to("nowhere"),
])  # fmt: skip
def test_what_is_not_ours_stays(tmp_path, make):
    target = tmp_path / "model"
    make(target)
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="something else is there"):
        replace_folder(target, content("A"), "mark")
    assert [p for p in sorted(str(p) for p in tmp_path.rglob("*")) if not p.endswith(".lock")] == before


def test_the_working_folder_itself_cannot_be_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (".", "..", "/"):
        with pytest.raises(UsageError):
            replace_folder(Path(name), content("A"), "mark")


def test_another_run_at_work(tmp_path):
    with hold_lock(tmp_path / "model"), pytest.raises(LockedError):
        replace_folder(tmp_path / "model", content("A"), "mark")
    replace_folder(tmp_path / "model", content("A"), "mark")


def test_a_swap_is_one_step(tmp_path):
    for name in "AB":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchange(tmp_path / "A", tmp_path / "B")
    assert (tmp_path / "A" / "B").exists()
    assert (tmp_path / "B" / "A").exists()


def test_a_reader_between_two_writers_sees_one_or_the_other(tmp_path):
    """Every read succeeds, and no read mixes files of two."""
    target = tmp_path / "model"
    replace_folder(target, content("A"), "mark")
    stop, seen = threading.Event(), []

    def write() -> None:
        for i in range(60):
            replace_folder(target, content("AB"[i % 2]), "mark")
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not stop.is_set():
        seen.append(letters(target))
    writer.join()
    assert set(seen) <= {"A", "B"}
    assert len(seen) > 20


def test_a_reader_that_is_overtaken_starts_again(tmp_path, monkeypatch):
    target, original = tmp_path / "model", module._read_file
    replace_folder(target, content("A"), "mark")
    overtaken = []

    def slow(descriptor, name, limit):
        if not overtaken and name == "b":
            overtaken.append(name)
            replace_folder(target, content("B"), "mark")
        return original(descriptor, name, limit)

    monkeypatch.setattr(module, "_read_file", slow)
    assert letters(target) == "B"


def test_a_reader_gives_up_at_last(tmp_path, monkeypatch):
    target = tmp_path / "model"
    replace_folder(target, content("A"), "mark")
    monkeypatch.setattr(module, "_is_current", lambda *_: False)
    (target / "b").unlink()
    with pytest.raises(DamagedError, match="again and again"):
        read_folder(target, LIMITS)


WRITER = (
    "import sys; from pathlib import Path; from signalcli.io.folders import replace_folder\n"
    "print('ready', flush=True)\n"
    "while True:\n"
    "    for letter in b'BA':\n"
    "        files = {n: bytes([letter]) * 200_000 for n in ('mark', 'a', 'b')}\n"
    "        replace_folder(Path(sys.argv[1]), files, 'mark')\n"
)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_while_writing(tmp_path, how):
    """Killed at 25 different moments; then a reader finds one whole folder, and the next run tidies up."""
    target = tmp_path / "model"
    replace_folder(target, content("A"), "mark")
    for moment in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, env=small_environment()
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.0007 * moment)
        process.send_signal(how)
        process.wait()
        process.stdout.close()
        assert letters(target) in {"A", "B"}
    replace_folder(target, content("C"), "mark")
    assert letters(target) == "C"
    assert leftovers(target) == []


def test_a_full_disk(tmp_path):
    """No file may grow beyond 100 kB: the new folder cannot be written, the old one stays, nothing left."""
    target = tmp_path / "model"
    replace_folder(target, content("A", 1000), "mark")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OutputError, match="nothing was written"):
            replace_folder(target, content("B"), "mark")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert letters(target) == "A"
    assert leftovers(target) == []


def test_a_crash_between_the_two_renames_is_mended(tmp_path):
    """Where the kernel cannot swap, a crash may leave the old folder aside; the next run puts it back."""
    target = tmp_path / "model"
    replace_folder(target, content("A"), "mark")
    target.rename(tmp_path / ".model.0123abcd.old")
    (tmp_path / ".model.0123abcd.tmp").mkdir()
    (tmp_path / ".model.backup").mkdir()  # not ours
    with hold_lock(target):
        module._remove_leftovers(target)
    assert letters(target) == "A"
    assert leftovers(target) == []
    assert (tmp_path / ".model.backup").is_dir()


def test_a_lock_file_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "victim").write_text("precious")
    (tmp_path / ".model.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OutputError), hold_lock(tmp_path / "model"):
        pass
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_lock_ends_with_its_process(tmp_path):
    code = "import sys, time; from pathlib import Path; from signalcli.io.locks import hold_lock\n"
    code += "with hold_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "x")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(LockedError), hold_lock(tmp_path / "x"):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with hold_lock(tmp_path / "x"):
        pass
