"""Check what a source answers about a symbol."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pandas as pd

from signalcli.config.fetch import FetchConfig
from signalcli.data.bars import to_bars
from signalcli.data.sources.services.adjustment import adjusted
from signalcli.data.sources.services.contract import Adjustment, SourceBars
from signalcli.data.sources.services.unfinished import LONG, is_finished, split_interval
from signalcli.errors import ConfigError, DataError, NoInputError, UnavailableError, count, printable
from signalcli.schemas import BARS, PRICES, ColumnType, cast

_REQUIRED = ["date", *PRICES]
_NUMBERS = [*PRICES, "volume", "adj_close", "split"]


def check_answer(name: str, answer: Any, symbols: list[str]) -> SourceBars:
    """Return the answer of a function, with a symbol in every row.

    Raises ConfigError when it breaks the contract, UnavailableError when it is about another symbol.
    """
    where = printable(name)
    if not isinstance(answer, SourceBars) or not isinstance(answer.rows, pd.DataFrame):
        raise ConfigError("SOURCE-ANSWER", f"{where}: must return SourceBars, not {type(answer).__name__}")
    if answer.adjustment not in get_args(Adjustment):
        wish = ", ".join(get_args(Adjustment))
        raise ConfigError(
            "SOURCE-ANSWER", f"{where}: adjustment {printable(answer.adjustment)}: one of {wish}"
        )
    rows = answer.rows.reset_index(drop=True)
    if missing := [c for c in _REQUIRED if c not in rows and len(rows)]:
        raise ConfigError("SOURCE-ANSWER", f"{where}: rows without {', '.join(missing)}")
    if "symbol" not in rows and len(symbols) == 1:
        rows = rows.assign(symbol=symbols[0])
    if "symbol" not in rows:
        raise ConfigError("SOURCE-ANSWER", f"{where}: rows without symbol")
    foreign = set(rows["symbol"].astype("str")) - set(symbols)
    if foreign:
        text = f"{where}: {printable(symbols[0])}: answer is for another symbol ({printable(min(foreign))})"
        raise UnavailableError("SOURCE-SYMBOL", f"{text}; try again later")
    return answer._replace(rows=rows)


def raw_bars(
    name: str, symbol: str, answer: SourceBars, config: FetchConfig, now: dt.datetime
) -> tuple[pd.DataFrame, int]:
    """Return the finished bars of a symbol in the window with adjusted prices, and the number of others.

    Raises NoInputError without a bar, DataError for rows that are no bars, UsageError for an adjustment that
    the source cannot give.
    """
    where = f"{printable(name)}: {printable(symbol)}"
    rows = answer.rows[answer.rows["symbol"].astype("str") == symbol]
    if not len(rows):
        raise _nothing(where, config)
    rows = adjusted(_typed(rows, where, config.interval), answer.adjustment, config.adjust, where)
    finished = is_finished(rows["date"], config.interval, now) | config.include_unfinished
    unfinished = int((~finished).sum())
    rows = _in_window(rows[finished], config)
    if not len(rows):
        raise _nothing(where, config)
    own = rows[["symbol", "date", *(c for c in rows if c not in {"symbol", "date"})]]
    own.index = pd.Index(symbol + " " + own["date"].astype("str"))  # stands for the line of a file
    to_bars(own, where=printable(name), bad_rows=config.bad_rows)  # a symbol with wrong rows costs no other
    return own, unfinished


def _typed(rows: pd.DataFrame, where: str, interval: str) -> pd.DataFrame:
    numbers = {c: cast(rows[c], ColumnType.NUMBER, where) for c in _NUMBERS if c in rows}
    dates = _dates(rows["date"], where, interval)
    if dates.isna().any():
        raise DataError("SOURCE-DATE", f"{where}: {int(dates.isna().sum())} of {len(rows)} rows have no date")
    return rows.assign(symbol=rows["symbol"].astype("str"), date=dates, **numbers)


def _dates(column: pd.Series[Any], where: str, interval: str) -> pd.Series[Any]:
    """Return days for intervals of a day and more, else moments in UTC."""
    by_day = split_interval(interval)[1] in LONG
    if by_day and getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_localize(None)  # the day at the exchange
    dates = cast(column, BARS.columns["date"], where)
    if by_day and (dates.dropna() != dates.dropna().dt.normalize()).any():
        raise DataError("SOURCE-DATE", f"{where}: dates of {interval} bars have times; give days")
    return dates


def _in_window(rows: pd.DataFrame, config: FetchConfig) -> pd.DataFrame:
    days = rows["date"].dt.normalize()
    first, last = pd.Timestamp(config.start or dt.date.min), pd.Timestamp(config.end or dt.date.max)
    return rows[(days >= first) & (days <= last)]


def _nothing(where: str, config: FetchConfig) -> NoInputError:
    window = f"from {config.start or 'the beginning'} to {config.end or 'now'}"
    text = (
        f"{where}: no finished {config.interval} bars {window}; check the symbol, or ask for another window"
    )
    return NoInputError("SOURCE-NOBARS", text)


def unfinished_lines(name: str, numbers: dict[str, int]) -> list[str]:
    """Return a line that counts unfinished bars; none without one."""
    total = sum(numbers.values())
    what = ", ".join(printable(symbol) for symbol, number in list(numbers.items())[:5] if number)
    text = (
        f"{printable(name)}: left out: {count(total, 'unfinished bar')} ({what}); --include-unfinished keeps"
    )
    return [f"{text} them"] if total else []
