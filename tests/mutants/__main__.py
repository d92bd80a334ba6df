"""``python -m tests.mutants [WORD…]``: plant each bug, or those with a word in their name; count deaths."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", ".hypothesis")


@dataclass(frozen=True)
class Mutant:
    """One planted bug: in ``file`` the text ``find``, which stands there once, becomes ``replace``."""

    name: str
    file: str
    find: str
    replace: str
    tests: list[str]

    def plant(self, root: Path) -> None:
        """Put the bug into a copy of the project."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.find) != 1:
            raise SystemExit(
                f"{self.name}: its text stands {text.count(self.find)} times in {self.file}, not once"
            )
        path.write_text(text.replace(self.find, self.replace), encoding="utf-8")


def mutants(words: list[str]) -> list[Mutant]:
    """All planted bugs, or those whose name has one of the words."""
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.toml"))]
    every = [Mutant(**entry) for table in tables for entry in table["mutant"]]
    return [m for m in every if not words or any(word in m.name for word in words)]


def killed(mutant: Mutant) -> bool:
    """Whether the tests named go red with the bug in place."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        mutant.plant(copy)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            check=False,
        )
    return done.returncode == 1  # 1 is "tests failed"; anything else is a broken run, not a kill


def main() -> int:
    """Plant, test, report; 1 when a bug survives."""
    chosen = mutants(sys.argv[1:])
    survivors = []
    for mutant in chosen:
        dead = killed(mutant)
        sys.stdout.write(f"{'killed  ' if dead else 'SURVIVED'}  {mutant.name}\n")
        sys.stdout.flush()
        if not dead:
            survivors.append(mutant.name)
    sys.stdout.write(f"{len(chosen) - len(survivors)}/{len(chosen)} planted bugs killed\n")
    return 1 if survivors or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
