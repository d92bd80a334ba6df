"""Checks of dates: order, duplicates, copied blocks, time zones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, make_finding, stretch_findings, stretches
from signalcli.schemas import PRICES

HOUR = np.timedelta64(1, "h")
_LONGEST_SESSION = 16  # hours
_OWN_BARS = 0.75  # share of the bars of a copied block that stand hardly anywhere but in its copies
_HASH_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; makes the hash of a block depend on the order of its bars


def spacing(rows: pd.DataFrame) -> np.timedelta64:
    """Return the median time between two bars, 0 with fewer than two dates."""
    steps = np.diff(np.unique(rows["date"].to_numpy()))
    return np.sort(steps)[len(steps) // 2] if len(steps) else np.timedelta64(0)


def is_intraday(rows: pd.DataFrame) -> bool:
    """Return whether bars are shorter than a day."""
    return bool(np.timedelta64(0) < spacing(rows) < 20 * HOUR)


def disorder(rows: pd.DataFrame, _config: QualityConfig) -> list[Finding]:
    """Find rows dated before the row above; a file sorted from new to old has none."""
    dates = rows["date"].to_numpy()
    steps = np.diff(dates)
    if (steps <= np.timedelta64(0)).all():
        return []
    late = np.concatenate(([False], dates[1:] < np.maximum.accumulate(dates)[:-1]))
    return stretch_findings(rows, late, "order", "error", "dated before a row above")


def duplicates(rows: pd.DataFrame, _config: QualityConfig) -> list[Finding]:
    """Find duplicate dates; an error when the prices differ, because the right ones are unknown."""
    repeated = rows.duplicated("date").to_numpy()
    if not repeated.any():
        return []
    contradicts = ~rows.duplicated(["date", *PRICES]).to_numpy()[repeated]
    ambiguous_hour = contradicts & is_intraday(rows) & _clocks_go_back(rows["date"][repeated])
    kinds = contradicts.astype(int) + ambiguous_hour
    codes = pd.factorize(rows["date"])[0][repeated]  # consecutive numbers, because rows are sorted
    starts = np.flatnonzero((np.diff(codes) > 1) | (np.diff(kinds) != 0)) + 1
    parts = np.split(np.flatnonzero(repeated), starts)
    return [_duplicate(rows.iloc[part], kinds[i]) for part, i in zip(parts, [0, *starts], strict=True)]


def copied_blocks(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find stretches of bars that repeat earlier bars under other dates."""
    values = rows[[*PRICES, *rows.columns.intersection(["volume"])]]
    bars = pd.util.hash_pandas_object(values, index=False).to_numpy()
    size = config.copied_block
    if len(bars) < 2 * size:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(bars, size)
    blocks = pd.Series((windows * _HASH_BASE ** np.arange(size, dtype=np.uint64)).sum(axis=1))
    moving = (windows[:, 1:] != windows[:, :-1]).all(axis=1) & _rare(bars, blocks, size)
    return [_copied(rows, part, blocks, size) for part in stretches(blocks.duplicated().to_numpy() & moving)]


def _rare(bars: np.ndarray, blocks: pd.Series[Any], size: int) -> np.ndarray:
    """Return which blocks hold bars that hardly occur elsewhere: quiet markets repeat the same few bars."""
    often = pd.Series(bars).groupby(bars).transform("size").to_numpy()
    copies = blocks.groupby(blocks).transform("size").to_numpy()
    own = np.lib.stride_tricks.sliding_window_view(often, size) <= copies[:, np.newaxis] + 1
    return np.asarray(own.mean(axis=1) > _OWN_BARS)


def time_zones(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find bars at hours away from the usual ones of the file: two time zones or sources in one file.

    Daily bars are compared by their time, shorter ones by the first and last time of each day. The zone of
    a market that never closes cannot be seen.
    """
    days = rows["date"].dt.normalize()
    hours = (rows["date"] - days).dt.total_seconds() / 3600
    first, last = hours.groupby(days).transform("min"), hours.groupby(days).transform("max")
    if (last - first).median() > _LONGEST_SESSION:
        return []
    shift = _shift(first)
    mask = (np.abs(shift) > config.zone_shift) & (shift == _shift(last))
    text = f"hours away from the usual {_clock(first)} UTC as in another time zone"
    return [
        make_finding(rows.iloc[part], "time_zone", "error", shift[part.start], text)
        for part in stretches(mask)
    ]


def _shift(hours: pd.Series[float]) -> np.ndarray:
    """Return the hours from the usual hour, -12 to 12."""
    return (hours.to_numpy() - _usual_hour(hours) + 12) % 24 - 12


def _usual_hour(hours: pd.Series[float]) -> float:
    return float(hours.mode().iloc[0])


def _clock(hours: pd.Series[float]) -> str:
    usual = _usual_hour(hours)
    return f"{int(usual):02d}:{int(usual % 1 * 60):02d}"


def _duplicate(part: pd.DataFrame, kind: int) -> Finding:
    if kind == 0:
        return make_finding(part, "duplicate", "warning", len(part), "same date as the row before")
    what = "same date as the row before with other prices"
    if kind == 1:
        return make_finding(part, "duplicate", "error", len(part), what)
    text = f"{what} in the hour repeated at the end of summer time; local time?"
    return make_finding(part, "dst_duplicate", "error", len(part), text)


def _clocks_go_back(dates: pd.Series[Any]) -> np.ndarray:
    """Return whether dates are before 4:00 on a Sunday in autumn, of either hemisphere."""
    parts = dates.dt
    return ((parts.day_of_week == 6) & (parts.hour < 4) & parts.month.isin([3, 4, 10, 11])).to_numpy()


def _copied(rows: pd.DataFrame, stretch: slice, blocks: pd.Series[Any], size: int) -> Finding:
    part = rows.iloc[stretch.start : stretch.stop - 1 + size]
    first = int((blocks == blocks[stretch.start]).idxmax())
    text = f"the bars from {rows['date'].iloc[first]:%Y-%m-%d} on repeated under other dates"
    return make_finding(part, "redated", "error", len(part), text)
