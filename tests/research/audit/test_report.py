"""Sentences of an audit: what was found, what was checked, what was not."""

import numpy as np

from signalcli.research.audit.audit import Audit, Coverage
from signalcli.research.audit.finding import make_finding
from signalcli.research.audit.report import coverage_lines, unchecked_lines, verdict

DAY = np.datetime64("2024-01-02", "us")


def test_the_verdict_names_the_first_finding():
    one = make_finding("features", "x", DAY, 1, "future-bar", "…")
    other = make_finding("fit", "p_up", np.datetime64("NaT"), None, "coin-flips", "…")
    assert (
        verdict(Audit([one, other], [])) == "2 leaks: features, column x, first on 2024-01-02 (future-bar)."
    )
    assert verdict(Audit([other], [])) == "1 leak: fit, column p_up (coin-flips)."


def test_what_was_not_checked_is_counted():
    whole, part = Coverage("features", 5, 5, 2, 9, 0), Coverage("mine.py", 120, 400, 3, 150, 7)
    assert coverage_lines(Audit([], [whole])) == [
        "features: 5 of 5 rows checked, 2 columns, 9 changed tables."
    ]
    assert unchecked_lines(Audit([], [whole])) == []
    assert unchecked_lines(Audit([], [whole, part])) == [
        "mine.py: 280 of 400 rows were not checked one by one",
        "mine.py: 7 of 150 changed tables were refused and show nothing",
    ]
