"""Net returns by calendar month and year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.record import Record

YEAR = "year"


def months_by_years(record: Record) -> pd.DataFrame:
    """Compounded net return (fraction) by year, a row, and month 1 … 12, a column; and of the ``year``.

    A month without bars is NaN. The first and the last month may be incomplete.
    """
    months = np.unique(record.dates.astype("datetime64[M]"))
    years = months.astype("datetime64[Y]").astype("int64") + 1970
    first, last = (int(years[0]), int(years[-1])) if len(years) else (0, -1)
    grid = np.full((last - first + 1, 12), np.nan)
    grid[years - first, months.astype("int64") % 12] = record.monthly_returns
    table = pd.DataFrame(grid, index=range(first, last + 1), columns=range(1, 13))
    return table.assign(**{YEAR: np.nanprod(1 + grid, axis=1) - 1 if len(years) else []})
