"""Find year, month, day, hour and minute in columns of their own, by names or by values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from signalcli.data.sources.csv.dates.parts import in_range, join_clock, join_date
from signalcli.data.sources.csv.grid.grid import Grid
from signalcli.data.sources.csv.header.fields import Fields
from signalcli.data.sources.csv.header.header import Header
from signalcli.data.sources.csv.header.names import normalize
from signalcli.schemas import FEATURES

WORDS: dict[str, tuple[str, ...]] = {
    "year": (
        "year", "yyyy", "yr", "jahr", "annee", "an", "ano", "anno", "jaar", "rok", "ev", "ar", "yil",
        "год", "年", "연도", "년",
    ),
    "month": (
        "month", "mm", "mon", "mo", "monat", "mois", "mes", "mese", "maand", "miesiac", "mesic", "honap",
        "manad", "ay", "месяц", "月", "월",
    ),
    "day": (
        "day", "dd", "day_of_month", "tag", "jour", "dia", "giorno", "dag", "dzien", "den", "nap", "gun",
        "день", "число", "日", "일",
    ),
    "day_of_year": ("day_of_year", "doy", "yday", "julian_day", "ddd"),
    "hour": (
        "hour", "hh", "hr", "hours", "stunde", "heure", "hora", "ora", "uur", "godzina", "hodina", "timme",
        "saat", "час", "时", "時", "시",
    ),
    "minute": (
        "minute", "mi", "minutes", "minuten", "minuto", "minuut", "minuta", "minut", "dakika", "минута",
        "分", "분",
    ),
    "second": ("second", "ss", "sec", "seconds", "sekunde", "seconde", "segundo", "секунда", "秒", "초"),
}  # fmt: skip
_DAYS = ({"year", "month", "day"}, {"year", "day_of_year"})
_REPEATED = 0.3  # of the rows of intraday bars have the date of the row above
_FIRST = 4  # columns among which a file without a header has the parts of its dates


def join_named_parts(grid: Grid, header: Header) -> tuple[Grid, Header]:
    """Return a table whose parts of dates are one column; as it is where there are none, or a whole date."""
    keys = [normalize(name) for name in header.names]
    parts = {part: i for part, words in WORDS.items() if (i := _position(keys, words)) is not None}
    if set(FEATURES.columns) <= set(header.names):
        return grid, header
    clock: Fields = {part: parts[part] for part in ("hour", "minute", "second") if part in parts}
    clock = clock if {"hour", "minute"} <= set(clock) else {}
    day = next(({p: parts[p] for p in need} for need in _DAYS if need <= set(parts)), {})
    date = header.fields.get("date")
    if day and date in {None, *day.values()} and _are_days(grid.cells, day):
        return _joined(grid, header, day | clock)
    whole = date is not None and date not in clock.values()
    return _joined(grid, header, clock) if clock and whole and _lacks_clock(grid, header) else (grid, header)


def join_bare_parts(grid: Grid, header: Header) -> tuple[Grid, Header, Fields]:
    """Return a table without a header whose parts of dates are one column, and its date."""
    first = next(_bare_days(grid.cells), None)
    if first is None:
        return grid, header, {}
    after = max(first.values()) + 1
    joined = _joined(grid, header, first | _bare_clock(grid.cells, after, join_date(_cells(grid, first))))
    return *joined, {"date": joined[1].fields["date"]}


def join_bare_clock(grid: Grid, header: Header, date: int) -> tuple[Grid, Header]:
    """Return a table without a header whose hour and minute right of the date are part of it."""
    clock = _bare_clock(grid.cells, date + 1, grid.cells[date])
    return _joined(grid, replace(header, fields={"date": date}), clock) if clock else (grid, header)


def _position(keys: Sequence[str], words: Sequence[str]) -> int | None:
    found = [keys.index(word) for word in words if word in keys]
    return found[0] if found else None


def _are_days(cells: pd.DataFrame, parts: Fields) -> bool:
    """Return whether the columns can be parts of a date; a month may be a name, a year two digits."""
    return all(in_range(cells[i], part) for part, i in parts.items() if part in {"day", "day_of_year"})


def _lacks_clock(grid: Grid, header: Header) -> bool:
    return not grid.cells[header.fields["date"]].str.contains(":", regex=False).any()


def _cells(grid: Grid, parts: Fields) -> dict[str, pd.Series[str]]:
    return {part: grid.cells[i] for part, i in parts.items()}


def _joined(grid: Grid, header: Header, parts: Fields) -> tuple[Grid, Header]:
    """Return the table with whole dates in the column of the first part; the other parts are left empty."""
    cells = _cells(grid, parts)
    at = min(parts.values()) if "year" in parts else header.fields["date"]
    date = join_date(cells) if "year" in parts else grid.cells[at].str.strip()
    date = date + " " + join_clock(cells) if "minute" in parts else date
    used = set(parts.values()) - {at}
    names = ["" if i in used else "date" if i == at else name for i, name in enumerate(header.names)]
    fields = {field: i for field, i in header.fields.items() if i not in {at, *used}} | {"date": at}
    blank = dict.fromkeys(used, pd.Series("", grid.cells.index, dtype="str"))
    columns = {i: (blank | {at: date}).get(i, grid.cells[i]) for i in grid.cells}
    return replace(grid, cells=pd.DataFrame(columns)), replace(header, names=tuple(names), fields=fields)


def _bare_days(cells: pd.DataFrame) -> Iterator[Fields]:
    """Yield three columns beside each other that are year, month and day, in an order that is certain."""
    sample = cells.iloc[:, : _FIRST + 2]
    for i in range(min(_FIRST, len(sample.columns) - 2)):
        for order in (("year", "month", "day"), ("day", "month", "year"), ("month", "day", "year")):
            parts = {part: i + offset for offset, part in enumerate(order)}
            if all(in_range(sample[at], part) for part, at in parts.items()) and _is_certain(sample, parts):
                yield parts


def _is_certain(sample: pd.DataFrame, parts: Fields) -> bool:
    """Return whether a number above 12 tells the day from the month, or the year comes first."""
    return parts["year"] < parts["day"] or not in_range(sample[parts["day"]], "month")


def _bare_clock(cells: pd.DataFrame, at: int, days: pd.Series[str]) -> Fields:
    """Return the columns of hour and minute, and second, right of dates that come several times in a row."""
    found: Fields = {}
    stamps = days
    for part, i in zip(("hour", "minute", "second"), range(at, len(cells.columns)), strict=False):
        if not in_range(cells[i], part) or (part == "second" and stamps.is_unique):
            break
        found[part] = i
        stamps = stamps + " " + cells[i]
    return found if "minute" in found and (days == days.shift()).mean() >= _REPEATED else {}
