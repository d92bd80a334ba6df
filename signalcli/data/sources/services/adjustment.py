"""Bring the prices of a source to the adjustment that is wanted, as far as its columns allow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.fetch import Adjust
from signalcli.errors import UsageError
from signalcli.schemas import PRICES

_CLOSE, _SPLIT = "adj_close", "split"


def adjusted(rows: pd.DataFrame, stated: str, wanted: Adjust, where: str) -> pd.DataFrame:
    """Return the rows of one symbol with adjusted prices, without the columns of the adjustment.

    Where splits are undone, volume is counted in the shares of today. Raises UsageError that names the
    adjustments that the source can give.
    """
    rows = rows.sort_values("date", kind="stable")
    factors = _factors(rows, stated)
    if wanted not in factors:
        can = " or ".join(factors)
        text = f"{where}: its prices cannot be adjusted to --adjust {wanted}; use --adjust {can}"
        raise UsageError("ADJUST-SOURCE", text)
    factor, shares = factors[wanted]
    scaled = {name: rows[name] * factor for name in PRICES} if factor is not None else {}
    if shares is not None and "volume" in rows:
        scaled["volume"] = rows["volume"] * shares
    return rows.assign(**scaled).drop(columns=[_CLOSE, _SPLIT], errors="ignore")


Factors = dict[str, tuple["pd.Series[float] | None", "np.ndarray | None"]]


def _factors(rows: pd.DataFrame, stated: str) -> Factors:
    """Return factors of prices and of volume for each adjustment that can be given; None leaves values."""
    if stated == "none-needed":
        return dict.fromkeys(("total", "split", "raw"), (None, None))
    given: Factors = {stated: (None, None)}
    later = _later_splits(rows) if stated == "raw" and _SPLIT in rows else None
    if later is not None:
        given["split"] = (pd.Series(1 / later, rows.index), later)
    if stated != "total" and _CLOSE in rows:
        given["total"] = (rows[_CLOSE] / rows["close"], later)
    return given


def _later_splits(rows: pd.DataFrame) -> np.ndarray:
    """Return the product of the ratios after each row, by ascending date; 0 and 1 are no split."""
    ratio = rows[_SPLIT].where(rows[_SPLIT] > 0, 1.0).fillna(1.0).to_numpy("float64")
    until_end = np.cumprod(ratio[::-1])[::-1]
    return np.asarray(until_end / ratio)
