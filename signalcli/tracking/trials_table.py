"""The table of ``runs trials``: by which trials a Sharpe ratio is deflated, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from signalcli.io.formatting import format_dates
from signalcli.tracking.trials import Pool

COLUMNS = [
    *(
        "symbols",
        "start",
        "end",
        "n_bars",
        "datasets",
        "runs",
        "fits",
        "unmeasured",
        "trials",
        "effective_trials",
    ),
    *("sharpe_sd", "raw_benchmark", "effective_benchmark", "benchmark", "decided_by"),
]


def trials_table(pools: Iterable[Pool]) -> pd.DataFrame:
    """One row for each market, in the columns `COLUMNS`.

    ``trials`` is the raw count, ``effective_trials`` the number of independent trials with the same expected
    maximum. ``raw_benchmark`` is the Sharpe ratio per bar that the best of ``trials`` has by luck, given the
    spread of their Sharpe ratios ``sharpe_sd``; ``effective_benchmark`` is that of the effective trials in
    ``n_bars`` bars. The larger one is the ``benchmark`` of the deflated Sharpe ratio, and ``decided_by`` says
    which one it is.
    """
    return pd.DataFrame([_row(pool) for pool in pools], columns=COLUMNS)


def _row(pool: Pool) -> dict[str, Any]:
    trials, rows = pool.trials, max(pool.rows, 2)
    raw, effective = trials.observed_benchmark, trials.effective_benchmark(rows)
    return {
        "symbols": " ".join(pool.symbols),
        "start": _date(pool.first),
        "end": _date(pool.last),
        "n_bars": pool.rows,
        **{name: getattr(pool, name) for name in ("datasets", "runs", "fits", "unmeasured")},
        "trials": trials.number,
        "effective_trials": pool.effective,
        "sharpe_sd": float(np.sqrt(trials.variance)),
        "raw_benchmark": raw,
        "effective_benchmark": effective,
        "benchmark": trials.benchmark(rows),
        "decided_by": "raw" if raw >= effective else "effective",
    }


def _date(day: int | None) -> str | None:
    return None if day is None else format_dates(pd.Series([np.datetime64(day, "D")]))[0]
