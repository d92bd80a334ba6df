"""The backtest: whether what a bar earns depends on a decision of the same bar or a later one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.research.audit.change import scale_rows
from signalcli.research.audit.compare import Snapshot, moved
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.rows import probe_rows
from signalcli.research.audit.probes.worlds import outputs
from signalcli.research.audit.stages.stage import Stage
from signalcli.schemas import CLASS_COLUMNS

SAME_BAR = "same-bar"
EARNED = "gross_return"
DATES = 12  # dates of decisions that are changed


def probe_trades(stage: Stage, table: pd.DataFrame, base: Snapshot) -> Guilt:
    """Guilty rows of a backtest: those that read later rows, and those that earn before they are decided."""
    guilt = probe_rows(stage, table, base)
    dates = np.unique(table["date"].to_numpy())
    if EARNED not in base.numbers:
        return guilt
    own = base._replace(numbers={EARNED: base.numbers[EARNED]})
    at = np.unique(np.linspace(0, len(dates) - 1, DATES).astype(int))
    since = np.repeat(dates[at], 2)
    tables = [
        _other_decisions(table, date, f) for date, f in zip(since, (1000.0, 0.001) * len(at), strict=True)
    ]
    for date, out in zip(since, outputs(stage, tables, separable=guilt.separable), strict=True):
        guilt.count(out)
        guilt.add(SAME_BAR, {} if out is None else moved(own, out, date))
    return guilt


def _other_decisions(table: pd.DataFrame, since: np.datetime64, factor: float) -> pd.DataFrame:
    """PREDICTIONS with other probabilities from a date on; bars and labels stay."""
    names = [c for c in CLASS_COLUMNS.values() if c in table]
    other = scale_rows(table, table["date"].to_numpy() >= since, factor)
    return table.assign(**{name: other[name] for name in names})
