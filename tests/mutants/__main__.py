"""``python -m tests.mutants [WORD…]``: plant each bug, or those with a word in their name; count deaths.

Bugs with the same tests are planted in one session of pytest, one after the other. What no test of it notices
is planted once more in a copy of the project, with all its tests in a process of its own.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutation.mutations import Mutation

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LONGEST = 10.0  # CPU seconds above which a test is left to the copy
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
        (root / self.file).write_text(self.code, encoding="utf-8")

    @property
    def original(self) -> str:
        """The file without the bug."""
        return (ROOT / self.file).read_text(encoding="utf-8")

    @property
    def code(self) -> str:
        """The file with the bug."""
        if self.original.count(self.find) != 1:
            raise SystemExit(
                f"{self.name}: its text stands {self.original.count(self.find)} times in {self.file}"
            )
        return self.original.replace(self.find, self.replace)

    @property
    def mutation(self) -> Mutation:
        """The bug as a mutation of the function around it, of which every line counts."""
        from tests.mutation.mutations import Mutation

        first = self.original[: self.original.index(self.find)].count("\n") + 1
        last = first + self.find.rstrip("\n").count("\n")
        for name, body in _functions(ast.parse(self.original)):
            if body[0].lineno <= first and last <= (body[-1].end_lineno or 0):
                lines = range(body[0].lineno, (body[-1].end_lineno or 0) + 1)
                return Mutation(self.file, name, lines, self.original, self.code)
        return Mutation(self.file, None, range(first, last + 1), self.original, self.code)


def _functions(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Name and body of each function and method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.body
        elif isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{f.name}", f.body) for f in node.body if isinstance(f, ast.FunctionDef)
            )


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


def survivors_of_session(planted: list[Mutant]) -> list[Mutant]:
    """Bugs that no test of one session notices; all of them when it is red without a bug."""
    from tests.mutation.trial import try_all

    missed = [mutant for mutant in planted if not mutant.file.endswith(".py")]
    tried = [mutant for mutant in planted if mutant not in missed]
    mutations = [mutant.mutation for mutant in tried]
    with tempfile.TemporaryFile("w+") as survived:  # written by processes that end

        def report(mutation: Mutation, survives: bool) -> None:
            mutant = tried[mutations.index(mutation)]
            if survives:
                survived.write(f"{mutant.name}\n")
                survived.flush()
            else:
                _say("killed  ", mutant)

        try:
            try_all(mutations, planted[0].tests, report, LONGEST)
        except SystemExit as error:
            sys.stdout.write(f"{error}\n")
            return planted
        survived.seek(0)
        names = set(survived.read().splitlines())
    return missed + [mutant for mutant in tried if mutant.name in names]


def _say(result: str, mutant: Mutant) -> None:
    sys.stdout.write(f"{result}  {mutant.name}\n")
    sys.stdout.flush()


def main() -> int:
    """Plant, test, report; 1 when a bug survives."""
    from tests.mutation.trial import import_everything

    os.environ["OMP_NUM_THREADS"] = "1"
    os.chdir(ROOT)
    chosen = mutants(sys.argv[1:])
    import_everything()
    survivors = []
    for _, group in groupby(sorted(chosen, key=lambda m: m.tests), key=lambda m: m.tests):
        for mutant in survivors_of_session(list(group)):
            dead = killed(mutant)
            _say("killed  " if dead else "SURVIVED", mutant)
            if not dead:
                survivors.append(mutant.name)
    sys.stdout.write(f"{len(chosen) - len(survivors)}/{len(chosen)} planted bugs killed\n")
    return 1 if survivors or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
