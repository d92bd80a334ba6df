"""Checks of single bars: prices that are missing, impossible, inconsistent, or on mixed scales."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, make_finding, stretch_findings, stretches
from signalcli.schemas import PRICES


def missing_prices(rows: pd.DataFrame, _config: QualityConfig) -> list[Finding]:
    """Find bars without a price; the adjusted close counts if there is such a column."""
    needed = [*PRICES, *rows.columns.intersection(["adj_close"])]
    missing = rows[needed].isna().any(axis=1).to_numpy()
    return stretch_findings(rows, missing, "missing", "error", "a price is missing")


def impossible_numbers(rows: pd.DataFrame, _config: QualityConfig) -> list[Finding]:
    """Find prices that are not above 0, and volumes below 0."""
    prices = rows[[*PRICES, *rows.columns.intersection(["adj_close"])]]
    wrong = ((prices <= 0) | np.isinf(prices)).any(axis=1).to_numpy()
    findings = stretch_findings(rows, wrong, "non_positive", "error", "a price is not above 0")
    negative = (rows["volume"] < 0).to_numpy() if "volume" in rows else np.zeros(len(rows), bool)
    return findings + stretch_findings(rows, negative, "volume", "error", "volume is below 0")


def inconsistent_prices(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find bars with open or close outside low … high, by more than rounding and less than another scale."""
    mask = (overshoot(rows) > 1 + config.outside) & ~has_mixed_scale(rows, config)
    return stretch_findings(rows, mask, "inconsistent", "error", "open or close outside low … high")


def mixed_scales(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find bars with one price on another scale, such as a close before a split among prices after it."""
    parts = (rows.iloc[part] for part in stretches(has_mixed_scale(rows, config)))
    return [make_finding(part, "scale", "error", *_outlier(part.iloc[0])) for part in parts]


def is_valid(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Return the mask of the bars that have none of the faults above."""
    prices = rows[PRICES].to_numpy(float)
    positive = (np.isfinite(prices) & (prices > 0)).all(axis=1)
    return positive & (overshoot(rows) <= 1 + config.outside) & ~has_mixed_scale(rows, config)


def overshoot(rows: pd.DataFrame) -> np.ndarray:
    """Return how far open or close lie outside low … high, as a ratio; 1 if inside or unknown."""
    opens, high, low, close = _positive_prices(rows)
    with np.errstate(invalid="ignore"):
        above = np.fmax(np.fmax(opens, close), low) / high
        below = low / np.fmin(np.fmin(opens, close), high)
    return np.nan_to_num(np.fmax(above, below), nan=1.0)


def has_mixed_scale(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Return the mask of bars with one price far from the three others, which are close to each other."""
    logs = np.sort(np.log(_positive_prices(rows)), axis=0)
    limit = np.log(config.other_scale)
    # No crash moves a price this far within a bar.
    impossible = np.log(min(config.unit_factors) * (1 - config.unit_tolerance))
    with np.errstate(invalid="ignore"):
        up = (logs[3] - logs[2] > limit) & (logs[2] - logs[0] < limit)
        down = (logs[1] - logs[0] > limit) & (logs[3] - logs[1] < limit)
        far = logs[3] - logs[0] > impossible
    return (up | down) & ((overshoot(rows) > config.other_scale) | far)


def _outlier(row: pd.Series[float]) -> tuple[float, str]:
    """Return factor and description of the price that is far from the others."""
    prices = row[PRICES].astype(float)
    ratio = prices / prices.median()
    name = str(np.log(ratio).abs().idxmax())
    factor = float(ratio[name])
    return factor, f"{name} is {factor:.4g} times the other prices"


def _positive_prices(rows: pd.DataFrame) -> np.ndarray:
    """Return open, high, low and close as four rows, NaN where a price is missing or not above 0."""
    prices = rows[PRICES].to_numpy(float).T
    return np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)
