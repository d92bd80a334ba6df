"""One run of pytest in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from coverage import Coverage

OPTIONS = (
    "-q -x --tb=no --disable-warnings --assert=plain --hypothesis-profile=mutation -p _hypothesis_pytestplugin "
    "-p no:cacheprovider -p no:unraisableexception -p no:threadexception"
).split()
OPTIONS += ["-m", "not slow"]
LONGEST = 4.0
"""Seconds above which a test is left to `make mutants`."""


def run_tests(files: Sequence[str], chosen: Collection[str] | None = None, plugin: object = None) -> int:
    """Exit status of pytest over files, or over the chosen tests among theirs; it ends at the first failure."""
    plugins = [plugin] if plugin else []
    plugins += [_Chosen(chosen)] if chosen is not None else []
    return int(pytest.main([*OPTIONS, *files], plugins=plugins))


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


@dataclass(eq=False)
class _Chosen:
    chosen: Collection[str]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self.chosen]


@dataclass(eq=False)
class Reach:
    """Which tests run which lines of a file, and how long each takes.

    ``tests`` holds for each line the tests that run it; a line that runs while a test file is imported, or
    for a fixture that tests share, belongs to all tests of that file.
    """

    path: Path
    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[int, set[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def measure(self, files: Sequence[str]) -> Reach:
        """Run the tests of the files under coverage."""
        self._coverage = Coverage(data_file=None, include=[str(self.path)], config_file=False)
        self._coverage.start()
        run_tests(files, plugin=self)
        self._coverage.stop()
        lines = self._coverage.get_data().contexts_by_lineno(str(self.path))
        del self._coverage
        self.tests = {line: {t for c in contexts for t in self._of_context(c)} for line, contexts in lines.items()}
        return self

    def _of_context(self, context: str) -> Iterator[str]:
        kind, _, name = context.partition(" ")
        if kind == "test":
            yield name
        elif kind == "file":
            yield from (test for test in self.seconds if test.partition("::")[0] == name.partition("::")[0])

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        self._coverage.switch_context(f"file {collector.nodeid}")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
        if fixturedef.scope != "function":
            self._coverage.switch_context(f"file {request.node.nodeid}")
        return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(f"test {item.nodeid}")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(f"test {item.nodeid}")
        start = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
