"""Run every case of the self-test, and count what was found, missed, and found for no reason."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import pandas as pd

from signalcli.research.audit.audit import audit
from signalcli.research.audit.selftest.case import (
    AHEAD,
    FEATURES,
    PIPELINE,
    Case,
    honest_stages,
    self_test_bars,
)
from signalcli.research.audit.selftest.features import feature_cases
from signalcli.research.audit.selftest.tables import table_cases
from signalcli.research.audit.selftest.training import training_cases
from signalcli.training.parallel import map_in_order, one_blas_thread

COLUMNS = ["kind", "leaks", "found", "missed", "controls", "false_alarms"]


class Outcome(NamedTuple):
    """What became of one case: ``findings`` of the audit, by kind and column."""

    kind: str
    name: str
    leaks: bool
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether a leak was found, or a control was left alone."""
        return bool(self.findings) == self.leaks


@cache
def every_case() -> tuple[Case, ...]:
    """All leaks and controls."""
    pipeline = (
        Case(PIPELINE, "horizon 1", False, lambda: honest_stages(FEATURES)),
        Case(PIPELINE, "horizon 5", False, lambda: honest_stages(AHEAD)),
    )
    return (*feature_cases(), *training_cases(), *table_cases(), *pipeline)


def self_test(jobs: int = 1, cases: Sequence[int] | None = None) -> list[Outcome]:
    """Outcomes of all cases, or of those with these numbers, in order."""
    numbers = range(len(every_case())) if cases is None else cases
    return list(map_in_order(_outcome, None, numbers, jobs))


def _outcome(_: None, number: int) -> Outcome:
    case = every_case()[number]
    with one_blas_thread(case.kind), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # planted code divides by nothing at times
        chain = case.chain()
        probed = None if case.kind == PIPELINE else chain[-1:]
        found = audit(chain, self_test_bars(), planted=False, probed=probed).findings
    shown = tuple(f"{f.kind} {f.column} {f.first_date} {f.reach}" for f in found)
    return Outcome(case.kind, case.name, case.leaks, shown)


def outcome_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a kind: leaks, found, missed, controls, false alarms; the last row is their sum."""
    rows = [
        (
            o.kind,
            int(o.leaks),
            int(o.leaks and o.ok),
            int(o.leaks and not o.ok),
            int(not o.leaks),
            int(not o.leaks and not o.ok),
        )
        for o in outcomes
    ]
    table = pd.DataFrame(rows, columns=COLUMNS).groupby("kind", sort=False, as_index=False).sum()
    total = pd.DataFrame([["all", *table[COLUMNS[1:]].sum().tolist()]], columns=COLUMNS)
    return pd.concat([table, total], ignore_index=True)
