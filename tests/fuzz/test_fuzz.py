"""No input ends as a bug, hangs, takes gigabytes or steers a terminal.

The cases run in a process of their own: what other tests of this process left running is not theirs.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def found(cases: int, seed: int) -> str:
    command = [sys.executable, "-m", "tests.fuzz", str(cases), str(seed)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("seed", range(2))
def test_a_thousand_cases(seed: int) -> None:
    assert found(1000, seed) == "1000 cases, 0 faults\n"


@pytest.mark.slow
def test_twenty_thousand_cases() -> None:
    assert found(20_000, 17) == "20000 cases, 0 faults\n"
