"""What the date of a bar says by itself; no exchange calendar is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def calendar(dates: pd.Series[Any]) -> dict[str, np.ndarray]:
    """``day_of_week`` (Monday 0), ``month`` (1 … 12), ``month_end`` and ``hour`` (UTC).

    ``month_end`` is 1 on the last weekday of its month and on the weekend days behind it, else 0.
    """
    stamps = dates.to_numpy("datetime64[D]")
    next_month = stamps.astype("datetime64[M]") + 1
    last_weekday = np.busday_offset(next_month.astype("datetime64[D]"), -1, roll="forward")
    return {
        "day_of_week": dates.dt.day_of_week.to_numpy("float64"),
        "month": dates.dt.month.to_numpy("float64"),
        "month_end": (stamps >= last_weekday).astype("float64"),
        "hour": dates.dt.hour.to_numpy("float64"),
    }
