"""``python -m benchmarks [NAME…]``: run all parts, or those named."""

from __future__ import annotations

import importlib
import sys

PARTS = ("startup", "predict", "training", "store", "backtest", "features", "featurepipe")


def main() -> None:
    """Run the parts, each under its name."""
    for name in sys.argv[1:] or PARTS:
        sys.stdout.write(f"— {name}\n")
        sys.stdout.flush()
        importlib.import_module(f"benchmarks.{name}").run()


main()
