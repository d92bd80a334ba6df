"""A program between two stages: it reads a table from its standard input and writes one."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from signalcli.config.option import brief
from signalcli.errors import DataError, UsageError, printable
from signalcli.io.tables import read_table, to_bytes
from signalcli.research.audit.stages.stage import Stage
from signalcli.schemas import Schema

SECONDS = 600  # that one run of the program may take
FLAG = "--through"


def program_stage(command: str, schema: Schema) -> Stage:
    """The stage of a command line that reads and writes tables of one schema as CSV.

    The command is split into words as a shell does, and run without one. Raises UsageError for a program that
    cannot be started, and DataError for one that fails or writes another table.
    """
    words = _words(command)

    def run(table: pd.DataFrame) -> pd.DataFrame:
        written = _answer(words, command, to_bytes(table, "csv"))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{FLAG.lstrip('-')}.csv"
            file.write_bytes(written)
            return read_table(str(file), schema)

    return Stage(_short(words), "rows", run)


def _short(words: list[str]) -> str:
    """The command without the folder of its program, on one line."""
    return brief(" ".join([Path(words[0]).name, *words[1:]]))


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError("THROUGH-COMMAND", f"{FLAG} {printable(command)}: {printable(error)}") from error
    if not words:
        raise UsageError("THROUGH-COMMAND", f"{FLAG} '': must be a command, such as './mine.py --fast'")
    return words


def _answer(words: list[str], command: str, table: bytes) -> bytes:
    """What the program writes to its standard output."""
    where = f"{FLAG} {printable(command)}"
    try:
        done = subprocess.run(words, input=table, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except OSError as error:
        raise UsageError("THROUGH-COMMAND", f"{where}: cannot be started: {printable(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise DataError("THROUGH-TIME", f"{where}: no answer within {SECONDS} seconds") from error
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise DataError("THROUGH-EXIT", f"{where}: exit status {done.returncode}: {printable(lines[-1])}")
    return done.stdout
