"""Checks for bars without movement: a feed that stopped, or a market without trades."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, stretch_findings, stretches
from signalcli.data.quality.runs import longest_by_chance
from signalcli.schemas import PRICES

_MOST = 0.5  # share of the bars of a stretch with volume that makes it an error


def flat_runs(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find stretches of bars without movement; an error when they have volume, because that contradicts.

    In a quiet market of short bars a few such bars in a row are usual, and only longer stretches count.
    """
    flat = _is_flat(rows)
    least = _least(flat, config.flat_run)
    traded = _volume(rows) > 0
    return [
        finding
        for part in stretches(flat)
        if part.stop - part.start >= least
        for finding in _flat(rows.iloc[part], bool(traded[part].mean() > _MOST))
    ]


def _flat(rows: pd.DataFrame, traded: bool) -> list[Finding]:
    everywhere = np.ones(len(rows), bool)
    if traded:
        return stretch_findings(rows, everywhere, "flat", "error", "volume but no price moves")
    return stretch_findings(rows, everywhere, "flat", "warning", "no price moves")


def _least(mask: np.ndarray, least: int) -> int:
    """Return the length from which a stretch of true values is more than chance."""
    lengths = np.array([part.stop - part.start for part in stretches(mask)], dtype=int)
    longest = longest_by_chance(lengths, least - 1, len(mask))
    return max(longest + 1, least)


def zero_volume_runs(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find stretches of bars without volume, in a series that has some."""
    volume = _volume(rows)
    if not (volume > 0).any():
        return []  # an index or a currency: volume is not reported
    least = _least(volume == 0, config.zero_volume_run)
    return stretch_findings(rows, volume == 0, "zero_volume", "warning", "no volume", least)


def _is_flat(rows: pd.DataFrame) -> np.ndarray:
    """Return the mask of bars with one single price, the same as that of the bar before or after."""
    prices = rows[PRICES].to_numpy(float)
    single = (prices == prices[:, :1]).all(axis=1)
    same = np.concatenate(([False], prices[1:, 3] == prices[:-1, 3])) & single
    begins = np.concatenate((same[1:], [False])) & single
    return same | begins


def _volume(rows: pd.DataFrame) -> np.ndarray:
    return rows["volume"].to_numpy(float) if "volume" in rows else np.full(len(rows), np.nan)
