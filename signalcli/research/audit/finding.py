"""Findings of an audit: what they say, how they are cured, and what no probe can see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

COLUMNS = ["stage", "column", "first_date", "reach", "kind", "message", "remedy"]


class Finding(NamedTuple):
    """One leak.

    stage, column : where it shows. first_date : earliest guilty row that was found, or NaT.
    reach : dates that the row looks ahead; None where that is not one number.
    kind : key of `REMEDIES`. message : what was observed. remedy : what to do.
    """

    stage: str
    column: str
    first_date: np.datetime64
    reach: int | None
    kind: str
    message: str
    remedy: str


REMEDIES = {
    "future-bar": "lag the column by its reach, or compute it from bars up to its own date",
    "whole-sample": "compute the statistic from past rows only: expanding, rolling, or inside each fold",
    "label": "set label_end to the date on which the label is known, and leave it empty until then",
    "test-rows": "fit scalers, imputers, selection, calibration and stopping on the training part alone",
    "test-labels": "choose thresholds, weights and models by training labels only",
    "label-border": "purge: leave out training rows whose label ends after the first test date",
    "same-bar": "let a position earn from the fill after its decision, not in the bar of the decision",
    "random": "fix the random seed, so that two runs give the same bytes",
    "knows-next": "find out how the column is made: at its date nobody can know the next bar",
    "coin-flips": "look for a source of later prices beside the bars, such as a file or a global variable",
    "chain": "check what the stages share beside their tables: files, global variables, caches",
    "blind": "report this: the audit cannot see a leak with these settings",
    "signals": "find out which file was made with later data or other settings",
}

LIMITS = (
    "bars that are missing because a symbol failed or was delisted (survivorship)",
    "values that the vendor revised after their date, adjusted prices among them",
    "settings, features or models chosen after the test period was seen; the ledger counts these trials",
    "columns that came with the bars: their values are taken as known at their date",
)


def make_finding(
    stage: str, column: str, first: np.datetime64, reach: int | None, kind: str, message: str
) -> Finding:
    """A finding with the remedy of its kind."""
    return Finding(stage, column, first, reach, kind, message, REMEDIES[kind])


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, one a row, in the order of the chain."""
    table = pd.DataFrame(list(findings), columns=COLUMNS)
    return table.assign(
        first_date=table["first_date"].astype("datetime64[us]"), reach=table["reach"].astype("Int64")
    )
