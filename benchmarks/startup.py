"""Start of the command line, compared with an interpreter that imports only typer or pandas."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.processes import run_python
from benchmarks.timing import compare

SAMPLE = Path(__file__).parent.parent / "sample_data" / "stocks_1d.csv"


def run() -> None:
    """`--help` against importing typer; a backtest of a small file against importing pandas."""
    run_python("-m", "signalcli", "--help")  # compiles the bytecode
    compare(
        "signalcli --help / import typer",
        lambda: run_python("-m", "signalcli", "--help"),
        lambda: run_python("-c", "import typer"),
    )
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "predictions.csv")
        pipeline = ["run", "IBM", "--source", str(SAMPLE), "--model", "ar", "--returns", file]
        run_python("-m", "signalcli", *pipeline)
        compare(
            "signalcli backtest, 13,375 rows / import pandas",
            lambda: run_python("-m", "signalcli", "backtest", file),
            lambda: run_python("-c", "import pandas"),
        )
