"""Small results kept as files: a change of any number is seen in a diff, and needs a reason.

``make golden`` rewrites them. Numbers are kept to nine digits, because the last ones belong to the processor.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shell import SAMPLE, run

HERE = Path(__file__).parent
SYNTHETIC = "--source synthetic --rows 400 --seed 1"
GOLDEN = {
    "bars_synthetic.csv": "fetch walk ar1 wave sine xor --source synthetic --rows 8",
    "bars_aapl_split.csv": f"fetch AAPL --source {SAMPLE} --start 2000-06-15 --end 2000-06-27",
    "bars_eurusd.csv": f"fetch --source {SAMPLE.parent / 'eurusd_1h.csv'} --end 2017-01-02",
    "metrics_walk.csv": f"run walk {SYNTHETIC} --model ar,logistic --folds 3",
    "metrics_three_classes.csv": (
        f"run walk {SYNTHETIC} --model ar,logistic --folds 3 --dead-zone 0.005 --horizon 3"
    ),
}


def rounded(text: str) -> str:
    """Numbers to nine digits, everything else as it is."""
    return "\n".join(",".join(map(_cell, line.split(","))) for line in text.splitlines()) + "\n"


def _cell(text: str) -> str:
    try:
        return text if text.lstrip("-").isdigit() else f"{float(text):.9g}"
    except ValueError:
        return text


def compare(name: str, found: str) -> None:
    """Compare with the golden file, which is written first where that is wanted."""
    path = HERE / name
    if os.environ.get("SIGNALCLI_GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8"), "if the change is meant: make golden, and read the diff"


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    compare(name, rounded(run(GOLDEN[name])))


def test_features_of_one_row() -> None:
    head, row = run("features", run(f"fetch walk {SYNTHETIC}")).splitlines()[::399]
    named = zip(head.split(","), row.split(","), strict=True)
    compare("features_row.csv", rounded("\n".join(f"{k},{v}" for k, v in named)))


def test_forecasts_in_blocks() -> None:
    options = "--model ar --window 5 --set ar.p=2 --test-share 0.02 --block 3"
    compare("forecasts_walk.csv", rounded(run(f"forecast {options}", run(f"fetch walk {SYNTHETIC}"))))
