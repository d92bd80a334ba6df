"""A session of pytest that collects the tests once and runs them for one mutation after the other."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
from coverage import Coverage

from tests.mutation.child import CRASHED, PATIENCE, in_child

OPTIONS = [
    "-q",
    "-s",
    "-x",
    "--tb=no",
    "--disable-warnings",
    "--assert=plain",
    "--hypothesis-profile=mutation",
    "-p",
    "_hypothesis_pytestplugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "-p",
    "no:threadexception",
]
OPTIONS += ["-m", "not slow", "-W", "ignore::coverage.exceptions.CoverageWarning"]
LONGEST = 0.5  # CPU seconds above which a test is left out


def prepare() -> None:
    """Load pytest once for all children, and let properties be judged by few examples."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest.main(["--version", "-p", "_hypothesis_pytestplugin"])
    hypothesis.settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=20,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )


def run_pytest(files: Sequence[str], plugin: object = None) -> int:
    """Exit status of pytest over files; it ends at the first failure."""
    return int(pytest.main([*OPTIONS, *files], plugins=[plugin] if plugin else []))


@dataclass(frozen=True)
class Reach:
    """Which tests run which lines, and how long each takes.

    tests : tests by file and line. imports : test files that run the line while they are imported.
    seconds : CPU time of each test that is not too long. failed : tests that fail.
    """

    seconds: dict[str, float]
    tests: dict[str, dict[int, set[str]]]
    imports: dict[str, dict[int, set[str]]]
    failed: list[str]

    def of(self, path: str, lines: range) -> set[str]:
        """Tests that run one of the lines, and whose file does not run one when it is imported."""
        reached, importing = self.tests[path], self.importing(path, lines)
        tests = {test for line in lines for test in reached.get(line, ()) if test in self.seconds}
        return {test for test in tests if test.partition("::")[0] not in importing}

    def importing(self, path: str, lines: range) -> set[str]:
        """Test files that run one of the lines when they are imported."""
        return {file for line in lines for file in self.imports[path].get(line, ())}


@dataclass(eq=False)
class Session:
    """Collects the tests, measures their reach of ``paths``, and hands both to ``work``."""

    paths: Sequence[str]
    work: Callable[[Session], None]
    longest: float = LONGEST
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    items: dict[str, pytest.Item] = field(default_factory=dict)
    too_long: list[str] = field(default_factory=list)
    current: str = ""
    reach: Reach | None = None

    def __post_init__(self) -> None:
        self._coverage = self._cover()

    def _cover(self) -> Coverage:
        coverage = Coverage(data_file=None, include=list(self.paths), config_file=False, messages=False)
        coverage.start()
        return coverage

    def _contexts(self) -> dict[str, dict[int, list[str]]]:
        self._coverage.stop()
        data = self._coverage.get_data()
        return {path: data.contexts_by_lineno(path) for path in self.paths}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        imports = {
            path: {n: {c.removeprefix("import ") for c in files if c} for n, files in lines.items()}
            for path, lines in self._contexts().items()
        }
        measured = in_child(self._measure)
        if measured == CRASHED:
            raise SystemExit(f"{self.paths}: the tests end their process")
        self.seconds, self.failed, contexts = measured
        self.reach = Reach(
            {test: s for test, s in self.seconds.items() if s <= self.longest},
            {path: {n: self._tests_of(c) for n, c in lines.items()} for path, lines in contexts.items()},
            imports,
            self.failed,
        )
        self.work(self)
        return True

    def _measure(self) -> tuple[dict[str, float], list[str], Any]:
        for limit in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(limit, self._end_test)
        self._coverage = self._cover()
        self.run(list(self.items), to_the_end=True)
        self.seconds |= dict.fromkeys(self.too_long, math.inf)
        return self.seconds, [t for t in self.failed if t not in self.too_long], self._contexts()

    def _end_test(self, *_: object) -> None:
        self.too_long.append(self.current)
        raise pytest.skip.Exception("takes too long")

    def _tests_of(self, contexts: Collection[str]) -> set[str]:
        tests = {c.removeprefix("test ") for c in contexts if c.startswith("test ")}
        files = {c.removeprefix("file ") for c in contexts if c.startswith("file ")}
        return tests | {test for test in self.items if test.partition("::")[0] in files}

    def run(self, tests: Collection[str], *, to_the_end: bool = False) -> bool:
        """Whether these tests pass; quick ones first, and files one after the other."""
        whole: dict[str, float] = {}
        for test in tests:
            name = test.partition("::")[0]
            whole[name] = whole.get(name, 0.0) + self.seconds.get(test, 0.0)
        order = sorted(tests, key=lambda t: (whole[(f := t.partition("::")[0])], f, self.seconds.get(t, 0.0)))
        items = [self.items[test] for test in order]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed and not to_the_end:
                return False
        return not self.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        self._coverage.switch_context(f"import {collector.nodeid.partition('::')[0]}")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        if fixturedef.scope != "function" and self.reach is None:
            self._coverage.switch_context(f"file {request.node.nodeid.partition('::')[0]}")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        if self.reach is not None:
            return (yield)
        self._coverage.switch_context(f"test {item.nodeid}")
        self.current = item.nodeid
        signal.setitimer(signal.ITIMER_PROF, self.longest)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE + 10 * self.longest)  # a lock that never comes
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if self.reach is None:
            self._coverage.switch_context(f"test {item.nodeid}")
        start = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
