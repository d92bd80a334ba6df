"""Faults of single bars: prices that are missing, impossible, or on another scale than their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, finding, run_findings, runs

if TYPE_CHECKING:
    import pandas as pd

PRICES = ["open", "high", "low", "close"]


def missing_prices(rows: pd.DataFrame, _spec: QualityConfig) -> list[Finding]:
    """Bars that lack a price, the adjusted close included where there is one."""
    needed = [*PRICES, *rows.columns.intersection(["adj_close"])]
    return run_findings(
        rows, rows[needed].isna().any(axis=1).to_numpy(), "missing", "error", "a price is missing"
    )


def impossible_numbers(rows: pd.DataFrame, _spec: QualityConfig) -> list[Finding]:
    """Prices that are not above 0, and volumes below it."""
    priced = rows[[*PRICES, *rows.columns.intersection(["adj_close"])]]
    wrong = ((priced <= 0) | np.isinf(priced)).any(axis=1).to_numpy()
    found = run_findings(rows, wrong, "non_positive", "error", "a price is not above 0")
    negative = (rows["volume"] < 0).to_numpy() if "volume" in rows else np.zeros(len(rows), bool)
    return found + run_findings(rows, negative, "volume", "error", "volume is below 0")


def inconsistent_prices(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Bars whose low … high does not hold open and close, by more than rounding and less than a scale."""
    beyond = overshoot(rows)
    mask = (beyond > 1 + config.outside) & ~mixed_scale(rows, config)
    return run_findings(rows, mask, "inconsistent", "error", "open or close outside low … high")


def mixed_scales(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Bars of which one price is on another scale, as a close before a split among prices after it."""
    mask = mixed_scale(rows, config)
    return [
        finding(part, "scale", "error", *_odd_one(part.iloc[0]))
        for part in (rows.iloc[run] for run in runs(mask))
    ]


def sound(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Mask of the bars in which there is nothing wrong by itself."""
    prices = rows[PRICES].to_numpy(float)
    fine = (np.isfinite(prices) & (prices > 0)).all(axis=1)
    return fine & (overshoot(rows) <= 1 + config.outside) & ~mixed_scale(rows, config)


def overshoot(rows: pd.DataFrame) -> np.ndarray:
    """How far the widest price lies outside low … high, as a ratio; 1 when it is inside, or unknown."""
    opens, high, low, close = _positive(rows)
    with np.errstate(invalid="ignore"):
        above = np.fmax(np.fmax(opens, close), low) / high
        below = low / np.fmin(np.fmin(opens, close), high)
    return np.nan_to_num(np.fmax(above, below), nan=1.0)


def mixed_scale(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Mask of bars with one price far from the three others, which are close to each other."""
    logs = np.sort(np.log(_positive(rows)), axis=0)
    limit = np.log(config.other_scale)
    with np.errstate(invalid="ignore"):
        up = (logs[3] - logs[2] > limit) & (logs[2] - logs[0] < limit)
        down = (logs[1] - logs[0] > limit) & (logs[3] - logs[1] < limit)
    return (up | down) & (_is_outside(rows, config) | _is_far(logs, config))


def _is_outside(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    return overshoot(rows) > config.other_scale


def _is_far(logs: np.ndarray, config: QualityConfig) -> np.ndarray:
    """A high, or a low, that no crash explains."""
    with np.errstate(invalid="ignore"):
        return logs[3] - logs[0] > np.log(min(config.unit_factors) * (1 - config.unit_tolerance))


def _odd_one(row: pd.Series[float]) -> tuple[float, str]:
    """Factor and name of the price that is far from the others."""
    prices = row[PRICES].astype(float)
    middle = prices.median()
    ratio = prices / middle
    name = str(np.log(ratio).abs().idxmax())
    factor = float(ratio[name])
    return factor, f"{name} is {factor:.4g} times the other prices"


def _positive(rows: pd.DataFrame) -> np.ndarray:
    """Open, high, low and close as four rows; NaN where there is no price above 0."""
    prices = rows[PRICES].to_numpy(float).T
    return np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)
