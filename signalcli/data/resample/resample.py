"""BARS → BARS of a longer interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.resample import NO_CALENDAR, ResampleConfig
from signalcli.data.bars import date_text
from signalcli.data.closes import is_daily
from signalcli.data.interval import infer_interval
from signalcli.data.resample.groups import Groups, make_groups
from signalcli.data.resample.intervals import DAY, Interval, parse_interval
from signalcli.data.resample.sessions import Sessions, find_sessions
from signalcli.errors import DataError, UsageError, count, printable, shortened
from signalcli.schemas import BARS


class Resampled(NamedTuple):
    """BARS of the longer interval, and a line for each kind of what was left out."""

    bars: pd.DataFrame
    lines: list[str]


def resample(bars: pd.DataFrame, config: ResampleConfig) -> Resampled:
    """Return BARS of a longer interval; an interval that is not finished is left out.

    Open is the first, high the highest, low the lowest, close the last, volume the sum (unknown when one is
    unknown), and a further column its last cell. Days are sessions of ``config.calendar``, or days of
    ``config.zone``; shorter intervals begin with the session.

    Parameters
    ----------
    bars : DataFrame
        BARS, sorted by symbol and date.
    config : ResampleConfig
        Intervals, sessions, and the date of a new bar.

    Raises
    ------
    UsageError
        An interval that is not longer than that of the bars, or that these do not fill.
    DataError
        No interval is finished.
    """
    target = parse_interval("--to", config.to)
    dates = bars["date"].to_numpy("datetime64[us]")
    daily = is_daily(dates)
    length = _bar_length(bars, config, target, daily=daily)
    sessions = find_sessions(dates, config, daily=daily)
    inside, sessions = _inside(bars, sessions)
    _refuse_nothing(len(inside), "bar lies in a session", config)
    groups = make_groups(inside, sessions, target, length)
    _refuse_nothing(int(groups.finished.sum()), f"{target} is finished", config)
    return Resampled(
        _aggregate(inside, groups, sessions, target, config)[groups.finished].reset_index(drop=True),
        [*_outside_line(len(bars) - len(inside), config), *_unfinished_line(inside, groups, config)],
    )


def _bar_length(
    bars: pd.DataFrame, config: ResampleConfig, target: Interval, *, daily: bool
) -> np.timedelta64 | None:
    """Return the length of a bar where it is certain: stated, or a day. Raises UsageError."""
    steps = _steps(bars)
    stated = parse_interval("--from", config.bar_length) if config.bar_length else None
    if stated is not None and len(steps) and steps.min() < _shortest(stated):
        text = f"--from {stated}: some bars are {int(steps.min())} s apart; name their interval"
        raise UsageError("RESAMPLE-FROM", text)
    source = stated or _inferred(bars)
    if source is None and daily:
        source = Interval(1, "d")
    if source is not None:
        _refuse_unfit(source, target, config)
    if stated is not None:
        return np.timedelta64(stated.seconds, "s")
    certain = daily and len(steps) > 0 and source is not None and source.seconds <= DAY
    return np.timedelta64(DAY, "s") if certain else None  # one midnight alone may be the first of many hours


def _steps(bars: pd.DataFrame) -> np.ndarray:
    """Return the seconds between two bars of a symbol."""
    same = (bars["symbol"] == bars["symbol"].shift()).to_numpy()
    return bars["date"].diff().dt.total_seconds().to_numpy()[same]


def _shortest(interval: Interval) -> int:
    return interval.number * 28 * DAY if interval.unit == "mo" else interval.seconds


def _inferred(bars: pd.DataFrame) -> Interval | None:
    """Return the usual interval of the bars; None when it cannot be seen, or is none of ours."""
    groups = bars.groupby("symbol", sort=False)["date"]
    text = infer_interval(dates.to_numpy("datetime64[us]") for _, dates in groups)
    try:
        return None if text is None else parse_interval("--from", text)
    except UsageError:
        return None


def _refuse_unfit(source: Interval, target: Interval, config: ResampleConfig) -> None:
    if source.seconds >= target.seconds:
        text = f"--to {target}: must be longer than the interval of the bars, {source}"
        raise UsageError("RESAMPLE-SHORT", text)
    if not source.divides(target):
        text = f"--to {target}: bars of {source} do not fill it; use a multiple of {source}"
        raise UsageError("RESAMPLE-UNFIT", text)
    if source.seconds > DAY and config.calendar != NO_CALENDAR:
        raise UsageError("RESAMPLE-UNFIT", f"--calendar: left out with bars of {source}")


def _inside(bars: pd.DataFrame, sessions: Sessions) -> tuple[pd.DataFrame, Sessions]:
    keep = sessions.inside
    return bars[keep].reset_index(drop=True), Sessions(*(values[keep] for values in sessions))


def _aggregate(
    bars: pd.DataFrame, groups: Groups, sessions: Sessions, target: Interval, config: ResampleConfig
) -> pd.DataFrame:
    first, last = groups.first, groups.last
    values = {name: bars[name].to_numpy("float64") for name in ("open", "high", "low", "close", "volume")}
    out = pd.DataFrame({"symbol": bars["symbol"].iloc[first].array, "date": groups.starts})
    if config.label_at == "last":
        dates = sessions.days if not target.intraday else bars["date"].to_numpy()
        out["date"] = dates[last].astype("datetime64[us]")
    out["open"], out["close"] = values["open"][first], values["close"][last]
    out["high"] = np.maximum.reduceat(values["high"], first)
    out["low"] = np.minimum.reduceat(values["low"], first)
    out["volume"] = np.add.reduceat(values["volume"], first)
    further = [c for c in bars if c not in BARS.columns]
    beside = bars[further].iloc[last].reset_index(drop=True)
    return pd.concat([out[list(BARS.columns)], beside], axis=1)


def _refuse_nothing(number: int, what: str, config: ResampleConfig) -> None:
    if not number:
        hint = "a longer table has one" if config.calendar != NO_CALENDAR else _HINT
        raise DataError("RESAMPLE-EMPTY", f"no {what}; {hint}")


_HINT = "--calendar and --from tell when the last bar ends one"


def _outside_line(number: int, config: ResampleConfig) -> list[str]:
    text = f"left out: {count(number, 'bar')} outside the sessions of {printable(config.calendar)}"
    return [text] if number else []


def _unfinished_line(bars: pd.DataFrame, groups: Groups, config: ResampleConfig) -> list[str]:
    open_ = np.flatnonzero(~groups.finished)
    if not len(open_):
        return []
    symbols = bars["symbol"].to_numpy()[groups.first[open_]]
    names = _named(symbols, groups.starts[open_])
    hint = f"; {_HINT}" if config.calendar == NO_CALENDAR else ""
    return [f"left out: {count(len(open_), 'unfinished interval')} ({shortened(names)}){hint}"]


def _named(symbols: np.ndarray, starts: np.ndarray) -> Sequence[str]:
    return [f"{s} {date_text(pd.Timestamp(t))}" for s, t in zip(symbols, starts, strict=True)]
