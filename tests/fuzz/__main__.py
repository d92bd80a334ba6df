"""``python -m tests.fuzz [CASES] [SEED] [VERB …]``: print the faults, exit 1 if there is one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def run(count: int = 20_000, seed: int = 17, verbs: tuple[str, ...] = ()) -> int:
    """Run the cases, of all verbs or of these; returns the number of faults."""
    from tests.fuzz.harness import faults

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        found = 0
        for found, fault in enumerate(faults(count, seed, Path(folder), verbs), start=1):  # noqa: B007
            sys.stdout.write(f"{fault}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} cases, {found} faults\n")
    return found


if __name__ == "__main__":
    numbers, names = sys.argv[1:3], tuple(sys.argv[3:])
    raise SystemExit(bool(run(*map(int, numbers), verbs=names)))
