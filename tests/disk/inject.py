"""Run the command under strace: which system calls touch a folder, and what one that fails there does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shell import small_environment

CALLS = (
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
)
ERRORS = ("ENOSPC", "EIO", "EDQUOT")
KILL = "KILL"
_LINE = re.compile(r"(?P<tid>\d+) +(?P<call>\w+)\((?P<rest>.*)")


class Point(NamedTuple):
    """The ``number``-th call of this name in the main thread."""

    call: str
    number: int


class Fault(NamedTuple):
    """What happens at a point: an error or a kill, once or from then on."""

    point: Point
    kind: str
    for_good: bool

    @property
    def flag(self) -> str:
        """The option of strace."""
        what = "signal=KILL" if self.kind == KILL else f"error={self.kind}"
        return f"inject={self.point.call}:{what}:when={self.point.number}{'+' * self.for_good}"


def points(command: list[str], folder: Path, log: Path) -> list[Point]:
    """Return the calls of a run of the command that touch the folder."""
    run(command, folder, ["-o", str(log), "-y"])
    counts: dict[str, int] = {}
    found = []
    lines = log.read_text(errors="replace").splitlines()
    main = lines[0].split()[0]
    for match in filter(None, map(_LINE.match, lines)):
        if match["tid"] != main or match["call"] not in CALLS:
            continue
        counts[match["call"]] = counts.get(match["call"], 0) + 1
        if _concerns(folder, match["call"], match["rest"]):
            found.append(Point(match["call"], counts[match["call"]]))
    return found


def _concerns(folder: Path, call: str, rest: str) -> bool:
    """Whether a call touches a file of the folder: by descriptor, or by a path that is relative or below."""
    if call in {"write", "pwrite64", "fsync", "fdatasync"}:
        return str(folder) in rest.partition(",")[0]
    path = re.search(r'"([^"]*)"', rest)
    return path is not None and (not path[1].startswith("/") or path[1].startswith(str(folder)))


def faults(found: list[Point]) -> Iterator[Fault]:
    """Yield each error once and for good, and a kill, at each point."""
    for point in found:
        # Without any further open no program can go on, not even to say so.
        lasting = (False,) if point.call == "openat" else (False, True)
        yield from (Fault(point, kind, for_good) for kind in ERRORS for for_good in lasting)
        yield Fault(point, KILL, False)


def run(command: list[str], folder: Path, flags: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the command in the folder, traced."""
    traced = ["strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", *flags]
    return subprocess.run(
        [*(traced if flags else []), sys.executable, "-P", "-m", "signalcli", *command],
        cwd=folder,
        env=small_environment() | {"PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
