"""No input ends as a bug, hangs, takes gigabytes or steers a terminal.

The cases run in a process of their own: what other tests of this process left running is not theirs.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def start(cases: int, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.fuzz", str(cases), str(seed)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_two_thousand_cases() -> None:
    runs = [start(1000, seed) for seed in range(2)]
    assert [run.communicate()[0] for run in runs] == ["1000 cases, 0 faults\n"] * 2


@pytest.mark.slow
def test_twenty_thousand_cases() -> None:
    assert start(20_000, 17).communicate()[0] == "20000 cases, 0 faults\n"
