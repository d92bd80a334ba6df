"""Whether the newest bars of a table are sound enough to replace a model by one that was fitted on them.

A feed that stopped, changed its unit or lost its rows shows in bars that differ from all that the symbol did
before. Each check compares the newest bars with the older ones of the same symbol.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.quality.findings import stretches
from signalcli.data.quality.validate import validate
from signalcli.errors import printable
from signalcli.schemas import PRICES

NEWEST = 63  # bars, a quarter of a year of days
BEFORE = 252  # bars before them that the checks may need
WORSE = 2.0  # times what the older bars did


def fault_of_newest(bars: pd.DataFrame, dropped: pd.DataFrame | None = None) -> str:
    """The first fault in the newest bars; empty if there is none.

    bars : BARS or FEATURES of any symbols. dropped : symbol and date of the rows that the reader left out.
    """
    faults = (
        fault for symbol, rows in bars.groupby("symbol", sort=True) for fault in _faults(str(symbol), rows)
    )
    return next(faults, "") or _dropped(bars, dropped)


def _faults(symbol: str, rows: pd.DataFrame) -> Iterator[str]:
    rows = rows.sort_values("date").reset_index(drop=True)
    newest = rows["date"].iloc[max(len(rows) - NEWEST, 0)]
    columns = [c for c in ("symbol", "date", *PRICES, "volume") if c in rows]
    findings = validate(rows[columns].tail(NEWEST + BEFORE), QualityConfig(calendar="none"))
    wrong = findings[(findings["severity"] == "error") & (findings["date"] >= newest)]
    for _, finding in wrong.iterrows():
        what = str(finding["message"]).partition(": ")[2]
        yield f"{printable(symbol)} {finding['date']:%Y-%m-%d}: {what}"
    closes = rows["close"].to_numpy("float64")
    yield from _stopped(symbol, rows["date"], closes)
    yield from _jumped(symbol, rows["date"], closes)


def _stopped(symbol: str, dates: pd.Series[pd.Timestamp], closes: np.ndarray) -> Iterator[str]:
    """Closes that do not move, for longer than they ever did."""
    still = np.concatenate([[False], closes[1:] == closes[:-1]])
    old, new = still[:-NEWEST], still[-NEWEST:]
    length, end = longest_stretch(new)
    if length >= max(QualityConfig().flat_run, WORSE * longest_stretch(old)[0]):
        date = dates.iloc[len(closes) - len(new) + end - length]
        yield f"{printable(symbol)} {date:%Y-%m-%d}: the close does not move in {length} bars"


def _jumped(symbol: str, dates: pd.Series[pd.Timestamp], closes: np.ndarray) -> Iterator[str]:
    """A move as of another unit: by more than `QualityConfig.big_jump`, and than all moves before."""
    moves = np.abs(np.diff(np.log(closes), prepend=np.log(closes[0])))
    old, new = moves[:-NEWEST], moves[-NEWEST:]
    if len(old) and new.max() > max(np.log(QualityConfig().big_jump), WORSE * old.max()):
        at = len(closes) - len(new) + int(new.argmax())
        factor = f"{np.exp(moves[at]):.3g}"
        yield f"{printable(symbol)} {dates.iloc[at]:%Y-%m-%d}: the close moves by a factor of {factor}"


def longest_stretch(mask: np.ndarray) -> tuple[int, int]:
    """Length and end of the longest stretch of true values; (0, 0) if there is none."""
    return max(((part.stop - part.start, part.stop) for part in stretches(mask)), default=(0, 0))


def _dropped(bars: pd.DataFrame, dropped: pd.DataFrame | None) -> str:
    """Rows left out among or behind the newest bars."""
    if dropped is None or not len(dropped):
        return ""
    for symbol, rows in bars.groupby("symbol", sort=True):
        newest = rows["date"].nlargest(NEWEST).min()
        own = dropped[(dropped["symbol"] == symbol) & (dropped["date"] >= newest)]
        if len(own):
            first = own["date"].min()
            return f"{printable(symbol)} {first:%Y-%m-%d}: {len(own)} of the newest bars are invalid"
    return ""
