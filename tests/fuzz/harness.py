"""Run cases in this process and measure each: exit status, processor time, memory, control characters."""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

import pytest

from shell import Stream, run
from signalcli.cli import main
from signalcli.errors import ExitStatus
from tests.fuzz.case import Case, Tables
from tests.fuzz.cases import make_case

LONGEST = 10.0  # seconds of processor time
MOST_MEMORY = 1.5e9  # bytes
# Tab and line ends are text; everything else steers a terminal.
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Outcome(NamedTuple):
    """What a case did; ``memory`` is what the process grew by, in bytes."""

    status: int
    printed: bytes
    told: str
    seconds: float
    memory: int


def prepare(folder: Path) -> Tables:
    """Write the tables and the saved model that cases use into the folder."""
    bars = run("fetch walk ar1 --source synthetic --rows 120 --seed 3")
    features = run("features - --window 5", bars)
    one = run("features - --window 5", _one(bars))
    with chdir(folder):
        for name, text in (("bars.csv", _one(bars)), ("features.csv", one)):
            Path(name).write_text(text)
        predictions = run("fit - --model ar --folds 2 --ledger off", features)
        run("fit - --model ar --folds 2 --ledger l.sqlite --save m -o p.csv", one)
        signals = run("predict - --model m --all", _one(bars))
        Path("signals.csv").write_text(signals)
        run("fetch --source bars.csv --store s")
        shutil.copytree("m", "d")
        name = json.loads(run("runs list --ledger l.sqlite --format json"))[0]["run"]
        manifest, ledger = json.loads(Path("m/manifest.json").read_text()), Path("l.sqlite").read_bytes()
    texts = (text.encode() for text in (_one(bars), _one(features), _one(predictions), signals))
    return Tables(*texts, manifest, ledger, name)


def _one(table: str) -> str:
    """The header and the rows of one symbol."""
    lines = table.splitlines(keepends=True)
    return "".join([lines[0], *(line for line in lines if line.startswith("walk,"))])


def faults(count: int, seed: int, folder: Path, verbs: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each fault that ``count`` cases of this seed show, of all verbs or of these."""
    tables, rng = prepare(folder), random.Random(seed)  # noqa: S311 (repeatable)
    with chdir(folder):
        for number in range(count):
            case = make_case(rng, tables, verbs)
            outcome = play(case)
            for fault in _judge(outcome):
                yield f"{number}: {fault}: {case.arguments} {case.settings[:200]!r}: {outcome.told[:300]!r}"


def play(case: Case) -> Outcome:
    """Run one case in the working folder."""
    Path("j.toml").write_text(case.settings, encoding="utf-8", errors="surrogatepass")
    for name, content in case.files.items():
        Path(name).write_bytes(content)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as the installed command does
        out, err = Stream(), Stream()
        patch.setattr(sys, "stdin", Stream(case.stdin))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        _forget_peak()
        held, before = _memory("VmRSS"), time.process_time()
        status = main(case.arguments)
        seconds = time.process_time() - before
        return Outcome(
            status, out.content(), err.content().decode("utf-8", "replace"), seconds, _memory("VmHWM") - held
        )


def _judge(outcome: Outcome) -> Iterator[str]:
    if outcome.status not in set(ExitStatus) - {ExitStatus.BUG}:
        yield f"exit {outcome.status}"
    if outcome.seconds > LONGEST:
        yield f"{outcome.seconds:.1f} s"
    if outcome.memory > MOST_MEMORY:
        yield f"{outcome.memory / 1e9:.1f} GB"
    binary = outcome.printed.startswith(b"PAR1")
    shown = outcome.told if binary else outcome.told + outcome.printed.decode("utf-8", "replace")
    if STEERING.search(shown):
        yield "control character"


def _forget_peak() -> None:
    """Reset the high-water mark of this process's memory (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory(entry: str) -> int:
    """Bytes that this process has (VmRSS), or had at most (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"{entry}:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
