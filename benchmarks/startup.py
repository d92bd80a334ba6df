"""How long the shell takes to start, beside the interpreter that imports nothing but typer or pandas."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import compare

SAMPLE = Path(__file__).parent.parent / "sample_data" / "stocks_1d.csv"


def python(*arguments: str) -> None:
    """Run the interpreter as a user has it: with bytecode, output thrown away."""
    environment = {
        k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    }
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def run() -> None:
    """`--help` beside importing typer; a backtest of a small file beside importing pandas."""
    python("-m", "signalcli", "--help")  # bytecode
    compare(
        "signalcli --help / import typer",
        lambda: python("-m", "signalcli", "--help"),
        lambda: python("-c", "import typer"),
    )
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "predictions.csv")
        river = ["run", "IBM", "--source", str(SAMPLE), "--model", "ar", "--returns", file]
        python("-m", "signalcli", *river)
        compare(
            "signalcli backtest, 13,375 rows / import pandas",
            lambda: python("-m", "signalcli", "backtest", file),
            lambda: python("-c", "import pandas"),
        )
