"""Write docs/cli.md from the command's own help, so that the two cannot differ."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path

from signalcli.cli import main

VERBS = (
    "",
    "fetch",
    "features",
    "folds",
    "fit",
    "backtest",
    "compare",
    "reliability",
    "confusion",
    "predict",
    "verify",
    "score",
    "status",
    "run",
    "demo",
    "models",
    "inspect",
    "forecast",
    "reproduce",
    "metrics",
    "job init",
    "runs",
    "runs verify",
    "validate",
    "store list",
    "store show",
    "store vacuum",
)
TARGET = Path(__file__).parent / "cli.md"


def reference() -> str:
    """The whole page."""
    os.environ["COLUMNS"] = "100"  # the width of the page, not of the terminal that made it
    head = "# Command line\n\nWritten by `make docs` from `signalcli --help`.\n"
    return head + "".join(_section(verb) for verb in VERBS)


def _section(verb: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        main([*verb.split(), "--help"])
    text = "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())
    return f"\n## {f'signalcli {verb}'.strip()}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
