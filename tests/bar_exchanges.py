"""Downloads of exchanges, banks and charting programs."""

from __future__ import annotations

import pandas as pd

from bar_brands import clock, without_volume
from bar_layouts import BIG, DAILY, FOREX, MINUTE, Layout, comma, number, rows, text, us_date

PLAIN = rows(DAILY, "%Y-%m-%d")
COMMA = rows(DAILY, "%Y-%m-%d", show=lambda v: number(v).replace(".", ","))


def turnover(line: list[str]) -> str:
    """Close times volume, as a whole number."""
    return f"{float(line[4].replace(',', '.')) * float(line[5]):.0f}"


EXCHANGES: dict[str, Layout] = {
    "comma of an American date": Layout(
        text(rows(DAILY, us_date), header="Date,Open,High,Low,Close,Volume"), DAILY
    ),
    "Ariva": Layout(
        text(
            [[*line, turnover(line)] for line in COMMA],
            ";",
            "Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen",
        ),
        DAILY,
    ),
    "Euronext": Layout(
        text(
            [[*line[:5], line[4], line[5], "100", "80.1"] for line in rows(DAILY, "%d/%m/%Y")],
            ";",
            'Date;Open;High;Low;Last;Close;"Number of Shares";Turnover;vwap',
            above=['"Historical Data"', '"From 2021-03-01 to 2021-06-04"', "NL0000000000"],
        ),
        DAILY,
    ),
    "Moscow": Layout(
        text(
            [
                ["TQBR", *line[:1], "Zed", "ZQX", "12", line[1], line[3], line[2], line[4], line[5]]
                for line in PLAIN
            ],
            ";",
            "BOARDID;TRADEDATE;SHORTNAME;SECID;NUMTRADES;OPEN;LOW;HIGH;CLOSE;VOLUME",
            above=["history", ""],
        ),
        {"ZQX": DAILY},
    ),
    "Warsaw": Layout(
        text(
            [[line[0], "ZQX", "PLN", *line[1:5], "0,5", line[5]] for line in COMMA],
            ";",
            "Data;Nazwa;Waluta;Kurs otwarcia;Kurs max;Kurs min;Kurs zamknięcia;Zmiana;Wolumen",
        ),
        {"ZQX": DAILY},
    ),
    "Taiwan": Layout(
        text(
            [
                [f"{d.year - 1911}/{d:%m/%d}", line[5], "1,000", *line[1:5], "+0.5", "12", ""]
                for d, line in zip(DAILY["date"], PLAIN, strict=True)
            ],
            header='"日期","成交股數","成交金額","開盤價","最高價","最低價","收盤價","漲跌價差","成交筆數",',
            quote='"',
            above=['"110年03月 2330 Zed 各日成交資訊"'],
            below=['"說明:"'],
        ).replace(b',""', b","),
        DAILY,
        1,
    ),
    "Finam": Layout(
        text(
            [
                ["ZQX", "D", f"{d:%y%m%d}", "0", *line[1:]]
                for d, line in zip(DAILY["date"], PLAIN, strict=True)
            ],
            ";",
            "<TICKER>;<PER>;<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>",
        ),
        {"ZQX": DAILY},
    ),
    "Amibroker": Layout(
        text(
            [["ZQX", *line] for line in rows(DAILY, "%Y%m%d")],
            above=[
                "$FORMAT Ticker, Date_YMD, Open, High, Low, Close, Volume",
                "$SKIPLINES 0",
                "$SEPARATOR ,",
            ],
        ),
        {"ZQX": DAILY},
        1,
    ),
    "ThinkOrSwim": Layout(
        text(
            rows(DAILY, "%m/%d/%y"), header="Date,Open,High,Low,Close,Volume", above=["ZQX, Daily, 1 Y", ""]
        ),
        DAILY,
    ),
    "Interactive Brokers": Layout(
        text(rows(MINUTE, "%Y%m%d  %H:%M:%S"), header="Date,Open,High,Low,Close,Volume"), MINUTE
    ),
    "Boursorama": Layout(
        text(
            [[f"{d:%d/%m/%Y} 00:00", *line[1:], ""] for d, line in zip(DAILY["date"], PLAIN, strict=True)],
            "\t",
            "date\touv\thaut\tbas\tclot\tvol\tdevise\t",
        ),
        DAILY,
    ),
    "Finanzen": Layout(
        text(
            [[line[0], line[1], line[4], line[2], line[3]] for line in rows(BIG, "%d.%m.%Y", show=comma)],
            ";",
            "Datum;Eröffnung;Schluss;Tageshoch;Tagestief",
        ),
        without_volume(BIG),
    ),
    "spreadsheet of a search engine": Layout(
        text(
            [
                [f"{d.month}/{d.day}/{d.year} 16:00:00", *line[1:]]
                for d, line in zip(DAILY["date"], PLAIN, strict=True)
            ],
            "\t",
            "Date\tOpen\tHigh\tLow\tClose\tVolume",
        ),
        DAILY.assign(date=DAILY["date"] + pd.Timedelta("16h")),
    ),
    "HistData for MetaStock": Layout(
        text(
            [["EURUSD", *line[:6], "0"] for line in clock(FOREX, "%Y%m%d", "%H%M")],
            header="<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
        ),
        {"EURUSD": FOREX.assign(volume=0.0)},
    ),
    "Korea": Layout(
        text(
            [[line[0], line[4], "100", "0.5", *line[1:4], line[5], "12"] for line in rows(DAILY, "%Y/%m/%d")],
            header='"일자","종가","대비","등락률","시가","고가","저가","거래량","거래대금"',
            newest_first=True,
        ),
        DAILY,
    ),
    "coins of a page": Layout(
        text(
            [
                [
                    us_date(bar["date"]),
                    *(f"${bar[n]:,.2f}" for n in ("open", "high", "low", "close")),
                    f"${bar['volume']:,.0f}",
                    "$1,000,000",
                ]
                for bar in BIG.to_dict("records")
            ],
            "\t",
            "Date\tOpen*\tHigh\tLow\tClose**\tVolume\tMarket Cap",
        ),
        BIG,
    ),
}
