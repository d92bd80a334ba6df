"""``python -m tests.mutation [--every N [--start K]] [WORD…]``: small changes of the files of targets.toml.

Tries all mutations, or one in N (from the one of number K on, so that another K is another sample), of the
files with one of the words in their path. Prints what became of each, and a line for each file. Exit status 1
when fewer than nine in ten are killed or listed in equivalent.toml, or when a listed one is killed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tests.mutation.mutations import Mutation, mutations
from tests.mutation.trial import ROOT, import_everything, try_all

HERE = Path(__file__).parent
ENOUGH = 0.9
Name = tuple[str, str, str]
"""File, and its lines before and after the change."""


@dataclass(frozen=True)
class Count:
    """What became of the mutations of one file."""

    path: str
    total: int = 0
    survivors: list[Mutation] = field(default_factory=list)
    equivalent: int = 0
    wrong: list[Name] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share that is killed or equivalent."""
        return 1 - len(self.survivors) / max(self.total, 1)

    def __str__(self) -> str:
        killed = self.total - self.equivalent - len(self.survivors)
        return f"{self.path}: {killed}/{self.total} killed, {self.equivalent} equivalent, {self.share:.1%}"


def targets(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Files to be mutated, those with one of the words in their path, and their tests."""
    table = tomllib.loads((HERE / "targets.toml").read_text(encoding="utf-8"))
    for target in table["target"]:
        paths = [path for pattern in target["files"] for path in sorted(ROOT.glob(pattern))]
        names = [path.relative_to(ROOT).as_posix() for path in paths if path.name != "__init__.py"]
        chosen = [name for name in names if not words or any(word in name for word in words)]
        if chosen:
            yield chosen, target["tests"]


def equivalents() -> set[Name]:
    """Names of the mutations that no test can notice."""
    table = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))
    return {(entry["file"], entry["before"], entry["after"]) for entry in table.get("equivalent", [])}


def judge(paths: list[str], tests: list[str], every_nth: int = 1, start: int = 0) -> list[Count]:
    """Try one in so many mutations of each file, from the one of number ``start`` (0 is the first) on."""
    tried = [m for path in paths for m in islice(mutations(ROOT, path), start, None, every_nth)]
    listed = equivalents()
    with tempfile.TemporaryFile("w+") as survived:  # written by processes that end

        def report(mutation: Mutation, survives: bool) -> None:
            before, after = mutation.change
            result = "killed  " if not survives else "listed  " if mutation.name in listed else "SURVIVED"
            say(f"{result}  {mutation.path}:{mutation.lines[-1]}  {before}  →  {after}")
            if survives:
                survived.write(f"{tried.index(mutation)}\n")
                survived.flush()

        try_all(tried, tests, report)
        survived.seek(0)
        survivors = [tried[int(line)] for line in survived]
    return [_count(path, tried, survivors, listed) for path in paths]


def _count(path: str, tried: list[Mutation], survivors: list[Mutation], listed: set[Name]) -> Count:
    own = [m for m in survivors if m.path == path]
    equivalent = {m.name for m in own if m.name in listed}
    wrong = {m.name for m in tried if m.path == path and m.name in listed} - equivalent
    others = [m for m in own if m.name not in listed]
    return Count(path, sum(m.path == path for m in tried), others, len(own) - len(others), sorted(wrong))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Mutate, judge, report."""
    os.environ["OMP_NUM_THREADS"] = "1"
    import_everything()
    options = argparse.ArgumentParser(prog="python -m tests.mutation")
    options.add_argument("--every", type=int, default=1, metavar="N")
    options.add_argument("--start", type=int, default=0, metavar="K")
    options.add_argument("words", nargs="*")
    chosen = options.parse_args()
    counts = []
    for paths, tests in targets(chosen.words):
        counts += judge(paths, tests, chosen.every, chosen.start)
    for count in counts:
        say(str(count))
        for path, before, after in count.wrong:
            say(f"LISTED    {path}: killed all the same: {before}  →  {after}")
    missed, total = sum(len(c.survivors) for c in counts), sum(c.total for c in counts)
    say(f"{total - missed} of {total} killed or equivalent")
    return 0 if counts and all(c.share >= ENOUGH and not c.wrong for c in counts) else 1


if __name__ == "__main__":
    sys.exit(main())
