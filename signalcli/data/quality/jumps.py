"""Checks for jumps between bars: unadjusted splits, and prices in another unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, make_finding
from signalcli.errors import count, shortened

_USUAL = 20  # bars before a jump that say what is usual
_FEWEST_USUAL = 10  # of these, fewer say nothing
_FEWEST_MERGED = 2  # shares that a reverse split makes one of; 3 for 2 exists, 2 for 3 does not


def split_jumps(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find jumps from close to open like those of a split, on a bar that is ordinary but for its level.

    A jump that an adjusted close or a split column explains is no fault. One by a split ratio is an error;
    one by another ratio is a warning where such a column tells of splits. News moves prices as far, but then
    more money changes hands than usual, or prices spread wider.
    """
    adjusted = "adj_close" in rows or "split" in rows
    ratio = _overnight(rows) * explained(rows)
    findings = []
    for i in _jumps(ratio, config.big_jump):
        split = _split(ratio[i], config)
        if _is_news(rows, i, config):
            continue
        if split and not (adjusted and _unit(ratio[i], config)):
            findings.append(_split_finding(rows.iloc[[i]], ratio[i], split))
        elif adjusted and not _unit(ratio[i], config):
            findings.append(_jump(rows.iloc[[i]], ratio[i]))
    return findings


def split_lines(bars: pd.DataFrame) -> list[str]:
    """One line that counts and names the split-like jumps of sorted BARS; none without one."""
    config = QualityConfig()
    ratio = np.where(bars["symbol"] == bars["symbol"].shift(), _overnight(bars), 1.0)
    suspects = bars["symbol"].iloc[_jumps(ratio, config.big_jump)].unique()
    jumps = [
        finding for symbol in suspects for finding in split_jumps(bars[bars["symbol"] == symbol], config)
    ]
    if not jumps:
        return []
    places = [f"{jump.symbol} {jump.date:%Y-%m-%d} ({jump.value:.3g})" for jump in jumps]
    text = f"{count(len(jumps), 'jump')} like an unadjusted split: {shortened(places)}"
    return [f"{text}; signalcli validate says more, and an adjusted close repairs it"]


def other_units(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find stretches of bars in another unit: from a jump by 100 or 1000 until the jump back."""
    ratio = _overnight(rows) * explained(rows)
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


def _is_news(rows: pd.DataFrame, at: int, config: QualityConfig) -> bool:
    """Return whether the range of a bar, or its volume and its turnover, are a multiple of those before.

    A split changes volume or turnover, and a price in another unit the turnover; news changes both.
    """
    recent = rows.iloc[max(at - _USUAL, 0) : at + 1]
    volume = _volume(recent)
    trade = min(_multiple(volume), _multiple(volume * recent["close"].to_numpy(float)))
    return max(_multiple(_spread(recent)), trade) > config.news


def _multiple(values: np.ndarray) -> float:
    """Return the last value over the median of those before; 0 where too few are known."""
    before = values[:-1][np.isfinite(values[:-1])]
    if len(before) < _FEWEST_USUAL or not np.isfinite(values[-1]):
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nan_to_num(values[-1] / np.median(before), posinf=0.0))


def _spread(rows: pd.DataFrame) -> np.ndarray:
    """Return the log range of each bar."""
    return np.log(rows["high"].to_numpy(float) / rows["low"].to_numpy(float))


def _volume(rows: pd.DataFrame) -> np.ndarray:
    """Return the volume of each bar, NaN where there is none."""
    if "volume" not in rows:
        return np.full(len(rows), np.nan)
    volume = rows["volume"].to_numpy(float)
    return np.where(volume > 0, volume, np.nan)


def explained(rows: pd.DataFrame) -> np.ndarray:
    """Return the factor that undoes a known split or adjustment between two bars.

    A recorded split that makes the jump larger is in the prices already.
    """
    if "split" in rows:
        split = rows["split"].to_numpy(float)
        factor = np.where(split > 0, split, 1.0)
        overnight = _overnight(rows)
        better = np.abs(np.log(overnight * factor)) < np.abs(np.log(overnight))
        return np.where(better, factor, 1.0)
    if "adj_close" not in rows:
        return np.ones(len(rows))
    factor = (rows["adj_close"] / rows["close"]).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.concatenate(([1.0], factor[1:] / factor[:-1]))
    return np.where(np.isfinite(change) & (change > 0), change, 1.0)


def _split(ratio: float, config: QualityConfig) -> float:
    """Return the split ratio nearest to a jump (2 is two for one, 0.5 one for two), 0 for none."""
    merged = [1 / r for r in config.split_ratios if r >= _FEWEST_MERGED]
    ratios = np.array([*config.split_ratios, *merged])
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
