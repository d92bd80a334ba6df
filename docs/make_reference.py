"""Write docs/cli.md from the command's own help, so that the two cannot differ."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path

from signalcli.cli import main
from signalcli.cli.commands import VERBS

GROUPS = {
    "cache": ["list", "clear"],
    "job": ["init"],
    "runs": ["list", "show", "diff", "verify", "export"],
    "store": ["list", "show", "vacuum"],
}

TARGET = Path(__file__).parent / "cli.md"


def reference() -> str:
    """Return the whole page: the help of each verb with all its options."""
    os.environ["COLUMNS"] = "100"  # the width of the page, not of the terminal that made it
    head = "# Command line\n\nWritten by `make docs` from `signalcli --help`.\n"
    lines = [["--help"], *([*words, "--help-all"] for verb in VERBS for words in _lines(verb))]
    return head + "".join(map(_section, lines))


def _lines(verb: str) -> list[list[str]]:
    return [[verb, one] for one in GROUPS[verb]] if verb in GROUPS else [[verb]]


def _section(words: list[str]) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        main(words)
    text = "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())
    return f"\n## {' '.join(['signalcli', *words[:-1]])}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
