"""Bars whose dates stand in several columns, and daily bars whose last one is still running."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bar_brands import clock, dump
from bar_layouts import DAILY, HOURLY, MINUTE, OTHER, TWO, Layout, epoch, number, rows, text

OHLCV = "Open,High,Low,Close,Volume"


def parted(bars: pd.DataFrame, codes: Sequence[str], header: str = "", delimiter: str = ",") -> Layout:
    """A file with a column for each code of a date; ``%-d`` has no leading zero."""
    lines = []
    for date, line in zip(bars["date"], rows(bars, "%Y"), strict=True):
        stamps = [
            date.strftime(code.replace("-", "")).lstrip("0" * code.startswith("%-")) or "0" for code in codes
        ]
        lines.append([*stamps, *line[1:]])
    names = f"{header},{OHLCV}".replace(",", delimiter) if header else ""
    return Layout(text(lines, delimiter, names), bars)


DAY = ["%Y", "%-m", "%-d"]
GERMAN = [[f"{d:%Y}", f"{d:%m}", f"{d:%d}"] for d in DAILY["date"]]
PARTS: dict[str, Layout] = {
    "year, month, day": parted(DAILY, DAY, "Year,Month,Day"),
    "day, month, year": parted(DAILY, DAY[::-1], "Day,Month,Year"),
    "short names": parted(DAILY, DAY, "yyyy,mm,dd"),
    "year, month, day without a header": parted(DAILY, DAY),
    "day, month, year without a header": parted(DAILY, DAY[::-1]),
    "year, month, day between blanks": parted(DAILY, DAY, "", " "),
    "name of the month": parted(DAILY, ["%Y", "%b", "%-d"], "Year,Month,Day"),
    "day of the year": parted(DAILY, ["%Y", "%j"], "Year,DOY"),
    "German": Layout(
        text(
            [
                [*day, *line[1:]]
                for day, line in zip(
                    GERMAN, rows(DAILY, "%Y", show=lambda v: number(v).replace(".", ",")), strict=True
                )
            ],
            ";",
            "Jahr;Monat;Tag;Eröffnung;Hoch;Tief;Schluss;Volumen",
        ),
        DAILY,
    ),
    "to the minute": parted(MINUTE, [*DAY, "%-H", "%-M"], "year,month,day,hour,minute"),
    "to the second": parted(MINUTE, [*DAY, "%-H", "%-M", "%-S"], "year,month,day,hour,minute,second"),
    "to the hour": parted(HOURLY, [*DAY, "%-H"], "year,month,day,hour"),
    "clock time": parted(MINUTE, [*DAY, "%H:%M"], "Year,Month,Day,Time"),
    "date, hour, minute": parted(MINUTE, ["%Y%m%d", "%-H", "%-M"], "Date,Hour,Minute"),
    "date, hour, minute without a header": parted(MINUTE, ["%Y%m%d", "%-H", "%-M"]),
    "date and hour": parted(HOURLY, ["%Y%m%d", "%-H"], "Date,Hour"),
    "date and hhmm": Layout(text(clock(MINUTE, "%Y%m%d", "%H%M"), header=f"<DATE>,<TIME>,{OHLCV}"), MINUTE),
    "date and hhmmss without a header": Layout(text(clock(MINUTE, "%Y%m%d", "%H%M%S")), MINUTE),
    "date and hmm": parted(HOURLY, ["%Y%m%d", "%-H%M"], "date,time"),
    "date and hmm without a header": parted(HOURLY, ["%Y%m%d", "%-H%M"]),
}

LAST = DAILY["date"].iloc[-1]
LIVE_CLOCK = pd.Timedelta("15:59:58")
PROVISIONAL = ["80", "80", "80", "80", "10"]


def live(stamp: str, running: str, *, twice: bool = False, newest_first: bool = False) -> Layout:
    """Daily bars with a stamp, the last one with the stamp of a running bar."""
    lines = rows(DAILY, stamp)
    before = [[lines[-1][0], *PROVISIONAL]] if twice else []
    last = [(LAST + LIVE_CLOCK).strftime(running), *lines[-1][1:]]
    body = text([*lines[:-1], *before, last], header=f"Date,{OHLCV}", newest_first=newest_first)
    return Layout(body, DAILY, 1)


CHART = {
    "timestamp": [int(d.timestamp()) + 52_200 for d in DAILY["date"][:-1]] + [int(LAST.timestamp()) + 72_002],
    **{name: DAILY[name].tolist() for name in ("open", "high", "low", "close", "volume")},
}
LIVE: dict[str, Layout] = {
    "clock": live("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"),
    "finished bar before it": live("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", twice=True),
    "newest first": live("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", twice=True, newest_first=True),
    "American": live("%m/%d/%Y", "%m/%d/%Y %H:%M"),
    "zone": live("%Y-%m-%d 00:00:00-05:00", "%Y-%m-%d %H:%M:%S-05:00"),
    "universal time": live("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"),
    "midnights": live("%Y-%m-%d 00:00:00", "%Y-%m-%d %H:%M:%S"),
    "two symbols": Layout(
        text(
            [
                [symbol, *line]
                for symbol, bars in {"WVU": OTHER, "ZQX": DAILY}.items()
                for line in [
                    *rows(bars, "%Y-%m-%d")[:-1],
                    [f"{LAST + LIVE_CLOCK}", *rows(bars, "%Y-%m-%d")[-1][1:]],
                ]
            ],
            header=f"Symbol,Date,{OHLCV}",
        ),
        TWO,
        1,
    ),
    "counts": Layout(
        text(
            [
                *rows(DAILY, epoch())[:-1],
                [str(int((LAST + LIVE_CLOCK).timestamp())), *rows(DAILY, "%Y")[-1][1:]],
            ],
            header=f"time,{OHLCV}",
        ),
        DAILY,
        1,
    ),
    "counts of an opening": Layout(
        dump(CHART), DAILY.assign(date=DAILY["date"] + pd.Timedelta("14:30:00")), 1
    ),
}
