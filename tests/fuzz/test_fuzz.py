"""No input ends as a bug, hangs, takes gigabytes or steers a terminal."""

from pathlib import Path

import pytest

from tests.fuzz.harness import faults


@pytest.mark.parametrize("seed", range(2))
def test_a_thousand_cases(seed: int, tmp_path: Path) -> None:
    assert list(faults(1000, seed, tmp_path)) == []


@pytest.mark.slow
def test_twenty_thousand_cases(tmp_path: Path) -> None:
    assert list(faults(20_000, 17, tmp_path)) == []
