"""Options and verbs that promise to change nothing leave every file and folder byte for byte."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shell import run

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
}
_watched: list[Path] = []
_seen: list[str] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    opened_to_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if not _watched or not (event in CHANGES or opened_to_write):
        return
    path = str(arguments[0])
    locks = path.endswith(".lock")  # a file that is compared under its lock is not changed by that
    if str(_watched[0]) in path and not locks:
        _seen.append(f"{event} {arguments[0]!r}")


sys.addaudithook(_audit)


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Fail when the block changes, or opens for writing, anything below the folder."""
    before = state(folder)
    _seen.clear()
    _watched.append(folder)
    try:
        yield
    finally:
        _watched.clear()
    assert _seen == []
    assert state(folder) == before


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(p): (p.read_bytes() if p.is_file() else b"", p.stat().st_mtime_ns)
        for p in sorted(folder.rglob("*"))
    }


JOB = """
[fetch]
symbols = ["walk"]
store = "store"
source = "synthetic"
{update}
[fit]
models = ["ar"]
folds = 2
[predict]
save = "model"
append = "signals.csv"
refit_after = "30d"
[output]
output = "metrics.csv"
returns = "returns.csv"
ledger = "ledger.sqlite"
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a night: store, model, signals, metrics, returns, ledger, tables and a job."""
    folder = tmp_path_factory.mktemp("night")
    run(f"fetch walk --source synthetic --rows 120 --store {folder}/store -o {folder}/bars.csv")
    run(f"features {folder}/bars.csv -o {folder}/features.csv --window 5")
    run(
        f"fit {folder}/features.csv --model ar --folds 2 --ledger {folder}/ledger.sqlite "
        f"--save {folder}/model -o {folder}/predictions.csv"
    )
    run(f"predict {folder}/bars.csv --model {folder}/model --append {folder}/signals.csv")
    (folder / "metrics.csv").write_text("old\n")
    (folder / "returns.csv").write_text("old\n")
    (folder / "job.toml").write_text(JOB.format(update=""))
    (folder / "update.toml").write_text(JOB.format(update="update = true"))
    return folder


PROMISES = [
    "run {0}/job.toml --dry-run",
    "run {0}/update.toml --dry-run",
    "run {0}/job.toml --dry-run --output {0}/metrics.csv --returns {0}/returns.csv",
    "run walk -s synthetic --store {0}/none --update --save {0}/b --append {0}/n.csv -m ar --dry-run",
    "status --signals {0}/signals.csv --model {0}/model --as-of 2000-06-16",
    "features --sets rolling --explain",
    "features {0}/bars.csv --window 5",
    "folds {0}/features.csv --folds 2",
    "verify {0}/model --bars {0}/bars.csv --last 3",
    "runs list --ledger {0}/ledger.sqlite",
    "runs export --ledger {0}/ledger.sqlite",
    "store list --store {0}/store",
    "store show walk --source synthetic --store {0}/store",
    "validate walk --source synthetic --store {0}/store --calendar none",
    "backtest {0}/predictions.csv --deflate --ledger {0}/ledger.sqlite",
    "compare {0}/predictions.csv --deflate --ledger {0}/ledger.sqlite",
    "reliability {0}/predictions.csv",
    "confusion {0}/predictions.csv",
    "predict {0}/bars.csv --model {0}/model --append {0}/signals.csv",
    "models --summary lstm",
    "metrics --explain sharpe",
    "job init",
]


@pytest.mark.parametrize("command", PROMISES)
def test_nothing_is_written(full: Path, command: str) -> None:
    with unchanged(full):
        printed = run(command.format(full))
    assert printed or "--append" in command


def test_a_dry_run_is_refused_for_what_the_run_would_refuse(full: Path) -> None:
    with unchanged(full):
        run(f"run walk --source synthetic --append {full}/x.csv --dry-run", status=2)
