"""One file for each kind of export that must be read without a flag."""

from __future__ import annotations

import json

import pandas as pd

from bar_layouts import (
    BIG,
    DAILY,
    FOREX,
    HOURLY,
    MINUTE,
    NUMBERS,
    TWO,
    Layout,
    epoch,
    grouped,
    number,
    rounded,
    rows,
    suffixed,
    text,
    us_date,
    yf_rows,
)  # fmt: skip


def binance(bars: pd.DataFrame, unit: int) -> list[list[str]]:
    """Twelve columns, numbers with eight decimals."""
    lines = rows(bars, epoch(unit), show=lambda v: f"{v:.8f}")
    tail = ["51328857.86", "512", "603.5", "25664428.93", "0"]
    return [[*line, str(int(line[0]) + 3_599_999), *tail] for line in lines]


def records(
    bars: pd.DataFrame, stamp: str, names: dict[str, str], as_text: bool = False
) -> list[dict[str, object]]:
    """Objects with the names of an interface."""
    out = []
    for _, bar in bars.iterrows():
        date = int(bar["date"].timestamp() * 1000) if stamp == "ms" else bar["date"].strftime(stamp)
        values = {names[c]: (number(bar[c]) if as_text else bar[c]) for c in NUMBERS if c in names}
        out.append({names["date"]: date} | values)
    return out


def arrays(
    bars: pd.DataFrame, unit: int = 1000, order: str = "ohlcv", as_text: bool = False
) -> list[list[object]]:
    """Lists of a count since 1970 and numbers."""
    lines = rows(bars, epoch(unit), order)
    return [[int(first), *(rest if as_text else map(float, rest))] for first, *rest in lines]


SHORT = {"date": "t", "open": "o", "high": "h", "low": "l", "close": "c", "volume": "v"}
LONG = {name: name for name in ("date", *NUMBERS)}
ALPHA = {
    "date": "date",
    "open": "1. open",
    "high": "2. high",
    "low": "3. low",
    "close": "4. close",
    "volume": "5. volume",
}
EXTRA = {"date": DAILY["date"]}

