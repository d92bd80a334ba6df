"""``python -m tests.fuzz [CASES] [SEED]``: print the faults, exit 1 if there is one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def run(count: int = 20_000, seed: int = 17) -> int:
    """Run the cases; returns the number of faults."""
    from tests.fuzz.harness import faults

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        found = 0
        for found, fault in enumerate(faults(count, seed, Path(folder)), start=1):  # noqa: B007
            sys.stdout.write(f"{fault}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} cases, {found} faults\n")
    return found


if __name__ == "__main__":
    raise SystemExit(bool(run(*map(int, sys.argv[1:]))))
