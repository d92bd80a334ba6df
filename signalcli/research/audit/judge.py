"""Guilty rows → findings: which leak it is, where it starts, and how far it reaches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.errors import count, shortened
from signalcli.research.audit.change import LABELS
from signalcli.research.audit.compare import ROW, Snapshot
from signalcli.research.audit.finding import Finding, make_finding
from signalcli.research.audit.probes.fits import ANY, BORDER, PURE, TEST_LABELS
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.reach import reach
from signalcli.research.audit.probes.rows import LABEL, LATER
from signalcli.research.audit.probes.trading import SAME_BAR
from signalcli.research.audit.stages.stage import Stage

MEASURED = 8  # findings of a stage whose reach is measured
WHOLE = 5  # dates that must follow a row, before "up to the last" means anything
NEARLY = 0.9  # share of the following dates that counts as all of them

Found = dict[tuple[str, str], np.ndarray]


def judge(stage: Stage, table: pd.DataFrame, base: Snapshot, guilt: Guilt) -> Iterator[Finding]:
    """The findings of one stage, columns in the order of its table."""
    order = {name: place for place, name in enumerate([*base.numbers, ROW])}
    found = _without_repeats(guilt.rows)
    for number, ((kind, column), rows) in enumerate(
        sorted(found.items(), key=lambda item: (order[item[0][1]], item[0][0]))
    ):
        first = base.earliest(rows)
        measured = number < (MEASURED if stage.kind != "fit" else 1)
        ahead = reach(stage, table, base, column, first, separable=guilt.separable) if measured else None
        named = _name(kind, column, ahead, _dates_after(table, base, column, first))
        text = f"{count(len(rows), 'row')}{_models(base, rows)} {_WHAT[named]}"
        yield make_finding(stage.name, column, base.dates[first], ahead, named, text)


def _without_repeats(rows: Found) -> Found:
    """Kinds that say least only where no other kind has the column; nothing that follows from a position."""
    pure = {column for kind, column in rows if kind in PURE}
    kept = {key: found for key, found in rows.items() if key[0] != ANY or key[1] not in pure}
    kept = {
        key: found for key, found in kept.items() if key[0] != BORDER or (TEST_LABELS, key[1]) not in rows
    }
    if any(kind == SAME_BAR for kind, _ in kept):
        kept = {key: found for key, found in kept.items() if key[0] in {SAME_BAR, LATER}}
    return kept


def _name(kind: str, column: str, ahead: int | None, after: int) -> str:
    """The kind of a finding."""
    if kind in {LABEL, *PURE, SAME_BAR}:
        return kind
    if kind == ANY:
        return "test-rows"
    if column in LABELS:
        return "label"
    return (
        "whole-sample" if ahead is not None and after >= WHOLE and ahead >= NEARLY * after else "future-bar"
    )


def _dates_after(table: pd.DataFrame, base: Snapshot, column: str, row: int) -> int:
    """Number of dates after the one at which a value is due."""
    due = base.label_end[row] if column in LABELS and base.label_end is not None else base.dates[row]
    return int(np.count_nonzero(np.unique(table["date"].to_numpy()) > due))


def _models(base: Snapshot, rows: np.ndarray) -> str:
    if "model" not in base.index.names:
        return ""
    return f" of {shortened(list(base.index.get_level_values('model')[rows].unique()))}"


_WHAT = {
    "future-bar": "change when later rows are removed or changed",
    "whole-sample": "change with the last row of the table",
    "label": "have a label that depends on bars after its label_end",
    "test-rows": "change when rows after the first test date are changed",
    "test-labels": "change when labels of later rows are changed",
    "label-border": "change with labels of training rows that end after the first test date",
    "same-bar": "earn in the bar of their decision",
}