CASES: dict[str, Layout] = {
    "numbered names": Layout(
        text(
            rows(DAILY, "%Y-%m-%d"),
            header="date,1. open,2. high,3. low,4. close,5. volume",
            newest_first=True,
        ),
        DAILY,
    ),
    "footer": Layout(
        text(
            [[*r[:5], "0.1", "0.2%", r[5]] for r in rows(DAILY, "%m/%d/%Y")],
            header="Time,Open,High,Low,Last,Change,%Chg,Volume",
            newest_first=True,
            below=['"Downloaded from example.com as of 06-01-2023 05:10am CDT"'],
        ),
        DAILY,
        notes=1,
    ),
    "names of an exchange": Layout(
        text(
            binance(HOURLY, 1000),
            header="open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore",
        ),
        HOURLY,
    ),
    "no header, milliseconds": Layout(text(binance(HOURLY, 1000)), HOURLY, notes=1),
    "arrays of JSON": Layout(json.dumps(arrays(HOURLY)).encode(), HOURLY, notes=0),
    "banner, volume of base and quote": Layout(
        text(
            [
                [r[0], f"{d:%Y-%m-%d %H:%M:%S}", "ZQX/USD", *r[1:], "38191614.44"]
                for r, d in zip(rows(HOURLY, epoch(1000)), HOURLY["date"], strict=True)
            ],
            header="unix,date,symbol,open,high,low,close,Volume ZQX,Volume USD",
            above=["https://www.example.com"],
            newest_first=True,
        ),
        {"ZQX/USD": HOURLY},
    ),
    "local time with an offset": Layout(
        text(rows(FOREX, "%d.%m.%Y %H:%M:%S.000 GMT+0200"), header="Local time,Open,High,Low,Close,Volume"),
        FOREX,
    ),
    "German spreadsheet": Layout(
        b"\xef\xbb\xbf"
        + text(
            rows(DAILY, "%d.%m.%Y", show=lambda v: number(v).replace(".", ",")),
            ";",
            "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen",
            end="\r\n",
        ),
        DAILY,
    ),
    "price, thousands and millions": Layout(
        b"\xef\xbb\xbf"
        + text(
            [[*r, "-0.35%"] for r in rows(rounded(BIG), "%m/%d/%Y", "cohlv", show=suffixed)],
            header='"Date","Price","Open","High","Low","Vol.","Change %"',
            quote='"',
            newest_first=True,
        ),
        rounded(BIG),
    ),
    "no header, seconds": Layout(text([[*r, "12"] for r in rows(HOURLY, epoch())]), HOURLY, notes=1),
    "a column that knows tomorrow": Layout(
        text(
            [[str(i), *r, "1.5", "1"] for i, r in enumerate(rows(DAILY, "%Y-%m-%d"))],
            header=",Date,Open,High,Low,Close,Volume,Tomorrow,Target",
        ),
        DAILY,
    ),
    "no header, date and time": Layout(
        text([[*r[0].split(), *r[1:]] for r in rows(FOREX, "%Y.%m.%d %H:%M")]),
        FOREX,
    ),
    "tabs, angle brackets, date and time": Layout(
        text(
            [[*r[0].split(), *r[1:5], r[5], "0", "8"] for r in rows(FOREX, "%Y.%m.%d %H:%M:%S")],
            "\t",
            "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
            end="\r\n",
        ),
        FOREX,
    ),
    "dollars": Layout(
        text(
            [
                [d, f"${c}", v, f"${o}", f"${h}", f"${low}"]
                for d, c, v, o, h, low in rows(DAILY, "%m/%d/%Y", "cvohl")
            ],
            header="Date,Close/Last,Volume,Open,High,Low",
            newest_first=True,
        ),
        DAILY,
    ),
    "no header, semicolons": Layout(text(rows(MINUTE, "%Y%m%d %H%M%S"), ";"), MINUTE),
    "names of months, closes of several kinds": Layout(
        b"\xef\xbb\xbf"
        + text(
            [
                [r[0], "EQ", r[1], r[2], r[3], r[1], r[4], r[4], r[4], "999.00", "1.00", grouped(float(r[5]))]
                for r in rows(DAILY, "%d-%b-%Y")
            ],
            header='"Date ","series ","OPEN ","HIGH ","LOW ","PREV. CLOSE ","ltp ","close ","vwap ","52W H ","52W L ","VOLUME "',  # noqa: E501
            quote='"',
            newest_first=True,
        ),
        DAILY,
    ),
    "short names": Layout(
        text(
            [[r[5], "209.9", r[1], r[4], r[2], r[3], r[0], "937"] for r in rows(MINUTE, epoch(1000))],
            header="v,vw,o,c,h,l,t,n",
        ),
        MINUTE,
    ),
    "date of the exchange": Layout(
        text(
            [
                [r[0], r[1], "0.1", "0.2%", r[2], r[3], r[4], f'"{float(r[5]):,.0f}"', "1.0"]
                for r in rows(DAILY, "%d-%b-%Y", "colhv")
            ],
            header="Exchange Date,Close,Net,%Chg,Open,Low,High,Volume,Flow",
            newest_first=True,
        ),
        DAILY,
    ),
    "indicators beside the bars": Layout(
        text(
            [[*r, "NaN", "55.1", ""] for r in rows(MINUTE, epoch())],
            header="time,open,high,low,close,Volume,Volume MA,RSI,Plot",
        ),
        MINUTE,
    ),
    "names of months before the day": Layout(
        text(
            [[*r[:5], r[4], grouped(float(r[5]))] for r in rows(DAILY, us_date)],
            "\t",
            "Date\tOpen\tHigh\tLow\tClose\tAdj Close\tVolume",
            newest_first=True,
        ),
        DAILY,
    ),
    "tuples": Layout(
        text(
            rows(DAILY, "%Y-%m-%d", "chlov"),
            header="Date,\"('Close', 'ZQX')\",\"('High', 'ZQX')\",\"('Low', 'ZQX')\",\"('Open', 'ZQX')\",\"('Volume', 'ZQX')\"",  # noqa: E501
        ),
        {"ZQX": DAILY},
    ),
    "local midnight and splits": Layout(
        text(
            [
                [*r, "0.0", "0.0"]
                for r in rows(DAILY, lambda d: f"{d:%Y-%m-%d} 00:00:00-0{5 if d.month < 4 else 4}:00")
            ],
            header="Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
        ),
        DAILY,
    ),
    "two levels by symbol": Layout(text(yf_rows(by_ticker=True)), TWO),
    "two levels by price": Layout(text(yf_rows(by_ticker=False)), TWO),
    "three header lines, one symbol": Layout(
        text(
            [
                ["Price", "Close", "High", "Low", "Open", "Volume"],
                ["Ticker", *["ZQX"] * 5],
                ["Date", *[""] * 5],
                *rows(DAILY, "%Y-%m-%d", "chlov"),
            ]
        ),
        {"ZQX": DAILY},
    ),
    "a column of long fractions": Layout(
        text(
            [[*r, "-1.2666613011972425"] for r in rows(DAILY, "%Y-%m-%d")],
            header="date,open,high,low,close,volume,Foo",
        ),
        DAILY,
    ),
}
