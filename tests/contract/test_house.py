"""The house: few rooms, no crowded folder, tests that mirror the tree, one place for each option."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import signalcli
from shell import ROOT
from signalcli.cli.commands import VERBS
from signalcli.config.job import CONFIGS
from signalcli.config.option import settings_of

PACKAGE = Path(signalcli.__file__).parent
MOST = 15  # files in a folder, __init__ aside
CROWDED = {
    "cli/verbs": "one verb a file, and one file a verb",
    "config": "one config a file",
}
AT_THE_TOP = {"__init__", "__main__", "api", "errors", "pipeline", "schemas", "testing"}


def folders() -> list[Path]:
    return sorted({file.parent for file in PACKAGE.rglob("*.py")})


def test_thirteen_rooms_and_a_short_top() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert len(rooms) <= 14
    assert {path.stem for path in PACKAGE.glob("*.py")} == AT_THE_TOP


@pytest.mark.parametrize("folder", folders(), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_no_folder_is_crowded(folder: Path) -> None:
    files = [file for file in folder.glob("*.py") if file.stem != "__init__"]
    assert len(files) <= MOST or str(folder.relative_to(PACKAGE)) in CROWDED


@pytest.mark.parametrize("folder", folders(), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_each_room_has_a_name_plate(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))


def test_tests_mirror_the_tree() -> None:
    own = {"contract", "disk", "fuzz", "golden", "integration", "mutants", "mutation"}
    tests = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    rooms = {folder.relative_to(PACKAGE) for folder in folders()}
    assert {path for path in tests if path.parts and path.parts[0] not in own} <= rooms


def test_each_verb_is_a_file() -> None:
    files = {file.stem for file in (PACKAGE / "cli" / "verbs").glob("*.py")} - {"__init__"}
    assert files == set(VERBS) - {"demo"}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: c.__name__)
def test_each_option_explains_itself(config: type) -> None:
    for one in settings_of(config):
        assert one.option.help.endswith((".", "…")), one.name
        assert "\n" not in one.option.help
        assert len(one.option.help) <= 100, one.name
