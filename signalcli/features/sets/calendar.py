"""Calendar features of a bar's date, without an exchange calendar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature


def day_of_week(dates: np.ndarray) -> np.ndarray:
    """Monday 0 … Sunday 6."""
    return (dates.astype("datetime64[D]").astype("int64") + 3) % 7  # 1970-01-01 was a Thursday


def month(dates: np.ndarray) -> np.ndarray:
    """1 … 12."""
    return dates.astype("datetime64[M]").astype("int64") % 12 + 1


def month_end(dates: np.ndarray) -> np.ndarray:
    """1 on the last weekday of the month and on weekend days after it, else 0."""
    next_month = dates.astype("datetime64[M]") + 1
    last_weekday = np.busday_offset(next_month.astype("datetime64[D]"), -1, roll="forward")
    return dates.astype("datetime64[D]") >= last_weekday


def hour(dates: np.ndarray) -> np.ndarray:
    """Hour of the day, UTC."""
    return dates.astype("datetime64[h]").astype("int64") % 24


def calendar_features() -> list[Feature]:
    """``day_of_week``, ``month``, ``month_end`` and ``hour``."""
    return [
        _date_feature(day_of_week, "day of the week, Monday 0", "0…6"),
        _date_feature(month, "month", "1…12"),
        _date_feature(month_end, "1 from the last weekday of the month on", "0, 1"),
        _date_feature(hour, "hour of the day, UTC", "0…23"),
    ]


def _date_feature(function: Callable[[np.ndarray], np.ndarray], formula: str, unit: str) -> Feature:
    return Feature(
        name=function.__name__,
        make=lambda panel: function(panel["date"]).astype("float64"),
        look_back=1,
        formula=formula,
        unit=unit,
    )
