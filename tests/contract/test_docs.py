"""The documents tell the truth: README commands run, the reference is the program's own help."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from shell import ROOT, small_environment

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
TEXTS = [README, *(page.read_text(encoding="utf-8") for page in GUIDES)]  # in this order, in one folder
BLOCKS = [
    block
    for text in TEXTS
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    if "make " not in block
]
SCRIPTS = ["\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)) for text in TEXTS]  # of each page
SCRIPTS = sorted({script for script in SCRIPTS if script})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder as a reader would have it: sample_data/ and the command on the path."""
    here = tmp_path_factory.mktemp("readme")
    (here / "sample_data").symlink_to(ROOT / "sample_data")
    return here


def in_shell(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The commands, as a reader types them there."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=small_environment() | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:50])
def test_commands_of_readme_and_guides_work_and_are_silent(block: str, folder: Path) -> None:
    done = in_shell(block, folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


PIPES = re.findall(
    r"```shell\n(.*?)```", (ROOT / "docs" / "guide" / "pipes.md").read_text(encoding="utf-8"), re.DOTALL
)
TOOLS = ("csvgrep", "mlr", "sqlite3", "csvlook", "duckdb")


@pytest.mark.parametrize("line", PIPES[0].splitlines(), ids=lambda line: line.split()[0])
def test_other_tools_work_in_between(line: str, folder: Path) -> None:
    """Each line whose tools are installed, after the commands of the README, which write its files."""
    missing = [tool for tool in TOOLS if re.search(rf"\b{tool}\b", line) and shutil.which(tool) is None]
    if missing or not (folder / "predictions.csv").exists():
        pytest.skip(f"needs {missing or 'the files of the README'}")
    done = in_shell(line, folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.splitlines()[0])
def test_readme_python_works(script: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        env=small_environment(),
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert ("sharpe" in done.stdout) == ("scorecard" in script)


def test_every_block_of_code_names_a_language_that_the_site_knows() -> None:
    """Sphinx warns of others, and a warning is an error."""
    from pygments.lexers import get_all_lexers

    known = {alias for _, aliases, _, _ in get_all_lexers() for alias in aliases}
    config = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    known |= set(re.findall(r'"(\w+)"', config[config.index("for name in (") :]))
    for page in (ROOT / "docs").rglob("*.md"):
        if "_build" not in page.parts:
            languages = re.findall(r"^```(\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            assert set(languages) <= known, page


def test_the_readme_names_every_exit_status() -> None:
    from signalcli.errors import ExitStatus

    table = README[README.index("| exit |") :]
    for status in ExitStatus:
        assert re.search(rf"\b{status.value}\b", table), status


def written_by(name: str) -> ModuleType:
    """A program of docs/ that writes a page."""
    config = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert config is not None
    assert config.loader is not None
    module = importlib.util.module_from_spec(config)
    config.loader.exec_module(module)
    return module


def test_the_reference_is_what_help_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    module = written_by("make_reference")
    assert module.TARGET.read_text(encoding="utf-8") == module.reference(), "run make docs"


def test_the_page_of_errors_is_what_explain_says() -> None:
    module = written_by("make_errors")
    assert module.TARGET.read_text(encoding="utf-8") == module.page(), "run make docs"


def test_the_picture_of_the_demo_asks_nothing_of_the_web_and_shows_every_model() -> None:
    picture = (ROOT / "docs" / "demo.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' ]*", picture)) == {"http://www.w3.org/2000/svg"}
    shown = re.sub(r"<[^>]*>", " ", picture).replace("&#160;", " ")
    models = ("ar", "gru", "lstm", "tree", "buy_hold", "majority", "persistence", "ar1")
    assert re.search(r"\s+".join(models), shown)
    assert "50.8 %" in shown


def test_each_page_is_in_the_table_of_the_site() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = {line.strip() for line in index.splitlines()}
    pages = {str(page.relative_to(ROOT / "docs").with_suffix("")) for page in (ROOT / "docs").rglob("*.md")}
    pages = {page for page in pages if not page.startswith(("_build", "decisions/0")) and page != "index"}
    books = {f"notebooks/{book.stem}" for book in (ROOT / "docs" / "notebooks").glob("*.ipynb")}
    assert len(books) == 4
    assert pages | books <= listed


DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
BUILT = [DOCS / "architecture.md", DOCS / "decisions" / "README.md", *DECISIONS]  # how it is built, and why
NAMED = re.compile(r"`((?:[a-z_]+/)*(?:[A-Za-z_]+\.(?:py|md|toml)|(?<=/)))`")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_data/README.md")),
    ROOT / "benchmarks" / "README.md",
    *(DOCS / name for name in ("cron.md", "index.md", "errors.md", "join.md")),
    *GUIDES,
    DOCS / "reproduce.md",
    DOCS / "tune.md",
    DOCS / "sources.md",
    *BUILT,
]


def _place(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_place)
def test_links_exist(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", BUILT, ids=_place)
def test_files_and_folders_named_in_backticks_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in NAMED.findall(text):
        assert (ROOT / name).exists() or (ROOT / "signalcli" / name).exists(), name


def test_the_architecture_names_enough_files_and_every_layer() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert len(NAMED.findall(text)) > 40, "or the test of named files sees nothing"
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [
        layer.replace("signalcli.", "").replace("|", "·") for layer in contracts["contracts"][0]["layers"]
    ]
    rows = re.findall(r"^\| ([a-z ·]+) \| ", text[text.index("## The layers") :], flags=re.MULTILINE)
    assert rows[: len(layers)] == layers


def test_the_architecture_shows_the_tree() -> None:
    tree = (DOCS / "architecture.md").read_text(encoding="utf-8")
    tree = tree[tree.index("signalcli/\n") : tree.index("`tests/` mirrors")]
    rooms = {path.parent for path in (ROOT / "signalcli").glob("*/__init__.py")}
    assert {room.name for room in rooms} == set(re.findall(r"^  ([a-z]+)/ ", tree, flags=re.MULTILINE))


def test_decisions_are_numbered_listed_and_complete() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", index) == [page.name for page in DECISIONS]
    for page in DECISIONS:
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequence"]
        assert f"# {int(page.name[:4])}. " in text, page.name
