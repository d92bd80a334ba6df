"""A command is tried again after exit 69 and 75 only, and only its last try is seen."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shell import Stream, run, small_environment
from signalcli.cli.console import console
from signalcli.cli.held_streams import ReplayedInput
from signalcli.cli.retry import with_retries
from signalcli.config.retry import RetryConfig
from signalcli.errors import (
    CheckFailedError,
    ConfigError,
    DataError,
    LockedError,
    NoInputError,
    OutputError,
    UnavailableError,
    UsageError,
)
from signalcli.io.locks import hold_lock

LOCKED, DOWN = LockedError("LOCK-HELD", "locked"), UnavailableError("YAHOO-UNAVAILABLE", "down")


class Night:
    """A command that fails as it is told, and prints which try it is on both streams."""

    def __init__(self, *failures: BaseException | None) -> None:
        self.failures, self.tries, self.slept = list(failures), 0, list[float]()
        self.read: list[str] = []

    def __call__(self) -> None:
        self.tries += 1
        if sys.stdin is not None:
            self.read.append(sys.stdin.buffer.read().decode())
        sys.stdout.write(f"try {self.tries}\n")
        console.warn(f"warning {self.tries}")
        if failure := self.failures.pop(0):
            raise failure

    def run(self, retry: str | None, verbose: bool = False) -> tuple[str, str, BaseException | None]:
        """What arrived on both streams, and what was raised."""
        out, err, raised = Stream(), Stream(), None
        with pytest.MonkeyPatch.context() as patch:
            for name, stream in (("stdin", Stream(b"rows")), ("stdout", out), ("stderr", err)):
                patch.setattr(sys, name, stream)
            console.configure(verbose=verbose)
            try:
                with_retries(RetryConfig(retry), self, self.slept.append)
            except BaseException as error:  # noqa: BLE001 (compared by the test)
                raised = error
        return out.text(), err.text(), raised


def test_a_night_that_succeeds_at_last_prints_its_last_try_only() -> None:
    night = Night(DOWN, LOCKED, None)
    assert night.run("6x10m") == ("try 3\n", "signalcli: warning: warning 3\n", None)
    assert (night.tries, night.slept) == (3, [600.0, 600.0])
    assert night.read == ["rows"] * 3, "each try reads standard input from its start"


def test_a_night_that_never_succeeds_raises_its_last_error() -> None:
    night = Night(DOWN, DOWN, LOCKED)
    assert night.run("2x1h") == ("try 3\n", "signalcli: warning: warning 3\n", LOCKED)
    assert (night.tries, night.slept) == (3, [3600.0, 3600.0])


FINAL: list[BaseException] = [
    *(kind("CODE", "x") for kind in (UsageError, DataError, NoInputError, OutputError, CheckFailedError)),
    ConfigError("CODE", "x"),
    ZeroDivisionError(),
    MemoryError(),
    KeyboardInterrupt(),
]


@pytest.mark.parametrize("failure", FINAL, ids=lambda failure: type(failure).__name__)
def test_any_other_failure_is_final_and_keeps_what_was_printed(failure: BaseException) -> None:
    night = Night(failure)
    assert night.run("6x10m") == ("try 1\n", "signalcli: warning: warning 1\n", failure)
    assert (night.tries, night.slept) == (1, [])


def test_without_the_option_nothing_is_tried_again() -> None:
    night = Night(DOWN)
    assert night.run(None) == ("try 1\n", "signalcli: warning: warning 1\n", DOWN)
    assert night.tries == 1


def test_verbose_notes_each_failed_try() -> None:
    _, said, _ = Night(DOWN, None).run("3x5m", verbose=True)
    assert said.splitlines() == [
        "signalcli: down; the next try of 3 is in 300 s",
        "signalcli: warning: warning 2",
    ]


def test_input_is_read_only_when_it_is_asked_for() -> None:
    class Idle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("an idle pipe would block here")

    opened = ReplayedInput(Idle()).opened()
    assert opened.readable()


def test_input_is_kept_in_part_and_read_on() -> None:
    replayed = ReplayedInput(io.BytesIO(b"a" * 9000 + b"b" * 9000))
    first, second = replayed.opened(), replayed.opened()
    assert first.buffer.read(9500)[-500:] == b"b" * 500
    assert second.buffer.read() == b"a" * 9000 + b"b" * 9000
    assert first.buffer.read() == b"b" * 8500


@pytest.fixture
def store(tmp_path: Path) -> Path:
    run(f"fetch walk --source synthetic --rows 60 --output {tmp_path / 'bars.csv'}")
    run(f"fetch walk --source {tmp_path / 'bars.csv'} --store {tmp_path / 'store'}")
    return tmp_path / "store"


def locked(store: Path, then: Callable[[], None]) -> None:
    from signalcli.data.store.lock import lock_target

    with hold_lock(lock_target(store)):
        then()


def test_a_locked_store_is_tried_again_from_the_command_line(store: Path) -> None:
    source = store.parent / "bars.csv"
    locked(store, lambda: run(f"fetch walk --source {source} --store {store} --retry 2x0s", status=75))
    free = run(f"fetch walk --source {source} --store {store} --retry 2x0s")
    assert (free.count("symbol,date"), free.stderr) == (1, "")


def test_the_variable_and_the_job_file_have_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIGNALCLI_FETCH_RETRY", "6x")
    assert "6x: must be a number of tries" in run("fetch walk --source synthetic", status=2).stderr
    job = tmp_path / "job.toml"
    job.write_text('[fetch]\nsource = "synthetic"\nsymbols = ["walk"]\nretry = "6x10m"\n', encoding="utf-8")
    assert 'retry = "6x10m"  # job file' in run(f"run {job} --dry-run")


def test_a_termination_ends_the_wait_at_once(store: Path) -> None:
    words = f"fetch walk --source {store.parent / 'bars.csv'} --store {store} --retry 1x9h --verbose".split()

    def terminate() -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "signalcli", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=small_environment(),
            text=True,
        ) as process:
            assert process.stderr is not None
            while "the next try of 1 is in 32400 s" not in process.stderr.readline():
                assert process.poll() is None
            process.terminate()
            assert process.wait(timeout=60) == -signal.SIGTERM

    locked(store, terminate)
