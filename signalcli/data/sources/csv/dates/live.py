"""The bar that is still running in a file of daily bars: its date carries the clock time of the download."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import count, printable

_CLOCK = r"(?P<clock>[T ]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[AaPp][Mm])?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)$"  # noqa: E501
_MIDNIGHT = (
    r"[T ]+0?0:00(?::00)?(?:[.,]0+)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$|[T ]+12:00(?::00)?\s*[Aa][Mm]$"
)
_FEWEST = 3  # other bars of a symbol, which show that they are daily
_SAMPLE = 9  # rows that tell intraday bars from daily ones
_NONE = pd.Timedelta(0)
_SUMMER = pd.Timedelta(hours=1)  # by which the clock of daily bars in UTC changes with summer time


class LiveRows(NamedTuple):
    """Dates, or their texts, without the clock of running bars; which rows those are."""

    dates: pd.Series[Any]
    at: np.ndarray


def clocks_left_out(texts: pd.Series[Any], symbols: pd.Series[Any]) -> LiveRows:
    """Return texts of dates of which only the outermost of a symbol has a clock, without that clock.

    All others are plain days, or midnights; the text of the clock becomes that of its neighbor. Texts of
    intraday bars stay as they are.
    """
    if not texts.str.contains(":", regex=False).any() or _are_intraday(texts):
        return LiveRows(texts, np.zeros(len(texts), dtype="bool"))
    clocks, live = _clocks(texts)
    if not live.any() or not _are_outermost(live, symbols):
        return LiveRows(texts, np.zeros(len(texts), dtype="bool"))
    bare = pd.Series([text[: len(text) - len(c)] for text, c in zip(texts, clocks, strict=True)], texts.index)
    common = clocks[~live].mode().iloc[0]
    return LiveRows(texts.where(~live, bare + common), live)


def clock_of_day(dates: pd.Series[Any], symbols: pd.Series[Any]) -> LiveRows:
    """Return dates whose last of a symbol has the clock of the bar before it, where all others share one.

    This is for dates that are counts or types: daily bars at 14:30 (13:30 in summer) and one at 20:00:02.
    """
    days = dates.dt.normalize()
    clocks = dates - days
    if clocks.nunique() == 1:
        return LiveRows(dates, np.zeros(len(dates), dtype="bool"))
    table = pd.DataFrame({"key": pd.factorize(symbols)[0], "date": dates, "day": days, "clock": clocks})
    last = (table["date"] == table.groupby("key")["date"].transform("max")).to_numpy("bool")
    daily = _daily(table[~last]).reindex(table["key"])
    live = last & (clocks.to_numpy() > daily["latest"].to_numpy())
    return LiveRows((days + daily["clock"].to_numpy()).where(live, dates), live)


def note_of(live: np.ndarray, texts: pd.Series[Any], where: str) -> list[str]:
    """Return a line that counts the running bars, with the place of the first."""
    if not live.any():
        return []
    first = int(live.argmax())
    place = f"{where}:{texts.index[first]}: '{printable(texts.iloc[first])}'"
    text = f"{place} is a running bar of daily bars"
    return [f"{text} ({count(int(live.sum()), 'row')} in all); read as the bar of that day"]


def _clocks(texts: pd.Series[Any]) -> tuple[pd.Series[Any], np.ndarray]:
    """Return the clock of each text, empty without one, and whether it is one other than midnight."""
    clocks = texts.str.extract(_CLOCK)["clock"].fillna("")
    return clocks, ((clocks != "") & ~clocks.str.fullmatch(_MIDNIGHT)).to_numpy("bool")


def _are_intraday(texts: pd.Series[Any]) -> bool:
    """Return whether most of a few rows have a clock; daily bars have one in one row of a symbol."""
    at = np.linspace(0, len(texts) - 1, min(_SAMPLE, len(texts))).astype("int64")
    return bool(_clocks(texts.iloc[at])[1].mean() > 0.5)


def _are_outermost(live: np.ndarray, symbols: pd.Series[Any]) -> bool:
    """Return whether at most one row of each symbol is live, its first or last of enough others."""
    groups = pd.Series(live).groupby(symbols.to_numpy(), sort=False)
    return all(
        part.sum() == 0 or (part.sum() == 1 and len(part) > _FEWEST and bool(part.iloc[0] or part.iloc[-1]))
        for _, part in groups
    )


def _daily(before: pd.DataFrame) -> pd.DataFrame:
    """Return the latest clock, and that of the last bar, of symbols with enough bars, one a day at one clock.

    Summer time makes a second clock. Symbols whose clocks span more or less, as intraday bars do, are left
    out first: counting the days and clocks of all bars takes most of the time.
    """
    before = before[_spans(before).isin([_NONE, _SUMMER]).reindex(before["key"]).to_numpy()]
    groups = before.groupby("key")
    latest, span = groups["clock"].max(), _spans(before)
    changes = groups["clock"].nunique() > np.where(span == _SUMMER, 2, 1)
    daily = (groups["date"].nunique() >= _FEWEST) & ~changes
    daily &= groups["day"].nunique() == groups["date"].nunique()
    clock = before.loc[groups["date"].idxmax()].set_index("key")["clock"]
    return pd.DataFrame({"latest": latest[daily], "clock": clock[daily]})


def _spans(bars: pd.DataFrame) -> pd.Series[Any]:
    """Return the time between the earliest and the latest clock of each symbol."""
    clocks = bars.groupby("key")["clock"]
    return clocks.max() - clocks.min()
