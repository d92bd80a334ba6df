"""The self-test: how much it plants, some of it in every build, all of it in the slow one."""

import pytest

from signalcli.research.audit.selftest.run import Outcome, every_case, outcome_table, self_test

CASES = every_case()
IN_TRAINING = [c for c in CASES if c.leaks and c.kind in {"training", "folds"}]
QUICK = [
    "one row only",
    "np.roll, whose first row is the last",
    "mean return of each weekday",
    "high of the unfinished month",
    "expanding z-score",
    "stopped early by test rows",
    "labels over the border",
    "horizon 5, purged",
    "the last row dropped",
    "label_end before the label is known",
    "each bar earns by its own decision",
]


def test_as_much_is_planted_as_is_promised():
    assert sum(case.leaks for case in CASES) >= 60
    assert len(IN_TRAINING) >= 15
    assert sum(not case.leaks for case in CASES) >= 25
    assert len({(case.kind, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", QUICK)
def test_some_cases(name):
    numbers = [number for number, case in enumerate(CASES) if case.name == name]
    (outcome,) = self_test(cases=numbers)
    assert outcome.ok, outcome


@pytest.mark.slow
def test_all_cases():
    assert [outcome for outcome in self_test(2) if not outcome.ok] == []


def test_the_table_counts_by_kind():
    outcomes = [
        Outcome("later bar", "a", True, ("found",)),
        Outcome("later bar", "b", True, ()),
        Outcome("feature", "c", False, ()),
        Outcome("feature", "d", False, ("alarm",)),
    ]
    rows = outcome_table(outcomes).to_numpy().tolist()
    assert rows == [["later bar", 2, 1, 1, 0, 0], ["feature", 0, 0, 0, 2, 1], ["all", 2, 1, 1, 2, 1]]
