"""Where bars come from and how they are read."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

Adjust = Literal["total", "split", "raw"]
BadRows = Literal["drop", "keep", "error"]


@dataclass(frozen=True)
class FetchConfig:
    """Where bars come from and how they are read.

    Parameters
    ----------
    source : str
        ``yahoo``, ``synthetic``, or a CSV file (``-`` for standard input).
    start, end : date or None
        First and last date wanted, both included.
    interval : str
        Length of a bar from Yahoo or a process; a file's own is what it is.
    adjust : {"total", "split", "raw"}
        Prices adjusted for splits and dividends, for splits only, or as traded.
    bad_rows : {"drop", "keep", "error"}
        What to do with rows that cannot be right.
    strict : bool
        Refuse a file whose dates are not in order.
    date_format : str or None
        ``strptime`` format of a file's dates, when it cannot be recognised.
    gzip : bool
        The file is packed.
    timeout : float
        Seconds for all of a Yahoo fetch.
    include_unfinished : bool
        Keep Yahoo's bars whose session is still running.
    rows, seed, settings
        Length, seed and parameters (process name to arguments) of synthetic bars.
    store : str or None
        Folder of a store to read the bars from, instead of asking the source; ``default`` is the user's own.
    """

    source: str = "yahoo"
    start: dt.date | None = None
    end: dt.date | None = None
    interval: str = "1d"
    adjust: Adjust = "total"
    bad_rows: BadRows = "drop"
    strict: bool = False
    date_format: str | None = None
    gzip: bool = False
    timeout: float = 60.0
    include_unfinished: bool = False
    rows: int = 2520
    seed: int = 0
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    store: str | None = None
