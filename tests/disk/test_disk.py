"""Each open, write, sync, rename, removal of a writer fails or is the last one: old or new, and tidied up."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shell import run as command
from tests.disk.inject import KILL, Fault, faults, points, run

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")]

MOMENT = re.compile(rb'"at": "[^"]*"')
HISTORY = {"promotions.jsonl", "previous.zip"}
DOCUMENTED = {0, 65, 66, 69, 74, 75, 78}
BARS = "fetch walk --source synthetic"
NIGHT = """
[fetch]
symbols = ["walk"]
source = "bars.csv"
[fit]
models = ["ar"]
folds = 2
[predict]
save = "m"
append = "s.csv"
[output]
output = "out.csv"
ledger = "l.sqlite"
"""


def empty(folder: Path) -> None:
    """Tables to start from."""
    command(f"{BARS} --rows 200 -o {folder}/bars.csv")
    command(f"features {folder}/bars.csv --window 5 -o {folder}/f.csv")
    (folder / "n.toml").write_text(NIGHT)


def old(folder: Path) -> None:
    """The same with results of an earlier run, of other rows."""
    empty(folder)
    command(f"{BARS} --rows 180 -o {folder}/out.csv")
    command(f"{BARS} --rows 180 --store {folder}/st -o {folder}/b.csv")
    command(f"features {folder}/b.csv --window 5 -o {folder}/f0.csv")
    command(
        f"fit {folder}/f0.csv --model ar --folds 2 --ledger {folder}/l.sqlite --save {folder}/m "
        f"-o {folder}/p0.csv"
    )
    command(f"predict {folder}/b.csv --model {folder}/m --append {folder}/s.csv")


FIT = "fit f.csv --model ar --folds 2"
WRITERS: list[tuple[str, Callable[[Path], None], str, str]] = [
    ("output", old, f"{BARS} --rows 200 -o out.csv", "out.csv"),
    ("store", empty, f"{BARS} --rows 200 --store st -o /dev/null", "st/bars"),
    ("store-old", old, f"{BARS} --rows 200 --store st -o /dev/null", "st/bars"),
    ("save", empty, f"{FIT} --ledger off --save m -o /dev/null", "m"),
    ("save-old", old, f"{FIT} --ledger off --save m -o /dev/null", "m"),
    ("append", old, "predict bars.csv --model m --append s.csv", "s.csv"),
    ("ledger", empty, f"{FIT} --ledger l.sqlite -o /dev/null", "l.sqlite"),
    ("ledger-old", old, f"{FIT} --ledger l.sqlite -o /dev/null", "l.sqlite"),
    ("night", old, "run n.toml", "out.csv"),
]


def content(path: Path) -> dict[str, bytes]:
    """Files of a target by name, without the moment of a save; locks and temporary files do not count."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {p.name: MOMENT.sub(b"", p.read_bytes()) for p in files if not p.name.startswith(".")}


def without_history(files: dict[str, bytes]) -> dict[str, bytes]:
    """A run that a fault did not stop saved the model already, so that the next is its second."""
    return {name: data for name, data in files.items() if name not in HISTORY}


def replay(fault: Fault, made: Path, line: str, target: str, allowed: list[dict[str, bytes]]) -> list[str]:
    """Run with the fault, then without; return what went wrong."""
    folder = made.with_name("again")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    done = run(line.split(), folder, ["-e", fault.flag, "-o", "/dev/null"])
    wrong = []
    expected = {-9, 137} | DOCUMENTED if fault.kind == KILL else DOCUMENTED
    if done.returncode not in expected:
        wrong.append(f"exit {done.returncode}: {done.stderr[-300:]}")
    if target != "l.sqlite" and content(folder / target) not in allowed:
        wrong.append("neither old nor new")
    clean = run(line.split(), folder, [])
    if clean.returncode:
        wrong.append(f"then exit {clean.returncode}: {clean.stderr[-300:]}")
    if target != "l.sqlite" and without_history(content(folder / target)) != without_history(allowed[1]):
        wrong.append("then not new")
    if left := [p.name for p in folder.rglob(".*") if p.name.endswith((".tmp", ".old"))]:
        wrong.append(f"left over: {left}")
    return [f"{fault.flag}: {text}" for text in wrong]


@pytest.mark.parametrize(("make", "line", "target"), [w[1:] for w in WRITERS], ids=[w[0] for w in WRITERS])
def test_old_or_new_and_tidied_up(
    make: Callable[[Path], None], line: str, target: str, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    make(made)
    before = content(made / target)
    probe = tmp_path / "again"
    shutil.copytree(made, probe)
    found = points(line.split(), probe, tmp_path / "log")
    allowed = [before, content(probe / target)]
    every = list(faults(found))
    assert every, "the command touches the folder"
    record_property("faults", len(every))
    assert [text for fault in every for text in replay(fault, made, line, target, allowed)] == []
