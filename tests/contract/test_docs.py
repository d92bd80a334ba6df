"""The documents tell the truth: README commands run, the reference is the program's own help."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shell import ROOT, small_environment

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL) if "make " not in block]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder as a reader would have it: sample_data/ and the command on the path."""
    here = tmp_path_factory.mktemp("readme")
    (here / "sample_data").symlink_to(ROOT / "sample_data")
    return here


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:50])
def test_readme_commands_work_and_are_silent(block: str, folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=small_environment() | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_the_readme_names_every_exit_status() -> None:
    from signalcli.errors import ExitStatus

    table = README[README.index("| exit |") :]
    for status in ExitStatus:
        assert re.search(rf"\b{status.value}\b", table), status


def test_the_reference_is_what_help_says(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "docs" / "make_reference.py"
    config = importlib.util.spec_from_file_location("make_reference", path)
    assert config is not None
    assert config.loader is not None
    module = importlib.util.module_from_spec(config)
    config.loader.exec_module(module)
    monkeypatch.setenv("COLUMNS", "100")
    assert module.TARGET.read_text(encoding="utf-8") == module.reference(), "run make docs"


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/reproduce.md"]
)
def test_links_and_named_files_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    for link in links:
        assert ((ROOT / page).parent / link).exists(), link


def test_files_named_in_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)`", text):
        assert (ROOT / "signalcli" / name.removeprefix("signalcli/")).exists(), name
    for name in re.findall(r"`signalcli/([a-z_/]+\.py)`", text):
        assert (ROOT / "signalcli" / name).exists(), name
