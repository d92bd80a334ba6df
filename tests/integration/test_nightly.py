"""The script of docs/cron.md, as cron runs it: no HOME, no terminal, a strict umask; twice is once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import loopback_yahoo as fake
from shell import ROOT

served_yahoo = fake.served_yahoo  # registers the fixture loopback_yahoo
PAGE = (ROOT / "docs" / "cron.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
JOB = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
ALIVE = re.findall(r"signalcli status .* --calendar .*", PAGE)[-1]


class Folder:
    """The folder of the documents, somewhere else."""

    def __init__(self, path: Path, routes: dict[str, str]) -> None:
        self.path = path
        self.environment = routes | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LC_ALL": "C"}

    def sh(self, text: str) -> subprocess.CompletedProcess[str]:
        here = text.replace("/srv/signals", str(self.path)).replace("x10m", "x0s")
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
    down = folder.sh(BLOCKS[1].replace("--store bars", "--timeout 1 --store bars").replace("6x10m", "1x0s"))
    assert down.returncode == 69
    assert down.stderr.count("YAHOO-UNAVAILABLE") == 1  # of the last try only
    assert folder.state() == before


def test_a_source_that_comes_back_makes_a_silent_night(folder: Folder, loopback_yahoo) -> None:
    """The whole fetch is tried again, and nothing of the first try is mailed."""
    down = [fake.refusal(503, "Unavailable", "try later")] * (loopback_yahoo.tries("IBM") + 1)
    loopback_yahoo.says("IBM", *down, fake.walk("IBM", bars=500))
    script = BLOCKS[1].replace("--store bars", "--timeout 1 --store bars").replace("6x10m", "9x0s")
    night = folder.sh(script)
    assert (night.returncode, night.stdout, night.stderr) == (0, "", "")
    assert len((folder.path / "signals.csv").read_text().splitlines()) == 2


def test_the_tools_of_the_page_read_the_signals(folder: Folder) -> None:
    assert folder.sh(BLOCKS[1]).returncode == 0
    tail, *_, score = BLOCKS[2].strip().splitlines()
    assert folder.sh(tail).stdout.startswith("IBM,")
    assert folder.sh(score).stdout.splitlines()[1].startswith("IBM,ar,")


def test_one_file_does_it_all_and_the_second_night_is_silent(tmp_path: Path, loopback_yahoo) -> None:
    loopback_yahoo.says("IBM", fake.walk("IBM", bars=500))
    made = Folder(tmp_path / "signals", loopback_yahoo.routes)
    made.path.mkdir()
    (made.path / "nightly.toml").write_text(JOB)
    first = made.sh(BLOCKS[3])
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert (made.path / "metrics.csv").read_text().splitlines()[1].startswith("IBM,ar,")
    assert len((made.path / "signals.csv").read_text().splitlines()) == 2
    before = made.state()
    second = made.sh(BLOCKS[3])
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert made.state() == before  # not a byte, and nothing was written anew
    day = (made.path / "signals.csv").read_text().splitlines()[1].split(",")[1]
    alive = made.sh(f"{ALIVE.replace('XNYS', 'none')} --as-of {day}")
    assert (alive.returncode, alive.stdout, alive.stderr) == (0, "", "")
    assert made.sh(f"{ALIVE} --as-of 2099-01-02").returncode in {2, 3}  # 2: no calendar goes so far
    dead = made.sh(f"{ALIVE.replace('--calendar XNYS', '')} --as-of 2099-01-02")
    assert dead.returncode == 3
    assert "STATUS-STALE" in dead.stderr
