"""Whether the tests notice a mutation."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType

import signalcli
from tests.mutation.child import CRASHED, in_child
from tests.mutation.mutations import Mutation
from tests.mutation.plant import function_codes, plant_function, plant_module
from tests.mutation.session import LONGEST, Reach, prepare, run_tests

ROOT = Path(__file__).parent.parent.parent
PASSED = 0
FUNCTIONS: dict[tuple[str, str], list[FunctionType]] = {}


def import_everything() -> None:
    """Import the package but its command line and neural networks, so that a child has it already."""
    for module in pkgutil.walk_packages(signalcli.__path__, "signalcli."):
        if not module.name.startswith(("signalcli.cli", "signalcli.__main__", "signalcli.models.neural")):
            importlib.import_module(module.name)
    for heavy in ("scipy.stats", "sklearn.linear_model", "sklearn.isotonic", "lightgbm", "curl_cffi"):
        importlib.import_module(heavy)
    prepare()
    FUNCTIONS.update(function_codes())
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Trial:
    """The tests of one file of the package."""

    path: str
    files: Sequence[str]
    reach: Reach

    @classmethod
    def of(cls, path: str, files: Sequence[str]) -> Trial:
        """Run the tests once without a mutation. Raises SystemExit when one of them fails."""
        reach = in_child(lambda: Reach(ROOT / path).measure(files))
        if reach == CRASHED or reach.failed:
            raise SystemExit(f"{path}: its tests fail without a mutation: {getattr(reach, 'failed', reach)}")
        return cls(path, files, reach)

    def survives(self, mutation: Mutation) -> bool:
        """Whether no test that runs the changed lines fails."""
        chosen = self._tests(mutation)
        files = sorted({test.partition("::")[0] for test in chosen})
        seconds = sum(self.reach.seconds[test] for test in chosen)
        if not chosen:
            return True
        return in_child(partial(_planted, mutation, files, chosen), 10 + 5 * seconds) == PASSED

    def _tests(self, mutation: Mutation) -> set[str]:
        if mutation.function is None:
            return {test for test, seconds in self.reach.seconds.items() if seconds < LONGEST}
        reached = {test for line in mutation.lines for test in self.reach.tests.get(line, ())}
        return {test for test in reached if self.reach.seconds[test] < LONGEST}


def _planted(mutation: Mutation, files: Sequence[str], chosen: set[str]) -> int:
    path = str(ROOT / mutation.path)
    functions = FUNCTIONS.get((path, mutation.function), []) if mutation.function else []
    if not functions or not plant_function(functions, mutation.code, path):
        plant_module(ROOT, mutation.path, mutation.code)
    return run_tests(files, chosen)
