"""The script of docs/cron.md, as cron runs it: no HOME, no terminal, a strict umask; twice is once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import loopback_yahoo as fake
from shell import ROOT

served_yahoo = fake.served_yahoo  # registers the fixture loopback_yahoo
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "cron.md").read_text(encoding="utf-8"), re.DOTALL)


class Folder:
    """The folder of the documents, somewhere else."""

    def __init__(self, path: Path, routes: dict[str, str]) -> None:
        self.path = path
        self.environment = routes | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LC_ALL": "C"}

    def sh(self, text: str) -> subprocess.CompletedProcess[str]:
        here = text.replace("/srv/signals", str(self.path)).replace("sleep 600", "sleep 0")
        return subprocess.run(
            ["sh", "-c", f"umask 077\n{here}"],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def state(self) -> dict[str, tuple[bytes, int]]:
        files = [p for p in self.path.rglob("*") if p.is_file() and "lock" not in p.name]
        return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


@pytest.fixture
def folder(tmp_path: Path, loopback_yahoo) -> Folder:
    """The documented folder after the steps by hand."""
    loopback_yahoo.says("IBM", fake.walk("IBM", bars=500))
    made = Folder(tmp_path / "signals", loopback_yahoo.routes)
    made.path.mkdir()
    prepared = made.sh("set -e\n" + BLOCKS[0].replace("--require-edge", "--alpha 0.05 > verdict.csv"))
    assert prepared.returncode == 0, prepared.stderr
    return made


def test_the_first_night_writes_and_the_second_run_changes_nothing(folder: Folder, loopback_yahoo) -> None:
    first = folder.sh(BLOCKS[1])
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert len((folder.path / "signals.csv").read_text().splitlines()) == 2
    before, asked = folder.state(), loopback_yahoo.tries("IBM")
    second = folder.sh(BLOCKS[1])
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    after = folder.state()
    unchanged = {
        name for name in before if "bars.csv" not in name
    }  # an --output is written anew, with the same bytes
    assert {n: after[n] for n in unchanged} == {n: before[n] for n in unchanged}
    assert {n: c for n, (c, _) in after.items()} == {n: c for n, (c, _) in before.items()}
    assert loopback_yahoo.tries("IBM") - asked <= 1


def test_a_source_that_is_down_is_tried_again_and_keeps_what_was_there(
    folder: Folder, loopback_yahoo
) -> None:
    assert folder.sh(BLOCKS[1]).returncode == 0
    before = folder.state()
    loopback_yahoo.says("IBM", fake.refusal(503, "Unavailable", "try later"))
    down = folder.sh(
        BLOCKS[1].replace("--store bars", "--timeout 1 --store bars").replace("1 2 3 4 5 6", "1 2")
    )
    assert down.returncode == 69
    assert down.stderr.count("YAHOO-UNAVAILABLE") == 2
    assert folder.state() == before


def test_the_tools_of_the_page_read_the_signals(folder: Folder) -> None:
    assert folder.sh(BLOCKS[1]).returncode == 0
    tail, *_, score = BLOCKS[2].strip().splitlines()
    assert folder.sh(tail).stdout.startswith("IBM,")
    assert folder.sh(score).stdout.splitlines()[1].startswith("IBM,ar,")
