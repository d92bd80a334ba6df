"""Recognize columns by what their values obey: dates, low ≤ open, close ≤ high, opens near the last close."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from signalcli.data.sources.csv.dates.looks import are_clocks, are_dates, are_serials
from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.data.sources.csv.header.fields import Fields
from signalcli.data.sources.csv.numbers.formats import to_numbers
from signalcli.errors import DataError
from signalcli.schemas import PRICES

_SAMPLE = 2000  # rows that are looked at
_MOST = 12  # numeric columns, from the left, among which the prices are looked for
_SHARE = 0.98  # of the rows that must obey
_WIDEST = 0.7  # mean log of high / low of a bar: the high is twice the low
_FEWEST = 10  # bars that show where opens are
_CLEAR = 0.5  # how much nearer opens must be to the last close before the order of the columns is overruled


def recognize_columns(cells: pd.DataFrame, delimiter: str) -> Fields | None:
    """Return the position of date, prices, and time, symbol and volume where there are any; else None."""
    sample = cells.head(_SAMPLE)
    dates = date_columns(sample)
    if sample.empty or not dates:
        return None
    numbers = to_numbers(sample.drop(columns=dates), delimiter)
    prices = _find_prices(numbers, _direction(sample[dates[0]]))
    if prices is None:
        return None
    fields = {"date": dates[0]} | prices
    return fields | _find_time(sample, fields) | _find_volume(numbers, prices) | _find_symbol(sample, fields)


def date_columns(sample: pd.DataFrame) -> list[int]:
    """Return the columns that hold dates; without any, the first of serial days."""
    found = [i for i in sample if are_dates(sample[i])]
    first = next((i for i in sample if not sample[i].str.contains(r"[^\W\d_]").any()), None)
    return found or [i for i in sample if i == first and are_serials(sample[i])]


def guess_order(sample: pd.DataFrame) -> Fields:
    """Return the date and the four columns of numbers after it as open, high, low, close; may lack some."""
    dates = date_columns(sample)
    taken = [i for i in sample if i in dates or are_clocks(sample[i])]
    numbers = to_numbers(sample.drop(columns=taken), ",")
    usable = [i for i in numbers if (numbers[i] > 0).mean() >= _SHARE and (not dates or i > dates[0])]
    return ({"date": dates[0]} if dates else {}) | dict(zip(PRICES, usable, strict=False))


def is_bar(cells: Sequence[str], fields: Fields) -> bool:
    """Return whether cells hold digits where the date and the prices are: they are no header."""
    at = [fields.get(field, -1) for field in ("date", *PRICES)]
    return min(at) >= 0 and all(i < len(cells) and any(c.isdigit() for c in cells[i]) for i in at)


def _find_prices(numbers: pd.DataFrame, direction: int) -> Fields | None:
    """Return the four columns of which one is always the highest and one the lowest, the closest together."""
    usable = [i for i in numbers if (numbers[i] > 0).mean() >= _SHARE][:_MOST]
    scores = {group: _score(numbers, group) for group in combinations(usable, 4)}
    scored = [(score, group) for group, score in scores.items() if score is not None]
    return _name_prices(numbers, min(scored)[1], direction) if scored else None


def _score(numbers: pd.DataFrame, group: tuple[int, ...]) -> tuple[float, int, int] | None:
    """Return how far apart four columns are; the least is the best, None when no column is the highest."""
    values = numbers[list(group)].dropna().to_numpy()
    high, low = values.max(axis=1, keepdims=True), values.min(axis=1, keepdims=True)
    obeys = ((values == high).mean(axis=0).max() >= _SHARE) and ((values == low).mean(axis=0).max() >= _SHARE)
    spread = float(np.mean(np.log(high / low)))
    return (round(spread, 9), group[-1] - group[0], group[0]) if obeys and spread < _WIDEST else None


def _name_prices(numbers: pd.DataFrame, group: tuple[int, ...], direction: int) -> Fields:
    """Return which of the four columns is which; where all are equal, they are open, high, low, close."""
    values = numbers[list(group)].dropna().to_numpy()
    highest = _share_of(values, values.max(axis=1)) + np.array([0, 1e-9, 0, 0])
    lowest = _share_of(values, values.min(axis=1)) + np.array([0, 0, 1e-9, 0])
    high = int(np.argmax(highest))
    lowest[high] = -1
    low = int(np.argmax(lowest))
    first, second = (i for i in range(4) if i not in {high, low})
    logs = np.log(values[::direction])
    if _gap(logs[:, second], logs[:, first]) < _CLEAR * _gap(logs[:, first], logs[:, second]):
        first, second = second, first
    return {"open": group[first], "high": group[high], "low": group[low], "close": group[second]}


def _share_of(values: np.ndarray, extreme: np.ndarray) -> np.ndarray:
    """Return in which share of the rows each column is the extreme of its row."""
    shares: np.ndarray = (values == extreme[:, None]).mean(axis=0)
    return shares


def _gap(opens: np.ndarray, closes: np.ndarray) -> float:
    """Return the mean distance of opens from the closes before them; 0 for too few bars to tell."""
    return float(np.abs(opens[1:] - closes[:-1]).mean()) if len(opens) >= _FEWEST else 0.0


def _direction(dates: pd.Series[Any]) -> int:
    """Return -1 when the newest bars come first, else 1."""
    try:
        moments = parse_dates(dates, "")
    except DataError:
        return 1
    return -1 if moments.iloc[-1] < moments.iloc[0] else 1


def _find_time(sample: pd.DataFrame, fields: Fields) -> Fields:
    """Return the column of clock times between the date and the prices."""
    taken = set(fields.values())
    at = next((i for i in sample if i not in taken and are_clocks(sample[i])), None)
    return {} if at is None or at > min(fields[p] for p in PRICES) else {"time": at}


def _find_volume(numbers: pd.DataFrame, prices: Fields) -> Fields:
    """Return the first column right of the prices that is not negative and lies outside low … high."""
    for i in numbers:
        inside = (numbers[i] >= numbers[prices["low"]]) & (numbers[i] <= numbers[prices["high"]])
        if i > max(prices.values()) and (numbers[i] >= 0).mean() >= _SHARE and inside.mean() < _SHARE:
            return {"volume": i}
    return {}


def _find_symbol(sample: pd.DataFrame, fields: Fields) -> Fields:
    """Return the first column if it stands left of the date and is filled."""
    filled = fields["date"] > 0 and bool(sample[0].str.strip().ne("").all())
    return {"symbol": 0} if filled and 0 not in fields.values() else {}
