"""``python -m tests.mutation [--every N] [PART-OF-A-PATH…]``: mutate the files of targets.toml, change by change.

Tries all mutations, or one in N. Prints each mutation that no test notices, and a line for each file. Exit status 1 when fewer than nine in ten
are killed or listed in equivalent.toml, or when a listed one is killed or no longer there.
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


@dataclass(frozen=True)
class Count:
    """What became of the mutations of one file."""

    path: str
    total: int = 0
    survivors: list[Mutation] = field(default_factory=list)
    equivalent: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

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


def equivalents() -> set[tuple[str, str, str]]:
    """Names of the mutations that no test can notice."""
    table = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))
    return {(entry["file"], entry["before"], entry["after"]) for entry in table.get("equivalent", [])}


def judge(path: str, tests: list[str], every_nth: int = 1) -> Count:
    """Try one in so many mutations of a file."""
    listed = {name for name in equivalents() if name[0] == path}
    every = list(islice(mutations(ROOT, path), None, None, every_nth))
    with tempfile.TemporaryFile("w+") as survived:  # written by processes that end

        def report(mutation: Mutation, survives: bool) -> None:
            if survives:
                survived.write(f"{every.index(mutation)}\n")
                survived.flush()
                if mutation.name not in listed:
                    say("SURVIVED  {}:{}  {}  →  {}".format(path, mutation.lines[-1], *mutation.change))

        try_all(every, tests, report)
        survived.seek(0)
        survivors = [every[int(line)] for line in survived]
    equivalent = {m.name for m in survivors if m.name in listed}
    others = [m for m in survivors if m.name not in listed]
    return Count(path, len(every), others, len(survivors) - len(others), sorted(listed - equivalent) if every_nth == 1 else [])


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
    options.add_argument("words", nargs="*")
    chosen = options.parse_args()
    counts = []
    for paths, tests in targets(chosen.words):
        for path in paths:
            counts.append(judge(path, tests, chosen.every))
            say(str(counts[-1]))
            for _, before, after in counts[-1].wrong:
                say(f"LISTED    {path}: killed or not there: {before}  →  {after}")
    say(f"{sum(c.total - len(c.survivors) for c in counts)} of {sum(c.total for c in counts)} killed or equivalent")
    return 0 if counts and all(c.share >= ENOUGH and not c.wrong for c in counts) else 1


if __name__ == "__main__":
    sys.exit(main())
