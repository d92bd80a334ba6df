"""ONNX Runtime stays at home: no file in HOME, no name server, no connection."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from saved_models import bars, saved
from shell import small_environment
from signalcli.io.tables import write_table
from signalcli.serving.onnx.session import NO_TELEMETRY

OUTSIDE = re.compile(r"AF_INET6?\b|/etc/resolv\.conf|/etc/hosts")
CHANGES = re.compile(
    r"\b(O_WRONLY|O_RDWR|O_CREAT)\b|^\d+ +(mkdir|mkdirat|rename|renameat2?|creat|symlink|link)\("
)
HARMLESS = re.compile(r'"/dev/(null|tty)"|= -1 E')


@pytest.fixture
def job(tmp_path: Path) -> list[str]:
    """Command line of a prediction that writes its signals into the folder ``state``."""
    (tmp_path / "state").mkdir()
    write_table(bars(), str(tmp_path / "bars.csv"), "csv")
    model = saved(tmp_path / "model", "ar-3")
    arguments = ["predict", str(tmp_path / "bars.csv"), "--model", str(model)]
    return [
        sys.executable,
        "-m",
        "signalcli",
        *arguments,
        "--append",
        str(tmp_path / "state" / "signals.csv"),
    ]


def environment(home: Path | None) -> dict[str, str]:
    return small_environment() | {"PYTHONDONTWRITEBYTECODE": "1"} | ({"HOME": str(home)} if home else {})


def test_a_home_stays_empty(job: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(job, env=environment(home), check=True, timeout=120)
    assert list(home.rglob("*")) == []
    assert os.environ.get(NO_TELEMETRY, "1") == "1"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("with_home", [True, False])
def test_the_system_calls_stay_at_home(job: list[str], tmp_path: Path, *, with_home: bool) -> None:
    log, home = tmp_path / "calls", tmp_path / "home"
    home.mkdir()
    watch = [
        "strace",
        "-f",
        "-e",
        "trace=network,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,symlink",
    ]
    done = subprocess.run(
        [*watch, "-o", str(log), *job],
        env=environment(home if with_home else None),
        check=False,
        timeout=300,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    calls = log.read_text().splitlines()
    assert len(calls) > 100
    assert [call for call in calls if OUTSIDE.search(call) and not HARMLESS.search(call)] == []
    changes = [call for call in calls if CHANGES.search(call) and not HARMLESS.search(call)]
    assert changes
    assert [call for call in changes if str(tmp_path / "state") not in call] == []
    assert list(home.iterdir()) == []
