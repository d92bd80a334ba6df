"""What is installed is complete: the wheel carries the sample bars and runs the demo from them."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shell import ROOT, small_environment


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_the_package_the_bars_and_their_origin(unpacked: Path) -> None:
    names = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert {
        "signalcli/py.typed",
        "signalcli/report/html/page.html",
        "signalcli/report/html/sort.js",
        "signalcli/report/html/style.css",
        "signalcli/sample_data/stocks_1d.csv",
        "signalcli/sample_data/README.md",
    } <= names
    assert not any(name.startswith("tests/") for name in names)


def test_the_demo_runs_from_the_wheel_without_network_or_home(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "signalcli", "demo", "--model", "ar"],
        cwd=tmp_path,
        env=small_environment() | {"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [row.split(",")[1] for row in done.stdout.splitlines()[1:]] == [
        "ar", "buy_hold", "majority", "persistence", "ar1",
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
