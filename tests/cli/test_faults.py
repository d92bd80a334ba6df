"""How errors are told: memory, disk, libraries, closed and full streams, shell completion."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from shell import run, run_installed, small_environment
from signalcli.cli.console import console
from signalcli.cli.faults import explain, is_interrupt
from signalcli.errors import DataError, ExitStatus, UnavailableError


def raised(outer: BaseException, cause: BaseException) -> BaseException:
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (MemoryError(), "MEMORY", ExitStatus.UNAVAILABLE),
        (OSError(errno.ENOMEM, "Cannot allocate memory", "x.csv"), "MEMORY", ExitStatus.UNAVAILABLE),
        (RuntimeError("std::bad_alloc"), "MEMORY", ExitStatus.UNAVAILABLE),
        (RuntimeError("can't start new thread"), "MEMORY", ExitStatus.UNAVAILABLE),
        (ImportError("x.so: failed to map segment from shared object"), "MEMORY", ExitStatus.UNAVAILABLE),
        (raised(DataError("CSV-PARSE", "x"), MemoryError()), "MEMORY", ExitStatus.UNAVAILABLE),
        (ImportError("no\x1b[2J", name="numpy"), "LIBRARY", ExitStatus.UNAVAILABLE),
        (OSError(errno.ENOSPC, "No space left on device", "a.csv"), "FILE-FAULT", ExitStatus.IO),
        (OSError(errno.EIO, "Input/output error", "a\x1b.csv"), "FILE-FAULT", ExitStatus.IO),
        (OSError(errno.ENOSPC, "No space left on device"), "OUTPUT-WRITE", ExitStatus.IO),
        (DataError("CSV-PARSE", "out of memory"), "CSV-PARSE", ExitStatus.DATA),
        (ZeroDivisionError(), "BUG", ExitStatus.BUG),
    ],
)
def test_code_and_status(error: BaseException, code: str, status: ExitStatus) -> None:
    told, text, exit_status = explain(error)
    assert (told, exit_status) == (code, status)
    assert text.isprintable()


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line.replace("signalcli", f"{sys.executable} -m signalcli", 1)],
        capture_output=True,
        text=True,
        check=False,
        env=small_environment() | environment,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["--version", "--help", "fetch --help", "fetch --help-all", "help fit"])
def test_help_into_a_closed_stdout_is_an_error(command: str) -> None:
    done = shell(f"signalcli {command} >&-")
    assert (done.returncode, done.stderr.count("OUTPUT-WRITE")) == (74, 1)


@pytest.mark.parametrize(("command", "status"), [("models nothing", 2), ("models ar", 74), ("--version", 74)])
def test_a_log_on_a_full_disk_keeps_the_exit_status(command: str, status: int) -> None:
    assert shell(f"signalcli {command} >> /dev/full 2>&1").returncode == status


@pytest.mark.parametrize(
    "environment",
    [
        {"_SIGNALCLI_COMPLETE": "complete_bash"},
        {"_SIGNALCLI_COMPLETE": "complete_bash", "COMP_WORDS": "signalcli ", "COMP_CWORD": "x"},
        {"_SIGNALCLI_COMPLETE": "\x1b[2J"},
        {"_SIGNALCLI_COMPLETE": "source_nosuchshell"},
    ],
)
def test_a_broken_request_for_completion_is_an_error_of_usage(environment: dict[str, str]) -> None:
    assert "error[COMPLETE]" in run_installed("", status=2, **environment).stderr


def test_completion_still_works() -> None:
    words = {"_SIGNALCLI_COMPLETE": "complete_bash", "COMP_WORDS": "signalcli fe", "COMP_CWORD": "1"}
    assert sorted(run_installed("", **words).split()) == ["features", "fetch"]


def test_a_long_line_is_cut_in_its_middle_and_keeps_its_end() -> None:
    line = run(f"models {'x' * 5000}", status=2).stderr
    assert len(line) < 1100
    assert " … " in line
    assert line.rstrip().endswith("?")


def test_every_line_on_stderr_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    console.warn("a\x1b[2J\u202e\nb\x00")
    console.error("CODE", "a\x9b")
    assert capsys.readouterr().err.splitlines() == [
        r"signalcli: warning: a\x1b[2J\u202e\nb\x00",
        r"signalcli: error[CODE]: a\x9b",
    ]


def test_a_traceback_is_escaped(tmp_path: Path) -> None:
    done = shell("signalcli fetch --debug --source $'x\\x1b[2J.csv'")
    assert done.returncode == 66
    assert "\x1b" not in done.stderr


def test_numpy_does_not_talk_to_the_user() -> None:
    """Prices near the largest float overflow in products; the user sees results or one error line."""
    rows = "".join(
        f"2024-{1 + i // 28:02d}-{1 + i % 28:02d},1e300,1e305,1e290,{i + 1}e300,1e308\n" for i in range(99)
    )
    result = run_installed("validate -", b"date,open,high,low,close,volume\n" + rows.encode(), status=3)
    assert "RuntimeWarning" not in result.stderr


def test_an_interrupt_that_a_library_turned_into_another_error_is_one() -> None:
    """Compiled code says ``initialization failed`` when Ctrl-C comes while it is loaded."""
    failed = ImportError("initialization failed")
    failed.__cause__ = KeyboardInterrupt()
    assert is_interrupt(failed)
    assert is_interrupt(KeyboardInterrupt())
    assert not is_interrupt(ImportError("initialization failed"))
    ours = UnavailableError("NET", "no answer")
    ours.__context__ = KeyboardInterrupt()
    assert not is_interrupt(ours)
