"""Standard streams of the installed command: pipes that close, disks that are full, terminals."""

import os
import pty
import shlex
import signal
import subprocess
import sys

import pytest

from shell import ERROR_LINE, SAMPLE, run, run_installed, small_environment

COMMAND = f"{shlex.quote(sys.executable)} -m signalcli"
VERBS = ["fetch", "features", "fit", "backtest", "run", "demo", "models"]
SMALL = "fetch walk --source synthetic --rows 5"
BIG = f"fetch --source {SAMPLE}"


def shell(line):
    """Status of the first command of a pipe, and what all of it said on stderr."""
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
        env=small_environment(),
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def one_error(said, code):
    (line,) = said.splitlines()
    assert ERROR_LINE.match(line), line
    assert f"error[{code}]" in line


@pytest.mark.parametrize(
    ("command", "statuses"), [(BIG, {141}), (SMALL, {0, 141}), ("models", {0, 141}), ("--help", {0, 141})]
)
def test_a_reader_that_leaves_is_no_error(command, statuses):
    status, printed, said = shell(f"{COMMAND} {command} | head -1")
    assert said == ""
    assert len(printed.splitlines()) == 1
    assert status in statuses


def test_a_reader_that_never_reads_is_no_error():
    for command in (BIG, "models"):
        status, _, said = shell(f"{COMMAND} {command} | true")
        assert (status in {0, 141}, said) == (True, "")


@pytest.mark.parametrize("command", [SMALL, BIG, "models", "models --format json"])
@pytest.mark.parametrize("sink", [">&-", "> /dev/full"])
def test_output_that_does_not_arrive_is_an_error(command, sink):
    status, _, said = shell(f"{COMMAND} {command} {sink}")
    assert status == 74
    one_error(said, "OUTPUT-WRITE")


@pytest.mark.parametrize("command", ["--help", "fetch --help", "--version"])
def test_help_that_does_not_arrive_is_an_error(command):
    status, _, said = shell(f"{COMMAND} {command} > /dev/full")
    assert status == 74
    one_error(said, "OUTPUT-WRITE")


def test_a_file_is_written_although_stdout_is_closed(tmp_path):
    status, _, said = shell(f"{COMMAND} {SMALL} -o {tmp_path}/x.csv >&-")
    assert (status, said) == (0, "")
    assert (tmp_path / "x.csv").read_text() == run(SMALL)


@pytest.mark.parametrize("command", ["features", "fit", "backtest"])
def test_closed_stdin_asks_for_a_table(command):
    status, printed, said = shell(f"{COMMAND} {command} <&-")
    assert (status, printed) == (2, "")
    one_error(said, "INPUT-NONE")


@pytest.mark.parametrize("command", ["features -", "fit -", "backtest -", "fetch --source -"])
def test_closed_stdin_that_was_asked_for_is_no_input(command):
    status, printed, said = shell(f"{COMMAND} {command} <&-")
    assert (status, printed) == (66, "")
    one_error(said, "INPUT-OPEN")


def test_closed_stderr_changes_neither_result_nor_status():
    assert shell(f"{COMMAND} {SMALL} 2>&-") == (0, run(SMALL), "")
    assert shell(f"{COMMAND} fetch nothing --source synthetic 2>&-") == (2, "", "")


@pytest.mark.parametrize(
    ("command", "maker"), [("features", "fetch"), ("fit", "features"), ("backtest", "fit")]
)
def test_a_terminal_as_stdin_is_told_what_to_pipe_in(command, maker):
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "signalcli", command],
            stdin=theirs,
            capture_output=True,
            text=True,
            check=False,
            env=small_environment(),
            timeout=120,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert (done.returncode, done.stdout) == (2, "")
    one_error(done.stderr, "INPUT-NONE")
    assert f"(signalcli {maker} … | …)" in done.stderr


@pytest.mark.parametrize("command", [SMALL, BIG, "models", "models ar", "models --format json"])
def test_success_is_silent_and_without_colour(command):
    result = run_installed(command)
    assert result.stderr == ""
    assert "\x1b" not in result
    assert result.endswith("\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_is_everywhere(verb, flag):
    result = run(f"{verb} {flag}")
    assert result.startswith("Usage: signalcli" + (f" {verb}" if verb else ""))
    assert result.stderr == ""
    if not verb:
        assert all(f"  {v} " in result for v in VERBS)


def test_the_version_is_printed():
    assert run("--version").startswith("signalcli ")


@pytest.mark.parametrize(
    ("command", "near"),
    [
        ("fetch --sorce x", "--source"),
        ("features --windw 3", "--window"),
        ("backtest --cost-bp 3", "--cost-bps"),
        ("fit --modle ar", "--model"),
        ("fecth", "fetch"),
        ("models lsmt", "lstm"),
        ("fetch wlak --source synthetic", "walk"),
        ("fetch x --adjust totl", "total"),
        ("fetch x --start yesterday", "yesterday"),
    ],
)
def test_a_wrong_option_is_one_line_with_a_near_one(command, near):
    result = run(command, status=2)
    assert result == ""
    (line,) = result.stderr.splitlines()
    assert near in line
    assert len(line) < 400


def test_debug_prints_where_an_error_came_from():
    done = subprocess.run(
        [sys.executable, "-m", "signalcli", *shlex.split("fetch nothing --source synthetic --debug")],
        capture_output=True,
        text=True,
        check=False,
        env=small_environment(),
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert lines[0].startswith("Traceback (most recent call last)")
    assert ERROR_LINE.match(lines[-1])


def test_a_bug_is_one_line_that_says_it_is_ours(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("signalcli.data.sources.fetch.synthetic_bars", broken)
    said = run(SMALL, status=1).stderr
    assert said == (
        r"signalcli: error[BUG]: ZeroDivisionError: by\nzero; this is a bug in signalcli, --debug shows where"
        "\n"
    )


def test_an_interrupt_is_130_and_silent(tmp_path):
    fifo = tmp_path / "bars"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, "-m", "signalcli", "features", str(fifo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=small_environment(),
    )
    with fifo.open("w"):  # opens when the command has opened it to read
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=120)
    assert (process.returncode, printed, said) == (130, "", "")


def test_no_file_takes_the_place_of_a_closed_stream():
    """Whatever a library prints to descriptor 1 would land in the first file opened."""
    code = (
        "import os, sys, signalcli.cli.app as cli\n"
        "cli.main = lambda arguments: os.open(os.devnull, os.O_RDONLY)\n"
        "os.closerange(0, 3)\n"
        "cli.entry_point()"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, env=small_environment(), timeout=120)
    assert done.returncode > 2
