"""Write bars in the layouts of exports that people bring; every number is made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Rows = list[list[str]]
NUMBERS = ["open", "high", "low", "close", "volume"]


def make_bars(dates: Sequence[Any], seed: int, scale: float = 80.0, decimals: int = 2) -> pd.DataFrame:
    """A random walk whose opens follow the closes before them; the index is 0, 1, …"""
    rng = np.random.default_rng(seed)
    close = scale * np.exp(np.cumsum(rng.normal(0, 0.01, len(dates))))
    opens = np.append(scale, close[:-1]) * np.exp(rng.normal(0, 0.001, len(dates)))
    high = np.maximum(opens, close) * (1 + rng.uniform(0.0005, 0.01, len(dates)))
    low = np.minimum(opens, close) * (1 - rng.uniform(0.0005, 0.01, len(dates)))
    prices = {"open": opens, "high": high, "low": low, "close": close}
    bars = {name: np.round(values, decimals) for name, values in prices.items()}
    volume = rng.integers(1_000, 3_000_000, len(dates)).astype("float64")
    return pd.DataFrame({"date": pd.DatetimeIndex(dates).as_unit("us")} | bars | {"volume": volume})


DAILY = make_bars(pd.bdate_range("2021-03-01", periods=70), 1)
BIG = make_bars(pd.bdate_range("2021-03-01", periods=70), 2, 1450.0)
OTHER = make_bars(pd.bdate_range("2021-03-01", periods=70), 3, 33.0)
HOURLY = make_bars(pd.date_range("2024-01-01", periods=100, freq="h"), 4, 42_000.0)
FOREX = make_bars(pd.date_range("2023-01-10", periods=100, freq="h"), 5, 1.07, 5)
MINUTE = make_bars(pd.date_range("2023-02-20 14:30", periods=80, freq="30min"), 6, 210.0)


class Layout(NamedTuple):
    """A file, and the bars that must be read from it: by symbol, or those of a file without symbols."""

    content: bytes
    bars: pd.DataFrame | dict[str, pd.DataFrame]
    notes: int = 0


def number(value: float, decimals: int | None = None) -> str:
    """A number as most programs print it; with ``decimals`` always that many."""
    return f"{value:.{decimals}f}" if decimals is not None else repr(float(value)).removesuffix(".0")


def rows(
    bars: pd.DataFrame, stamp: Callable[[pd.Timestamp], str] | str, columns: str = "ohlcv", **how: Any
) -> Rows:
    """Rows of date and numbers in an order such as ``ohlcv``."""
    names = dict(zip("ohlcv", NUMBERS, strict=True))
    show = how.get("show", number)
    write = stamp if callable(stamp) else lambda date: date.strftime(stamp)
    return [[write(bar["date"]), *(show(bar[names[c]]) for c in columns)] for _, bar in bars.iterrows()]


def text(lines: Sequence[Sequence[str]], delimiter: str = ",", header: str = "", **how: Any) -> bytes:
    """Rows under a header as bytes; ``quote`` puts every cell in quotes."""
    quote = how.get("quote", "")
    body = [delimiter.join(f"{quote}{cell}{quote}" for cell in line) for line in lines]
    body = body[::-1] if how.get("newest_first") else body
    top = [header] if header else []
    return how.get("end", "\n").join([*how.get("above", []), *top, *body, *how.get("below", []), ""]).encode()


def us_date(date: pd.Timestamp) -> str:
    """``May 3, 2023``."""
    return f"{date:%b} {date.day}, {date.year}"


def epoch(unit: int = 1) -> Callable[[pd.Timestamp], str]:
    """A count since 1970 in seconds times ``unit``."""
    return lambda date: str(int(date.timestamp()) * unit)


def grouped(value: float) -> str:
    """``1,234.5``."""
    return f"{value:,.2f}" if value < 1e5 else f"{value:,.0f}"


def comma(value: float) -> str:
    """``1.234,5``."""
    return grouped(value).translate(str.maketrans(",.", ".,"))


def suffixed(value: float) -> str:
    """``1.45M`` for large numbers, else ``1,234.50``."""
    return f"{value / 1e6:.2f}M" if value > 1e5 else grouped(value)


def rounded(bars: pd.DataFrame) -> pd.DataFrame:
    """Bars with the volumes that ``suffixed`` keeps."""
    volume = [
        float(suffixed(v).removesuffix("M").replace(",", "")) * (1e6 if v > 1e5 else 1)
        for v in bars["volume"]
    ]
    return bars.assign(volume=np.round(volume, 2))


def yf_rows(by_ticker: bool) -> Rows:
    """Header of two levels as yfinance writes it, for two symbols."""
    pairs = (
        [(s, c) for s in ("ZQX", "WVU") for c in NUMBERS]
        if by_ticker
        else [(s, c) for c in NUMBERS for s in ("ZQX", "WVU")]
    )
    tables = {"ZQX": DAILY, "WVU": OTHER}
    levels = (["Ticker", *(s for s, _ in pairs)], ["Price", *(c.title() for _, c in pairs)])
    top = levels if by_ticker else levels[::-1]
    body = [
        [f"{DAILY['date'][i]:%Y-%m-%d}", *(number(tables[s][c][i]) for s, c in pairs)]
        for i in range(len(DAILY))
    ]
    return [*top, ["Date"] + [""] * len(pairs), *body]


TWO = {"ZQX": DAILY, "WVU": OTHER}
