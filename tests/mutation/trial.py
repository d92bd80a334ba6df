"""Whether the tests notice a mutation."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FunctionType

from coverage import Coverage

import signalcli
from tests.mutation.child import in_child
from tests.mutation.mutations import Mutation
from tests.mutation.plant import PACKAGE, function_codes, plant_function, plant_module
from tests.mutation.session import LONGEST, Session, prepare, run_pytest

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("arch.bootstrap", "curl_cffi", "lightgbm", "scipy.stats", "sklearn.isotonic", "sklearn.linear_model")
PASSED = 0
FUNCTIONS: dict[tuple[str, str], list[FunctionType]] = {}

Report = Callable[[Mutation, bool], None]
"""Takes a mutation, and whether it survives."""


def import_everything() -> None:
    """Import the package, but not its neural networks, so that a child has it already."""
    for module in pkgutil.walk_packages(signalcli.__path__, "signalcli."):
        if not module.name.startswith(("signalcli.__main__", "signalcli.models.neural")):
            importlib.import_module(module.name)
    for name in HEAVY:
        importlib.import_module(name)
    prepare()
    FUNCTIONS.update(function_codes())
    gc.collect()
    gc.freeze()


def try_all(
    mutations: Sequence[Mutation], tests: Sequence[str], report: Report, longest: float = LONGEST
) -> None:
    """Run the tests that reach each mutation.

    In most cases a function gets other code in a process that has collected the tests. Where the change runs
    while modules are imported, tests are collected anew. Raises SystemExit when one fails without a change.
    """
    paths = sorted({str(ROOT / m.path) for m in mutations})
    session = in_child(partial(_in_session, paths, mutations, tests, report, longest), silent=False)
    if not isinstance(session, list):
        raise SystemExit(f"{tests}: red without a mutation: {session}")
    for number, files in session:
        mutation = mutations[number]
        report(mutation, in_child(partial(_reimported, mutation, files), 120) == PASSED)


def _in_session(
    paths: list[str], mutations: Sequence[Mutation], tests: Sequence[str], report: Report, longest: float
) -> list[tuple[int, list[str]]] | str:
    """Numbers of the mutations that need another import, and the test files; when the others are done."""
    later: list[tuple[int, list[str]]] = []
    at_import = in_child(partial(_lines_at_import, paths))

    def work(session: Session) -> None:
        if session.failed or not session.items:
            raise SystemExit(f"{tests}: red without a mutation: {session.failed}")
        for number, mutation in enumerate(mutations):
            survives, files = _survives(session, mutation, at_import[str(ROOT / mutation.path)])
            if survives and files:
                later.append((number, sorted(files)))
            else:
                report(mutation, survives)

    status = run_pytest(tests, Session(paths, work, longest))
    return later if status == PASSED else f"exit status {status}"


def _lines_at_import(paths: list[str]) -> dict[str, set[int]]:
    """Lines that run while the modules of these files are imported, by path; forgets the package."""
    for module in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[module]
    coverage = Coverage(data_file=None, include=paths, config_file=False, messages=False)
    coverage.start()
    for path in paths:
        importlib.import_module(".".join(Path(path).relative_to(ROOT).with_suffix("").parts))
    coverage.stop()
    return {path: set(coverage.get_data().lines(path) or ()) for path in paths}


def _survives(session: Session, mutation: Mutation, at_import: set[int]) -> tuple[bool, set[str]]:
    """Whether the tests pass, and the test files that have to be imported again to judge the mutation.

    A function that runs ``at_import`` of the package has done its work before a test is collected.
    """
    path = str(ROOT / mutation.path)
    functions = FUNCTIONS.get((path, mutation.function or ""), [])
    if not functions or not at_import.isdisjoint(mutation.lines):
        return True, {test.partition("::")[0] for test in session.items}
    chosen = session.reach.of(path, mutation.lines)
    if not chosen:
        return True, session.reach.importing(path, mutation.lines)
    seconds = sum(session.reach.seconds[test] for test in chosen)
    survives = in_child(partial(_planted, session, functions, mutation, chosen), 3 + 5 * seconds) is True
    return survives, session.reach.importing(path, mutation.lines)


def _planted(
    session: Session, functions: Sequence[FunctionType], mutation: Mutation, tests: set[str]
) -> bool:
    plant_function(functions, mutation.code, str(ROOT / mutation.path))
    return session.run(tests)


def _reimported(mutation: Mutation, tests: Sequence[str]) -> int:
    plant_module(ROOT, mutation.path, mutation.code)
    return run_pytest(tests)
