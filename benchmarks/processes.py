"""Fresh processes and what they use."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import IO, Self

from benchmarks.timing import Usage

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}

SERVE = """
import resource, sys, time
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - start[0], time.process_time() - start[1],
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
"""


def run_python(*arguments: str, stdin: IO[bytes] | None = None) -> Usage:
    """Run the interpreter as users do, with compiled bytecode, and discard its output.

    On Linux the peak is at least the memory of this process: import large libraries in other processes.
    """
    ignored = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    environment = {k: v for k, v in os.environ.items() if k not in ignored} | QUIET
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments}: exit status {process.returncode}")
    peak = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Usage(wall, used.ru_utime + used.ru_stime, peak)


class Worker:
    """A process that repeats its work on demand. Use it in a ``with`` statement.

    Parameters
    ----------
    code : str
        Python code that defines ``work()``. What it does before is not measured.
    *arguments : str
        Its ``sys.argv[1:]``.
    interpreter : str
        With the libraries that the code needs.
    environment : dict
        Additional environment variables.
    """

    def __init__(
        self,
        code: str,
        *arguments: str,
        interpreter: str = sys.executable,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.process = subprocess.Popen(
            [interpreter, "-c", code + SERVE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | (environment or {}),
        )
        self.is_ready = self._read() == "ready"  # an ImportError closes the pipe

    def measure(self) -> Usage | None:
        """Usage of one more run; None when the code failed, as it does without its libraries."""
        if not self.is_ready:
            return None
        assert self.process.stdin is not None  # noqa: S101
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = self._read()
        return Usage(*map(float, answer.split())) if answer else None

    def _read(self) -> str:
        assert self.process.stdout is not None  # noqa: S101
        return self.process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
