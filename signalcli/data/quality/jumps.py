"""Jumps between bars: splits nobody adjusted for, and prices in another unit."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, finding

if TYPE_CHECKING:
    import pandas as pd


def split_jumps(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Overnight jumps like those of a split.

    An adjusted close, or a column of splits, decides: a jump it knows of is no fault, one it does not know of
    was a real move and worth a warning. Where there is neither, a jump by a whole ratio is an error.
    """
    told = "adj_close" in rows or "split" in rows
    ratio = _overnight(rows) * _explained(rows)
    found = []
    for i in _places(ratio, config.big_jump):
        split = _split(ratio[i], config)
        if told and not _unit(ratio[i], config):
            found.append(_jump(rows.iloc[[i]], ratio[i]))
        elif split and not told:
            found.append(_split_finding(rows.iloc[[i]], ratio[i], split))
    return found


def other_units(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Stretches of bars in another unit, from a jump by 100 or 1000 until the jump back."""
    ratio = _overnight(rows) * _explained(rows)
    jumps = [(i, factor) for i in _places(ratio, config.big_jump) if (factor := _unit(ratio[i], config))]
    found, back = [], -1
    for (i, factor), (then, other) in pairwise([*jumps, (len(rows), 1.0)]):
        if i != back:
            back = then if abs(np.log(factor * other)) < config.unit_tolerance else -1
            part = rows.iloc[i : then if back == then else len(rows)]
            text = f"prices {factor:g} times those before as in another unit"
            found.append(finding(part, "unit", "error", factor, text))
    return found


def _places(ratio: np.ndarray, least: float) -> list[int]:
    """Where a ratio is at least so large, or so small."""
    return [int(i) for i in np.flatnonzero(np.abs(np.log(ratio)) > np.log(least))]


def _overnight(rows: pd.DataFrame) -> np.ndarray:
    """Open / the close before; 1 for the first bar."""
    opens, close = rows["open"].to_numpy(float), rows["close"].to_numpy(float)
    return np.concatenate(([1.0], opens[1:] / close[:-1]))


def _explained(rows: pd.DataFrame) -> np.ndarray:
    """Factor that undoes what an adjusted close or a split column says happened between two bars."""
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
    """Split ratio that a jump looks like (2 is two for one, 0.5 one for two), 0 for none."""
    every = np.array([*config.split_ratios, *(1 / r for r in config.split_ratios)])
    distance = np.abs(every * ratio - 1)
    return float(every[distance.argmin()]) if distance.min() < config.split_tolerance else 0.0


def _unit(ratio: float, config: QualityConfig) -> float:
    every = np.array([*config.unit_factors, *(1 / f for f in config.unit_factors)])
    distance = np.abs(np.log(ratio / every))
    return float(every[distance.argmin()]) if distance.min() < config.unit_tolerance else 0.0


def _split_finding(row: pd.DataFrame, ratio: float, split: float) -> Finding:
    shares = f"{split:g} for 1" if split > 1 else f"1 for {1 / split:g}"
    text = f"opens at {ratio:.4g} of the close before as after a split of {shares}; nothing adjusts for it"
    return finding(row, "split", "error", ratio, text)


def _jump(row: pd.DataFrame, ratio: float) -> Finding:
    text = f"opens at {ratio:.4g} of the close before and no split is known"
    return finding(row, "jump", "warning", ratio, text)
