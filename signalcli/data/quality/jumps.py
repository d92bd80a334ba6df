"""Checks for jumps between bars: unadjusted splits, and prices in another unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, make_finding


def split_jumps(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find jumps from close to open like those of a split.

    With an adjusted close or a split column, a jump it explains is no fault, and another one, a real move, is
    a warning. Without them, a jump by a split ratio is an error.
    """
    adjusted = "adj_close" in rows or "split" in rows
    ratio = _overnight(rows) * _explained(rows)
    findings = []
    for i in _jumps(ratio, config.big_jump):
        split = _split(ratio[i], config)
        if adjusted and not _unit(ratio[i], config):
            findings.append(_jump(rows.iloc[[i]], ratio[i]))
        elif split and not adjusted:
            findings.append(_split_finding(rows.iloc[[i]], ratio[i], split))
    return findings


def other_units(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find stretches of bars in another unit: from a jump by 100 or 1000 until the jump back."""
    ratio = _overnight(rows) * _explained(rows)
    jumps = [(i, factor) for i in _jumps(ratio, config.big_jump) if (factor := _unit(ratio[i], config))]
    findings, back = [], -1
    for (i, factor), (end, other) in pairwise([*jumps, (len(rows), 1.0)]):
        if i != back:
            back = end if abs(np.log(factor * other)) < config.unit_tolerance else -1
            part = rows.iloc[i : end if back == end else len(rows)]
            text = f"prices {factor:g} times those before as in another unit"
            findings.append(make_finding(part, "unit", "error", factor, text))
    return findings


def _jumps(ratio: np.ndarray, least: float) -> list[int]:
    """Return the positions of ratios above ``least`` or below 1 / ``least``."""
    return [int(i) for i in np.flatnonzero(np.abs(np.log(ratio)) > np.log(least))]


def _overnight(rows: pd.DataFrame) -> np.ndarray:
    """Return open / previous close, 1 for the first bar."""
    opens, close = rows["open"].to_numpy(float), rows["close"].to_numpy(float)
    return np.concatenate(([1.0], opens[1:] / close[:-1]))


def _explained(rows: pd.DataFrame) -> np.ndarray:
    """Return the factor that undoes a known split or adjustment between two bars."""
    if "split" in rows:
        split = rows["split"].to_numpy(float)
        return np.where(split > 0, split, 1.0)
    if "adj_close" not in rows:
        return np.ones(len(rows))
    factor = (rows["adj_close"] / rows["close"]).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.concatenate(([1.0], factor[1:] / factor[:-1]))
    return np.where(np.isfinite(change) & (change > 0), change, 1.0)


def _split(ratio: float, config: QualityConfig) -> float:
    """Return the split ratio nearest to a jump (2 is two for one, 0.5 one for two), 0 for none."""
    ratios = np.array([*config.split_ratios, *(1 / r for r in config.split_ratios)])
    distance = np.abs(ratios * ratio - 1)
    return float(ratios[distance.argmin()]) if distance.min() < config.split_tolerance else 0.0


def _unit(ratio: float, config: QualityConfig) -> float:
    """Return the unit factor nearest to a jump, 0 for none."""
    factors = np.array([*config.unit_factors, *(1 / f for f in config.unit_factors)])
    distance = np.abs(np.log(ratio / factors))
    return float(factors[distance.argmin()]) if distance.min() < config.unit_tolerance else 0.0


def _split_finding(row: pd.DataFrame, ratio: float, split: float) -> Finding:
    shares = f"{split:g} for 1" if split > 1 else f"1 for {1 / split:g}"
    text = f"opens at {ratio:.4g} of the close before as after an unadjusted split of {shares}"
    return make_finding(row, "split", "error", ratio, text)


def _jump(row: pd.DataFrame, ratio: float) -> Finding:
    text = f"opens at {ratio:.4g} of the close before and no split is known"
    return make_finding(row, "jump", "warning", ratio, text)
