"""Write docs/demo.svg: what `signalcli demo` prints on a terminal, drawn by rich. Takes a minute."""

from __future__ import annotations

import os
import pty
import re
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

TARGET = Path(__file__).parent / "demo.svg"
WIDTH = 122  # columns of the terminal: all eight models side by side
FONT_FACES = re.compile(r"\s*@font-face \{\{.*?\n    \}\}", re.DOTALL)  # they would be fetched from the web
FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def record(words: list[str]) -> str:
    """Return what the command prints on a terminal of `WIDTH` columns, progress on stderr left out."""
    leader, follower = pty.openpty()
    child = os.fork()
    if child == 0:
        os.environ.update(COLUMNS=str(WIDTH), TERM="xterm-256color", COLORTERM="truecolor")
        os.dup2(follower, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.execv(sys.executable, [sys.executable, "-m", "signalcli", *words])  # noqa: S606 (our own program)
    os.close(follower)
    text = b"".join(iter(lambda: _read(leader), b"")).decode()
    os.waitpid(child, 0)
    return text.replace("\r\n", "\n")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # the other end is closed
        return b""


def svg(command: str, printed: str) -> str:
    """Return a terminal with a command and its output as SVG; it asks nothing of the web."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115,PTH123
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text.from_ansi(printed.rstrip("\n")))
    picture = console.export_svg(
        title="signalcli", code_format=FONT_FACES.sub("", CONSOLE_SVG_FORMAT), unique_id="demo"
    )
    lines = re.sub(r"\s*<!--.*?-->", "", picture.replace("Fira Code, monospace", FONT)).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(svg("signalcli demo", record(["demo"])), encoding="utf-8")
