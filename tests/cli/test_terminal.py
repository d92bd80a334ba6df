"""Every verb that prints a table, on terminals of 80 and 60 columns: no line is wider than the terminal."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len

from shell import SAMPLE, run, small_environment

COMMANDS = {
    "predict": "predict --model model bars.csv",
    "predict all": "predict --model model bars.csv --all",
    "backtest": "backtest predictions.csv --ledger off",
    "backtest all": "backtest predictions.csv --ledger off --metrics all",
    "backtest years": "backtest predictions.csv --ledger off --by year",
    "backtest panel": "backtest panel.csv --ledger off",
    "backtest returns": "backtest predictions.csv --ledger off --returns -",
    "compare": "compare predictions.csv --ledger ledger.sqlite",
    "score": "score signals.csv --bars bars.csv",
    "status": "status --model model --signals signals.csv --store store --as-of 2012-03-02",
    "verify": "verify model --bars bars.csv --last 2",
    "validate": "validate faulty.csv",
    "fetch": "fetch IBM --source bars.csv",
    "features": "features bars.csv",
    "explain": "features bars.csv --explain",
    "fit": "fit features.csv --model ar --ledger off",
    "folds": "folds features.csv",
    "forecast": "forecast bars.csv --model ar --test-from 2012-01-01",
    "inspect": "inspect bars.csv",
    "reliability": "reliability predictions.csv",
    "confusion": "confusion predictions.csv",
    "models": "models",
    "models lstm": "models lstm",
    "summary": "models --summary lstm",
    "metrics": "metrics",
    "runs": "runs list --ledger ledger.sqlite",
    "export": "runs export --ledger ledger.sqlite",
    "store": "store list --store store",
    "stored": "store show IBM --store store --source bars.csv",
    "reproduce": "reproduce list",
}
SEVERAL = """
import json, os, shlex, sys
from signalcli.cli import main
os.chdir(sys.argv[2])  # after the import, which is of the code beside the tests
for name, command in json.loads(sys.argv[1]).items():
    print(f"\\x1e{name}\\x1f", end="", flush=True)
    main(shlex.split(command))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of every kind, of one symbol and of five."""
    here = tmp_path_factory.mktemp("terminal")
    run(f"fetch IBM --source {SAMPLE} --start 2011-01-01 --end 2012-03-01 --output {here}/bars.csv")
    run(f"fetch IBM --source {here}/bars.csv --store {here}/store --output {here}/again.csv")
    run(f"features {here}/bars.csv -w 5 --output {here}/features.csv")
    run(
        f"fit {here}/features.csv --model ar --folds 2 --ledger {here}/ledger.sqlite --save {here}/model "
        f"--output {here}/predictions.csv"
    )
    run(f"predict --model {here}/model {here}/bars.csv --all --append {here}/signals.csv")
    bars = run("fetch walk ar1 wave sine xor --source synthetic --rows 200")
    run(f"fit --model ar --folds 2 --ledger off --output {here}/panel.csv", run("features -w 5", bars))
    lines = (here / "bars.csv").read_text().splitlines()
    (here / "faulty.csv").write_text("\n".join([*lines[:50], *lines[80:], lines[-1]]) + "\n")
    return here


@pytest.fixture(scope="module", params=[80, pytest.param(60, marks=pytest.mark.slow)])
def screens(request: pytest.FixtureRequest, folder: Path) -> tuple[int, dict[str, list[str]]]:
    """Width, and what each command printed, as lines without colors."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, request.param, 0, 0))
    content = bytearray()
    reader = threading.Thread(target=_read, args=(ours, content))
    reader.start()
    subprocess.run(
        [sys.executable, "-c", SEVERAL, json.dumps(COMMANDS), str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=small_environment() | {"TERM": "xterm-256color"},
        check=True,
        timeout=300,
    )
    os.close(theirs)
    reader.join()
    text = re.sub(r"\x1b\[[0-9;]*m", "", content.decode().replace("\r\n", "\n"))
    parts = (part.split("\x1f") for part in text.split("\x1e")[1:])
    return request.param, {name: printed.splitlines() for name, printed in parts}


def _read(source: int, content: bytearray) -> None:
    """Read until the other side is closed, which is an error on Linux."""
    try:
        while block := os.read(source, 1 << 16):
            content += block
    except OSError:
        pass


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_wider_than_the_terminal(name: str, screens: tuple[int, dict[str, list[str]]]) -> None:
    width, printed = screens
    assert printed[name], "something is shown"
    assert [line for line in printed[name] if cell_len(line) > width] == []


def test_long_tables_say_how_to_get_the_rest(screens: tuple[int, dict[str, list[str]]]) -> None:
    _, printed = screens
    for name in ("fetch", "features", "fit", "stored", "predict all", "backtest returns"):
        assert printed[name][-1] == "--format csv prints everything, --output FILE writes it"
        assert any("further row" in line for line in printed[name])


def test_a_prediction_is_one_readable_line(screens: tuple[int, dict[str, list[str]]]) -> None:
    head, row = screens[1]["predict"]
    assert head.split() == ["symbol", "date", "p_up", "direction", "position"]
    assert re.fullmatch(r"IBM +2012-03-01 +0\.\d{4} +(up|down) +-?[01]", row.strip())


def test_five_symbols_are_five_lines_a_model(screens: tuple[int, dict[str, list[str]]]) -> None:
    panel = screens[1]["backtest panel"]
    assert panel[0].startswith("5 symbols")
    assert sum(line.startswith("walk ") for line in panel) == 5, "ar and four baselines"
    assert panel[-1].endswith("further metrics: --metrics essential, all or --format csv")
    assert screens[1]["backtest"][-1].startswith("14 further metrics: ")
    assert "further" not in screens[1]["backtest all"][-1]
