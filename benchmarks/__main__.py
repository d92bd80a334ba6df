"""Benchmarks by name, all without one: ``python -m benchmarks [NAME…]``."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = (
    "startup",
    "predict",
    "training",
    "lstm",
    "store",
    "backtest",
    "features",
    "featurepipe",
    "panel",
)


def main() -> None:
    """Run the benchmarks, each below its name."""
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"— {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").run()


main()
