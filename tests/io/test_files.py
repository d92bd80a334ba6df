"""Bytes in and out: a reader sees the old file or the new one, and every refusal is an error."""

import errno
import io
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from shell import run
from signalcli.errors import NoInputError, OutputError
from signalcli.io import files
from signalcli.io.files import read_bytes, source_name, write_bytes

OLD, NEW = b"old\n", b"new and longer\n"


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_bytes(OLD)
    return path


def refused(target):
    with pytest.raises(OutputError) as caught:
        write_bytes(str(target), NEW)
    assert caught.value.exit_status == 74
    return caught.value.message


def test_a_new_file_and_a_replaced_one_hold_what_was_written(target, tmp_path):
    for path in (target, tmp_path / "new.csv"):
        write_bytes(str(path), NEW)
        assert path.read_bytes() == NEW
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bars.csv", "new.csv"]


@pytest.mark.parametrize("failing", ["os.replace", "os.rename", "os.fsync"])
def test_a_failure_before_the_end_keeps_the_old_file_and_no_other(target, monkeypatch, failing):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, fail)
    if failing == "os.rename":  # whichever of the two pathlib calls
        monkeypatch.setattr("os.replace", fail)
    assert "No space left on device" in refused(target)
    assert target.read_bytes() == OLD
    assert [p.name for p in target.parent.iterdir()] == ["bars.csv"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_no_temporary_file(target, monkeypatch, interruption):
    def interrupt(*_):
        raise interruption

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(interruption):
        write_bytes(str(target), NEW)
    assert target.read_bytes() == OLD
    assert [p.name for p in target.parent.iterdir()] == ["bars.csv"]


def test_the_new_bytes_are_on_disk_before_they_take_the_name(target, monkeypatch):
    done = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr("os.fsync", lambda fd: (done.append(stat.S_ISDIR(os.fstat(fd).st_mode)), sync(fd))[1])
    monkeypatch.setattr("os.replace", lambda a, b: (done.append("replace"), replace(a, b))[1])
    write_bytes(str(target), NEW)
    assert done == [False, "replace", True]  # file, name, folder


def test_a_full_disk_in_the_middle_keeps_the_old_file(target):
    code = (
        "import signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from signalcli.cli import main\n"
        f"sys.exit(main(['fetch', 'walk', '--source', 'synthetic', '--rows', '2000', '-o', {str(target)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 74, done.stderr
    assert done.stderr.startswith("signalcli: error[OUTPUT-WRITE]: ")
    assert len(done.stderr.splitlines()) == 1
    assert target.read_bytes() == OLD
    assert [p.name for p in target.parent.iterdir()] == ["bars.csv"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_of_the_umask(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_bytes(str(tmp_path / "new.csv"), NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_replaced_file_keeps_its_permissions(target, mode):
    target.chmod(mode)
    write_bytes(str(target), NEW)
    assert stat.S_IMODE(target.stat().st_mode) == mode


@pytest.mark.parametrize("made", [True, False])
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path, made):
    folder = tmp_path / "data"
    folder.mkdir()
    if made:
        (folder / "real.csv").write_bytes(OLD)
    link = tmp_path / "link.csv"
    link.symlink_to("data/real.csv")
    write_bytes(str(link), NEW)
    assert link.is_symlink()
    assert (folder / "real.csv").read_bytes() == NEW
    assert [p.name for p in folder.iterdir()] == ["real.csv"]


def test_a_fifo_is_written_through(tmp_path):
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    got = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    write_bytes(str(fifo), NEW)
    reader.join()
    assert got == [NEW]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_device_is_written_to_and_not_replaced():
    write_bytes("/dev/null", NEW)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("content", [b"x\n", b"x" * 100_000])
def test_a_device_that_is_full_says_so(content):
    with pytest.raises(OutputError, match="/dev/full: No space left on device"):
        write_bytes("/dev/full", content)


def test_no_folder_a_folder_and_a_file_as_folder_are_refused(target, tmp_path):
    assert "No such file or directory" in refused(tmp_path / "nowhere" / "x.csv")
    assert "Is a directory" in refused(tmp_path)
    assert "Not a directory" in refused(target / "x.csv")


def test_the_command_says_so_too(tmp_path):
    said = run(f"fetch walk --source synthetic --rows 5 -o {tmp_path}/nowhere/x.csv", status=74).stderr
    assert f"{tmp_path}/nowhere/x.csv: No such file or directory" in said


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "a\0b", "x" * 300])
def test_what_cannot_be_read_is_no_input(tmp_path, name):
    with pytest.raises(NoInputError) as caught:
        read_bytes(f"{tmp_path}/{name}")
    assert caught.value.exit_status == 66
    assert caught.value.message.isprintable()


def test_sources_are_named_without_control_characters():
    assert source_name("-") == "stdin"
    assert source_name("a\x1b[2J.csv") == r"a\x1b[2J.csv"


def test_a_pipe_that_does_not_fit_on_disk_is_an_error(monkeypatch):
    """A part of the table must not be read as if it were the whole."""

    class Full(io.BytesIO):
        def write(self, _content):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.tempfile, "SpooledTemporaryFile", lambda **_: Full())
    with pytest.raises(OutputError, match="set TMPDIR") as error:
        files._spool(io.BytesIO(b"symbol,date"))
    assert error.value.exit_status == 74


# Fails in a process with little memory: an endless device must not be read.
ENDLESS = """
import resource, sys
from signalcli.errors import NoInputError
from signalcli.io.files import open_rewindable, read_bytes
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
def opened(source):
    with open_rewindable(source) as handle:
        return read_bytes(source) if handle is None else handle.read()
for read in (read_bytes, opened):
    try:
        read(sys.argv[1])
    except NoInputError as error:
        print(error)
"""


@pytest.mark.parametrize("source", ["/dev/zero", "-"])
def test_a_device_without_an_end_is_refused(source):
    with Path("/dev/zero").open("rb") as zero:
        command = [sys.executable, "-c", ENDLESS, source]
        printed = subprocess.run(command, stdin=zero, capture_output=True, text=True, check=True).stdout
    assert printed == f"{source_name(source)}: a device, which has no end; name a file\n" * 2


def test_devices_with_an_end_are_read():
    assert read_bytes("/dev/null") == b""


def test_a_part_of_a_file(target):
    assert read_bytes(str(target), 2) == OLD[:2]


def test_an_empty_name_is_no_folder():
    with pytest.raises(NoInputError, match=r"^'': No such file or directory"):
        read_bytes("")
