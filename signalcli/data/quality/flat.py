"""Bars in which nothing happens: a feed that stands still, or a market without trade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, run_findings
from signalcli.data.quality.prices import PRICES

if TYPE_CHECKING:
    import pandas as pd


def flat_runs(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Runs of bars without any movement; an error where they were traded, for then they are not true."""
    still = _still(rows)
    traded = still & (_volume(rows) > 0)
    quiet = still & ~traded
    found = run_findings(rows, traded, "flat", "error", "traded and yet no price moves", config.flat_run)
    return found + run_findings(rows, quiet, "flat", "warning", "no price moves", config.flat_run)


def zero_volume_runs(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Runs of bars without volume, in a series that has some."""
    volume = _volume(rows)
    if not (volume > 0).any():
        return []  # an index, a currency: nobody counts
    return run_findings(rows, volume == 0, "zero_volume", "warning", "no volume", config.zero_volume_run)


def _still(rows: pd.DataFrame) -> np.ndarray:
    """Bars of one single price, which is that of the bar before or after."""
    prices = rows[PRICES].to_numpy(float)
    single = (prices == prices[:, :1]).all(axis=1)
    same = np.concatenate(([False], prices[1:, 3] == prices[:-1, 3])) & single
    begins = np.concatenate((same[1:], [False])) & single
    return same | begins


def _volume(rows: pd.DataFrame) -> np.ndarray:
    return rows["volume"].to_numpy(float) if "volume" in rows else np.full(len(rows), np.nan)
