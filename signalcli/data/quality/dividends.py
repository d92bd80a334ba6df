"""Check of an adjusted close against the dividends beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import Finding, make_finding
from signalcli.data.quality.jumps import explained

NAMES = ("dividend", "dividends", "dividend_amount", "cash_dividend", "div_cash", "divcash", "ex_dividend")
_DECIMALS = 6  # most that prices are rounded to
_SHARE = (
    0.1  # of a dividend by which its adjustment may differ: gross or net of tax, of the close or the open
)
_FLOOR = 2e-4  # relative change of the adjustment that nobody rounds to


def dividend_faults(rows: pd.DataFrame, _config: QualityConfig) -> list[Finding]:
    """Find bars at which the adjusted close does not change as the dividend beside it says.

    A dividend D lowers adjusted prices before it by D / previous close (CRSP). Only where the table has an
    adjusted close and a column of dividends.
    """
    name = next((c for c in rows if str(c).lower().replace(" ", "_") in NAMES), None)
    if name is None or "adj_close" not in rows or rows[name].dtype.kind not in "fiu":
        return []
    paid = rows[name].fillna(0.0).to_numpy(float)
    close, adjusted = rows["close"].to_numpy(float), rows["adj_close"].to_numpy(float)
    step = _steps(adjusted / close) / _splits(rows)
    expected = np.concatenate(([1.0], 1 - paid[1:] / close[:-1]))
    allowed = _rounding(rows) + _SHARE * (1 - expected) + _FLOOR
    with np.errstate(invalid="ignore"):
        wrong = np.abs(step - expected) > allowed
    return [_finding(rows.iloc[[i]], paid[i], step[i]) for i in np.flatnonzero(wrong)]


def _steps(factor: np.ndarray) -> np.ndarray:
    """Return the adjustment of the bar before over that of each bar, 1 for the first."""
    return np.concatenate(([1.0], factor[:-1] / factor[1:]))


def _splits(rows: pd.DataFrame) -> np.ndarray:
    """Return by how much a split recorded at a bar changes the adjustment; 1 where prices have it already."""
    return 1 / explained(rows) if "split" in rows else np.ones(len(rows))


def _rounding(rows: pd.DataFrame) -> np.ndarray:
    """Return how far rounded prices may move the step, (n,)."""
    relative = sum(_unit(rows[name]) / rows[name].to_numpy(float) for name in ("close", "adj_close"))
    return np.asarray(relative + np.concatenate((relative[:1], relative[:-1])))


def _unit(prices: pd.Series[Any]) -> float:
    """Return half of the last decimal that a column is rounded to."""
    values = prices.dropna().to_numpy(float)[:1000]
    decimals = next((d for d in range(_DECIMALS) if np.allclose(values, values.round(d), 0, 1e-9)), _DECIMALS)
    return 0.5 * 10.0**-decimals


def _finding(row: pd.DataFrame, paid: float, step: float) -> Finding:
    said = f"a dividend of {paid:g}" if paid else "no dividend"
    text = f"{said} and an adjusted close that changes by {1 - step:.3%} of the price before"
    return make_finding(row, "dividend", "error", 1 - step, text)
