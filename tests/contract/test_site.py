"""The site is built without a warning; the notebooks print what they hold. Both need the extra ``docs``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.test_docs import written_by
from shell import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def outputs(notebook: Any) -> list[str]:
    """What the cells print, as text."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    every = [output for cell in cells for output in cell["outputs"]]
    return ["".join(one.get("text") or one["data"]["text/plain"]) for one in every]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_names_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) < 60_000
    for word in ("/home", "/root", "/tmp", "/usr", "Traceback", "Warning"):  # noqa: S108 (read, not used)
        assert word not in text, word
    assert '"execution_count": null' in text


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_holds(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    kept = nbformat.read(path, as_version=4)
    assert outputs(written_by("make_notebooks").execute(path)) == outputs(kept)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    pytest.importorskip("furo")
    words = ["-m", "sphinx", "-q", "--fail-on-warning", "-b", "html", str(ROOT / "docs"), str(tmp_path)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "index.html").exists()
