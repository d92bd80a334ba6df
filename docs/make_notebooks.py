"""Execute the notebooks in docs/notebooks in place; no time, count of cells or path is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent / "notebooks"
SECONDS = 600  # that one cell may take


def execute(path: Path) -> nbformat.NotebookNode:
    """Return a notebook with the output of its cells; raises CellExecutionError."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
            cell.execution_count = None
            _plain(cell.outputs)
    notebook.metadata.pop("language_info", None)
    return notebook


def _plain(outputs: list[nbformat.NotebookNode]) -> None:
    for output in outputs:
        if "execution_count" in output:
            output.execution_count = None


def main(names: list[str]) -> None:
    """Execute the named notebooks, or all of them."""
    for path in [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(execute(path), path)


if __name__ == "__main__":
    main(sys.argv[1:])
