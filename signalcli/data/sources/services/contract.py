"""What a source of bars is: one function.

    def bars(symbols, start, end, interval):
        rows = ...  # symbol, date, open, high, low, close, volume
        return SourceBars(rows, "raw")

``start`` and ``end`` are dates, both included; None means from the first bar on, and until now. A function
with an attribute ``batch`` is called with up to so many symbols, any other with one, so that a failure costs
no other symbol.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Adjustment = Literal["raw", "split", "total", "none-needed"]


class SourceBars(NamedTuple):
    """Answer of a source.

    Parameters
    ----------
    rows : DataFrame
        Columns symbol, date, open, high, low, close, and volume where it is known; in any order. ``date`` is
        the day at the exchange, or the start of an intraday bar in UTC. ``adj_close`` is the close adjusted
        for splits and dividends, ``split`` the number of new shares for an old one on the first day of the
        new. Further columns are kept.
    adjustment : {"raw", "split", "total", "none-needed"}
        What open, high, low and close are adjusted for: nothing, splits, splits and dividends; or nothing
        because there is neither, as with coins and currencies.
    lines : sequence of str
        What the user should know, such as bars that the source no longer keeps.
    """

    rows: pd.DataFrame
    adjustment: Adjustment
    lines: Sequence[str] = ()


Source = Callable[[Sequence[str], dt.date | None, dt.date | None, str], SourceBars]
