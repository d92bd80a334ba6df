"""The planted bugs can be planted: each text stands once in its file, each test file is there."""

from tests.mutants.__main__ import ROOT, mutants

PLANTED = mutants([])


def test_each_text_stands_once_in_its_file() -> None:
    times = {m.name: (ROOT / m.file).read_text(encoding="utf-8").count(m.find) for m in PLANTED}
    assert {name: count for name, count in times.items() if count != 1} == {}
    assert [m.name for m in PLANTED if m.find == m.replace] == []


def test_each_bug_has_tests_that_are_there() -> None:
    files = {m.name: [t.partition("::")[0] for t in m.tests if t.startswith("tests/")] for m in PLANTED}
    assert [name for name, tests in files.items() if not tests] == []
    assert [name for name, tests in files.items() if not all((ROOT / t).exists() for t in tests)] == []


def test_a_name_says_one_bug() -> None:
    assert len({mutant.name for mutant in PLANTED}) == len(PLANTED)
