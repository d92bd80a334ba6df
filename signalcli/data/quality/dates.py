"""Faults of dates: order, duplicates, blocks under other dates, and time zones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, finding, run_findings, runs
from signalcli.data.quality.prices import PRICES

HOUR = np.timedelta64(1, "h")
_LONGEST_SESSION = 16  # hours
_ODD = np.uint64(0x9E3779B97F4A7C15)  # mixes the bars of a block by their place in it


def spacing(rows: pd.DataFrame) -> np.timedelta64:
    """Usual distance of two bars, 0 with fewer than two."""
    steps = np.diff(np.unique(rows["date"].to_numpy()))
    return np.sort(steps)[len(steps) // 2] if len(steps) else np.timedelta64(0)


def is_intraday(rows: pd.DataFrame) -> bool:
    """Whether bars are shorter than a day."""
    return bool(np.timedelta64(0) < spacing(rows) < 20 * HOUR)


def disorder(rows: pd.DataFrame, _spec: QualityConfig) -> list[Finding]:
    """Rows, in the file's order, dated before the row above; a file from new to old is in order."""
    dates = rows["date"].to_numpy()
    steps = np.diff(dates)
    if (steps <= np.timedelta64(0)).all():
        return []
    late = np.concatenate(([False], dates[1:] < np.maximum.accumulate(dates)[:-1]))
    return run_findings(rows, late, "order", "error", "dated before a row above")


def duplicates(rows: pd.DataFrame, _spec: QualityConfig) -> list[Finding]:
    """Dates that stand twice; an error where the prices differ, for then nobody knows which are right."""
    again = rows.duplicated("date").to_numpy()
    if not again.any():
        return []
    contradicts = ~rows.duplicated(["date", *PRICES]).to_numpy()[again]
    clocks = contradicts & is_intraday(rows) & _clocks_go_back(rows["date"][again])
    kinds = contradicts.astype(int) + clocks
    dates = pd.factorize(rows["date"])[0][again]  # numbered one by one, as rows are in order
    new = np.flatnonzero((np.diff(dates) > 1) | (np.diff(kinds) != 0)) + 1
    parts = np.split(np.flatnonzero(again), new)
    return [_duplicate(rows.iloc[part], kinds[at]) for part, at in zip(parts, [0, *new], strict=True)]


def copied_blocks(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Stretches of bars that stood before under other dates."""
    values = rows[[*PRICES, *rows.columns.intersection(["volume"])]]
    bars = pd.util.hash_pandas_object(values, index=False).to_numpy()
    size = config.copied_block
    if len(bars) < 2 * size:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(bars, size)
    blocks = pd.Series((windows * _ODD ** np.arange(size, dtype=np.uint64)).sum(axis=1))
    moving = (windows[:, 1:] != windows[:, :-1]).all(axis=1)
    return [_copy(rows, run, blocks, size) for run in runs(blocks.duplicated().to_numpy() & moving)]


def time_zones(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Bars stamped hours away from the others of their file: two zones, or two sources, in one.

    Daily bars are compared by their stamps, shorter ones by the first and the last stamp of a day; a market
    that never closes does not show its zone.
    """
    days = rows["date"].dt.normalize()
    hours = (rows["date"] - days).dt.total_seconds() / 3600
    first, last = hours.groupby(days).transform("min"), hours.groupby(days).transform("max")
    if (last - first).median() > _LONGEST_SESSION:
        return []
    away = _away(first)
    mask = (np.abs(away) > config.zone_shift) & (away == _away(last))
    text = f"stamped hours away from the usual {_clock(first)} UTC as in another time zone"
    return [finding(rows.iloc[run], "time_zone", "error", away[run.start], text) for run in runs(mask)]


def _away(hours: pd.Series[float]) -> np.ndarray:
    """Hours from the usual hour, -12 to 12."""
    return (hours.to_numpy() - _usual(hours) + 12) % 24 - 12


def _usual(hours: pd.Series[float]) -> float:
    return float(hours.mode().iloc[0])


def _clock(hours: pd.Series[float]) -> str:
    usual = _usual(hours)
    return f"{int(usual):02d}:{int(usual % 1 * 60):02d}"


def _duplicate(part: pd.DataFrame, kind: int) -> Finding:
    if kind == 0:
        return finding(part, "duplicate", "warning", len(part), "dated as the row before")
    what = "dated as the row before with other prices"
    if kind == 1:
        return finding(part, "duplicate", "error", len(part), what)
    text = f"{what} in the hour that clocks repeat; local time?"
    return finding(part, "dst_duplicate", "error", len(part), text)


def _clocks_go_back(dates: pd.Series[Any]) -> np.ndarray:
    """Whether it is in the small hours of a Sunday in autumn, on either half of the Earth."""
    when = dates.dt
    return ((when.day_of_week == 6) & (when.hour < 4) & when.month.isin([3, 4, 10, 11])).to_numpy()


def _copy(rows: pd.DataFrame, run: slice, blocks: pd.Series[Any], size: int) -> Finding:
    part = rows.iloc[run.start : run.stop - 1 + size]
    first = int((blocks == blocks[run.start]).idxmax())
    text = f"the bars of {rows['date'].iloc[first]:%Y-%m-%d} and after once more under other dates"
    return finding(part, "redated", "error", len(part), text)
