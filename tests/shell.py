"""One way to run the command in tests, which checks the shell contract on every call."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from signalcli.cli import main
from signalcli.errors import ExitStatus

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data" / "stocks_1d.csv"
ERROR_LINE = re.compile(r"^signalcli: error\[[A-Z]+(-[A-Z]+)*\]: \S.*$")
NOTE_LINE = re.compile(r"^signalcli: warning: \S.*$")


class Result(str):  # noqa: SLOT000 (carries two attributes)
    """What was printed on stdout, with ``stderr`` and ``exit_status`` beside it."""

    stderr: str
    exit_status: int


class Stream(io.TextIOWrapper):
    """Text over bytes that stays readable after the command is done with it."""

    def __init__(self, content: bytes = b"") -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8", newline="\n", write_through=True)

    def content(self) -> bytes:
        return self.buffer.getvalue()  # type: ignore[attr-defined]

    def text(self) -> str:
        return self.content().decode()


def run(command: str, stdin: str | bytes = b"", status: int = 0) -> Result:
    """Run ``signalcli <command>`` in this process and check what every call promises."""
    content = stdin.encode() if isinstance(stdin, str) else stdin
    with pytest.MonkeyPatch.context() as patch:
        out, err = Stream(), Stream()
        patch.setattr(sys, "stdin", Stream(content))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        exit_status = main(shlex.split(command))
        printed, said = out.text(), err.text()
    return checked(printed, said, exit_status, status)


def run_installed(command: str, stdin: bytes = b"", status: int = 0, **environment: str) -> Result:
    """Run the installed command in a process of its own, with a small environment."""
    done = subprocess.run(
        [sys.executable, "-m", "signalcli", *shlex.split(command)],
        input=stdin,
        capture_output=True,
        env=small_environment() | environment,
        check=False,
        timeout=300,
    )
    return checked(done.stdout.decode(), done.stderr.decode(), done.returncode, status)


def small_environment() -> dict[str, str]:
    """What a scheduled job gets: a path and nothing else; no HOME, no terminal."""
    kept = {k: os.environ[k] for k in ("PATH", "VIRTUAL_ENV") if k in os.environ}
    return kept | {"LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", "")}


def checked(printed: str, said: str, exit_status: int, wanted: int) -> Result:
    """The contract: the status asked for; silent stderr or one line; no traceback; no NaN in data."""
    assert exit_status == wanted, f"exit {exit_status} instead of {wanted}: {said}"
    assert exit_status in set(ExitStatus)
    assert "Traceback" not in said
    lines = said.splitlines()
    errors = [line for line in lines if ERROR_LINE.match(line)]
    assert bool(errors) == (exit_status not in {0, 141}), said
    assert all(ERROR_LINE.match(line) or NOTE_LINE.match(line) for line in lines), said
    assert "nan" not in printed.lower().replace(",", " ").split(), "unknown cells are empty"
    result = Result(printed)
    result.stderr, result.exit_status = said, exit_status
    return result
