"""Further layouts of brokers, exchanges, price pages and libraries, and files of other languages."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from bar_cases import ALPHA, LONG, SHORT, arrays, records
from bar_layouts import (
    BIG,
    DAILY,
    FOREX,
    HOURLY,
    MINUTE,
    NUMBERS,
    OTHER,
    TWO,
    Layout,
    comma,
    epoch,
    grouped,
    number,
    rounded,
    rows,
    suffixed,
    text,
    us_date,
)  # fmt: skip

NOTHING = float("nan")


def dump(value: Any, **how: Any) -> bytes:
    """JSON as bytes."""
    return json.dumps(value, **how).encode()


def clock(bars: pd.DataFrame, date: str, time: str) -> list[list[str]]:
    """Rows with date and time in two columns."""
    return [
        [f"{d:{date}}", f"{d:{time}}", *r[1:]] for d, r in zip(bars["date"], rows(bars, "%Y"), strict=True)
    ]


def without_volume(bars: pd.DataFrame) -> pd.DataFrame:
    """Bars of a source that has no volume."""
    return bars.assign(volume=NOTHING)


def eu_suffixed(value: float) -> str:
    """``2,45M`` and ``1.450,20``."""
    return suffixed(value).translate(str.maketrans(",.", ".,"))


def price_page(header: str, date: str, show: Any, order: str = "cohlv") -> Layout:
    """A price page in some language: quoted, newest first, volume in millions, a change at the end."""
    lines = [[*r, "+0,35%"] for r in rows(rounded(BIG), date, order, show=show)]
    return Layout(b"\xef\xbb\xbf" + text(lines, header=header, quote='"', newest_first=True), rounded(BIG))


def sheet(header: str, date: str = "%d.%m.%Y") -> Layout:
    """A spreadsheet with decimal commas."""
    return Layout(text(rows(DAILY, date, show=lambda v: number(v).replace(".", ",")), ";", header), DAILY)


def table(header: str, date: str = "%Y-%m-%d") -> Layout:
    """A table with commas between plain cells."""
    return Layout(text(rows(DAILY, date), header=header), DAILY)


RUSSIAN_MONTHS = dict(
    zip(
        range(1, 13),
        [
            "января",
            "февраля",
            "марта",
            "апреля",
            "мая",
            "июня",
            "июля",
            "августа",
            "сентября",
            "октября",
            "ноября",
            "декабря",
        ],
        strict=True,
    )
)
POLISH_MONTHS = dict(
    zip(
        range(1, 13),
        ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
        strict=True,
    )
)
GERMAN_MONTHS = dict(
    zip(
        range(1, 13),
        [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        strict=True,
    )
)
FRENCH_MONTHS = dict(
    zip(
        range(1, 13),
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        strict=True,
    )
)
AMERICAN = "US/Eastern"

DELIMITED: dict[str, Layout] = {
    "stooq": Layout(
        text(
            [["ZQX.US", "D", *r[:2], *r[2:], "0"] for r in clock(DAILY, "%Y%m%d", "%H%M%S")],
            header="<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        ),
        {"ZQX.US": DAILY},
    ),
    "stooq, Polish": table("Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen"),
    "metastock": Layout(
        text(
            [["ZQX", "D", f"{r[0]}", *r[1:], "0"] for r in rows(DAILY, "%Y%m%d")],
            header="<TICKER>,<PER>,<DTYYYYMMDD>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        ),
        {"ZQX": DAILY},
    ),
    "metastock without header": Layout(text([["ZQX", *r] for r in rows(DAILY, "%Y%m%d")]), {"ZQX": DAILY}),
    "finam": Layout(
        text(
            [["ZQX", "60", *r] for r in clock(HOURLY, "%Y%m%d", "%H%M%S")],
            ";",
            "<TICKER>;<PER>;<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>",
        ),
        {"ZQX": HOURLY},
    ),
    "tradestation": Layout(
        text(clock(MINUTE, "%m/%d/%Y", "%H:%M"), header='"Date","Time","Open","High","Low","Close","Vol"'),
        MINUTE,
    ),
    "sierra chart": Layout(
        text(
            [[*r, "12", "500", "600"] for r in clock(MINUTE, "%Y/%m/%d", "%H:%M:%S.0")],
            ", ",
            "Date, Time, Open, High, Low, Last, Volume, NumberOfTrades, BidVolume, AskVolume",
        ),
        MINUTE,
    ),
    "kibot": Layout(text(clock(MINUTE, "%m/%d/%Y", "%H:%M")), MINUTE),
    "esignal": Layout(
        text(clock(MINUTE, "%m/%d/%y", "%I:%M:%S %p"), "\t", "Date\tTime\tOpen\tHigh\tLow\tClose\tVolume"),
        MINUTE,
    ),
    "histdata": Layout(text(rows(FOREX, "%Y%m%d %H%M%S"), ";"), FOREX),
    "firstrate": Layout(text(rows(MINUTE, "%Y-%m-%d %H:%M:%S")), MINUTE),
    "kraken archive": Layout(text([[*r, "12"] for r in rows(HOURLY, epoch())]), HOURLY, 1),
    "binance archive in microseconds": Layout(
        text([[*r, "9", "8"] for r in rows(HOURLY, epoch(1_000_000))]), HOURLY, 1
    ),
    "bitstamp archive": Layout(
        text(
            [
                [r[0], f"{d:%Y-%m-%d %H:%M:%S}", "ZQX/EUR", *r[1:5], "8.5", r[5]]
                for r, d in zip(rows(HOURLY, epoch()), HOURLY["date"], strict=True)
            ],
            header="unix,date,symbol,open,high,low,close,Volume EUR,Volume ZQX",
            above=["https://www.example.com"],
        ),
        {"ZQX/EUR": HOURLY},
    ),
    "coin with volumes in units": Layout(
        text(
            [[*r, "12.5", "80.1"] for r in rows(HOURLY, epoch())],
            header="Timestamp,Open,High,Low,Close,Volume_(ZQX),Volume_(Currency),Weighted_Price",
        ),
        HOURLY,
    ),
    "coinmarketcap": Layout(
        text(
            [
                [
                    f'"{d:%Y-%m-%dT00:00:00.000Z}"',
                    f'"{d:%Y-%m-%dT23:59:59.999Z}"',
                    *r[1:],
                    "9.9",
                    f'"{d:%Y-%m-%dT23:59:59.999Z}"',
                ]
                for d, r in zip(DAILY["date"], rows(DAILY, "%Y"), strict=True)
            ],
            ";",
            "timeOpen;timeClose;open;high;low;close;volume;marketCap;timeHigh",
        ),
        DAILY,
    ),
    "bloomberg": Layout(
        text(
            rows(DAILY, "%m/%d/%Y"),
            header="Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME",
            above=["Security,ZQX US Equity", "Start Date,03/01/2021", ""],
        ),
        DAILY,
    ),
    "bloomberg, merged titles": Layout(
        text(
            [
                [r[0], *r[1:], *o[1:]]
                for r, o in zip(rows(DAILY, "%m/%d/%Y"), rows(OTHER, "%m/%d/%Y"), strict=True)
            ],
            header="Dates,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME",
            above=[",ZQX US Equity,,,,,WVU US Equity,,,,"],
        ),
        {"ZQX US Equity": DAILY, "WVU US Equity": OTHER},
    ),
    "refinitiv": Layout(
        text(
            rows(DAILY, "%Y-%m-%dT00:00:00Z"),
            header="Timestamp,TRADE_OPEN,TRADE_HIGH,TRADE_LOW,TRADE_CLOSE,ACVOL_UNS",
        ),
        DAILY,
    ),
    "interactive brokers": Layout(
        text(
            [[str(i), *r, "80.1", "900"] for i, r in enumerate(rows(MINUTE, "%Y-%m-%d %H:%M:%S+00:00"))],
            header=",date,open,high,low,close,volume,average,barCount",
        ),
        MINUTE,
    ),
    "interactive brokers, zone": Layout(
        text(
            rows(
                MINUTE,
                lambda d: (
                    d.tz_localize("UTC")
                    .tz_convert("America/New_York")
                    .strftime("%Y%m%d %H:%M:%S America/New_York")
                ),
            ),
            header="date,open,high,low,close,volume",
        ),
        MINUTE,
    ),
    "tushare": Layout(
        text(
            [["600000.SH", r[0], *r[1:5], "80.0", "0.1", "0.2", r[5], "99.5"] for r in rows(DAILY, "%Y%m%d")],
            header="ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount",
            newest_first=True,
        ),
        {"600000.SH": DAILY},
    ),
    "akshare": Layout(
        text(
            [[r[0], r[1], r[4], r[2], r[3], r[5], "9.9"] for r in rows(DAILY, "%Y-%m-%d")],
            header="日期,开盘,收盘,最高,最低,成交量,换手率",
        ),
        DAILY,
    ),
    "quandl": Layout(
        text(
            [[*r, "0.0", "1.0", *r[1:5]] for r in rows(DAILY, "%Y-%m-%d")],
            header="Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,Adj. Open,Adj. High,Adj. Low,Adj. Close",  # noqa: E501
        ),
        DAILY,
    ),
    "quantmod": Layout(
        text(
            [*([*r, r[4]] for r in rows(DAILY, "%Y-%m-%d"))],
            header='"","ZQX.Open","ZQX.High","ZQX.Low","ZQX.Close","ZQX.Volume","ZQX.Adjusted"',
        ),
        {"ZQX": DAILY},
    ),
    "flat names of two symbols": Layout(
        text(
            [
                [r[0], *r[1:], *o[1:]]
                for r, o in zip(rows(DAILY, "%Y-%m-%d"), rows(OTHER, "%Y-%m-%d"), strict=True)
            ],
            header="Date,Open_ZQX,High_ZQX,Low_ZQX,Close_ZQX,Volume_ZQX,Open_WVU,High_WVU,Low_WVU,Close_WVU,Volume_WVU",
        ),
        TWO,
    ),
    "wall street page": Layout(
        text(
            rows(DAILY, "%m/%d/%y", show=lambda v: f" {number(v)}"),
            header="Date, Open, High, Low, Close, Volume",
        ),
        DAILY,
    ),
    "marketwatch": Layout(
        text(
            rows(BIG, "%m/%d/%Y", show=lambda v: f'"{grouped(v)}"'),
            header="Date,Open,High,Low,Close,Volume",
            newest_first=True,
        ),
        BIG,
    ),
    "google finance": Layout(
        text(rows(DAILY, "%m/%d/%Y 16:00:00"), header="Date,Open,High,Low,Close,Volume"),
        DAILY.assign(date=DAILY["date"] + pd.Timedelta(hours=16)),
    ),
    "twelve data": Layout(
        text(
            rows(MINUTE, "%Y-%m-%d %H:%M:%S"), ";", "datetime;open;high;low;close;volume", newest_first=True
        ),
        MINUTE,
    ),
    "dukascopy, GMT": Layout(
        text(rows(FOREX, "%d.%m.%Y %H:%M:%S.000"), header="Gmt time,Open,High,Low,Close,Volume"), FOREX
    ),
    "databento": Layout(
        text(
            [[r[0], "34", "1", "7", *r[1:], "ZQX"] for r in rows(MINUTE, "%Y-%m-%dT%H:%M:%S.000000000Z")],
            header="ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
        ),
        {"ZQX": MINUTE},
    ),
    "comdirect": Layout(
        text(
            rows(BIG, "%d.%m.%Y", show=comma),
            ";",
            '"Datum";"Eröffnung";"Hoch";"Tief";"Schluss";"Volumen"',
            quote='"',
            above=['"ZQX AG (WKN: 000000) - Xetra"', ""],
            newest_first=True,
        ),
        BIG,
    ),
    "ariva": Layout(
        text(
            rows(DAILY, "%Y-%m-%d", show=lambda v: number(v).replace(".", ",")),
            ";",
            "Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke",
            newest_first=True,
        ),
        DAILY,
    ),
    "boursorama": Layout(text(rows(DAILY, "%d/%m/%Y 00:00"), "\t", "date\touv\thaut\tbas\tclot\tvol"), DAILY),
    "nasdaq nordic": Layout(
        text(
            [
                [r[0], r[1], r[1], r[2], r[3], r[4], r[4], r[5], "9"]
                for r in rows(DAILY, "%Y-%m-%d", show=lambda v: number(v).replace(".", ","))
            ],
            ";",
            "Date;Bid;Opening price;High price;Low price;Closing price;Average price;Total volume;Trades",
            above=["sep=;"],
        ),
        DAILY,
    ),
    "bombay": Layout(
        text(
            [[r[0], *r[1:5], "80.0", r[5]] for r in rows(DAILY, "%d-%B-%Y")],
            header="Date,Open Price,High Price,Low Price,Close Price,WAP,No.of Shares",
            newest_first=True,
        ),
        DAILY,
    ),
    "copied page with hints": Layout(
        text(
            [*[[*r[:5], r[4], grouped(float(r[5]))] for r in rows(DAILY, us_date)]],
            "\t",
            "Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close Adjusted close price adjusted for splits and dividend and/or capital gain distributions.\tVolume",  # noqa: E501
            newest_first=True,
        ),
        DAILY,
    ),
    "copied page with dividends": Layout(
        text(
            [
                *[[*r[:5], r[4], grouped(float(r[5]))] for r in rows(DAILY, us_date)][::-1][:20],
                [us_date(DAILY["date"][50]), "0.24 Dividend"],
                *[[*r[:5], r[4], grouped(float(r[5]))] for r in rows(DAILY, us_date)][::-1][20:],
                ["Apr 1, 2021", "2:1 Stock Splits"],
            ],
            "\t",
            "Date\tOpen\tHigh\tLow\tClose\tAdj Close\tVolume",
        ),
        DAILY,
        1,
    ),
    "dividends and units between full rows": Layout(
        text(
            [
                ["", "USD", "USD", "USD", "USD", "shares"],
                *rows(DAILY, "%Y-%m-%d")[:9],
                ["2021-03-10", "0.24 Dividend", "", "", "", ""],
                *rows(DAILY, "%Y-%m-%d")[9:],
                ["Total", "", "", "", "", "99"],
                [""] * 6,
            ],
            header="Date,Open,High,Low,Close,Volume",
        ),
        DAILY,
        1,
    ),
    "header again in the middle": Layout(
        text(
            [
                *rows(DAILY, "%Y-%m-%d")[:30],
                ["Date", "Open", "High", "Low", "Close", "Volume"],
                *rows(DAILY, "%Y-%m-%d")[30:],
            ],
            header="Date,Open,High,Low,Close,Volume",
        ),
        DAILY,
        1,
    ),
    "closing delimiter": Layout(
        text([[*r, ""] for r in rows(DAILY, "%Y-%m-%d")], header="Date,Open,High,Low,Close,Volume"), DAILY
    ),
    "closing delimiter in the header": Layout(
        text([[*r, ""] for r in rows(DAILY, "%Y-%m-%d")], header="Date,Open,High,Low,Close,Volume,"), DAILY
    ),
    "serial days": Layout(
        text(
            rows(DAILY, lambda d: str((d - pd.Timestamp("1899-12-30")).days)),
            header="Date,Open,High,Low,Close,Volume",
        ),
        DAILY,
    ),
    "serial days with a clock": Layout(
        text(
            rows(MINUTE, lambda d: f"{(d - pd.Timestamp('1899-12-30')) / pd.Timedelta(days=1):.9f}"),
            header="Date,Open,High,Low,Close,Volume",
        ),
        MINUTE,
    ),
    "mixed counts since 1970": Layout(
        text(
            [
                [epoch(1000 if i < 40 else 1_000_000)(d), *r[1:]]
                for i, (d, r) in enumerate(zip(HOURLY["date"], rows(HOURLY, "%Y"), strict=True))
            ],
            header="open_time,open,high,low,close,volume",
        ),
        HOURLY,
    ),
    "nanoseconds": Layout(
        text(rows(HOURLY, epoch(10**9)), header="window_start,open,high,low,close,volume"), HOURLY
    ),
    "compact date and clock": Layout(
        text(rows(MINUTE, "%Y%m%d%H%M"), header="time,open,high,low,close,volume"), MINUTE
    ),
    "zone names": Layout(
        text(
            rows(MINUTE, lambda d: f"{d - pd.Timedelta(hours=5):%Y-%m-%d %H:%M:%S} EST"),
            header="time,open,high,low,close,volume",
        ),
        MINUTE,
    ),
    "javascript dates": Layout(
        text(
            rows(
                MINUTE,
                lambda d: (
                    f"{d + pd.Timedelta(hours=1):%a %b %d %Y %H:%M:%S} GMT+0100 (Central European Standard Time)"  # noqa: E501
                ),
            ),
            header="time,open,high,low,close,volume",
        ),
        MINUTE,
    ),
    "weekday before the date": Layout(
        text(rows(DAILY, "%a %d %b %Y"), header="Date,Open,High,Low,Close,Volume"), DAILY
    ),
    "month before the year": Layout(
        text(rows(DAILY, "%d %B %Y"), header="Date,Open,High,Low,Close,Volume"), DAILY
    ),
    "bid and ask": Layout(
        text(
            [[r[0], *r[1:5], *r[1:]] for r in rows(FOREX, "%Y-%m-%d %H:%M")],
            header="Date,Ask Open,Ask High,Ask Low,Ask Close,Bid Open,Bid High,Bid Low,Bid Close,Volume",
        ),
        FOREX,
    ),
    "low before high without a header": Layout(
        text([[r[0], *r[1:]] for r in rows(HOURLY, epoch(), "lhocv")]), HOURLY
    ),
    "old Mac lines": Layout(
        text(rows(DAILY, "%Y-%m-%d"), header="Date,Open,High,Low,Close,Volume").replace(b"\n", b"\r"), DAILY
    ),
}
LANGUAGES: dict[str, Layout] = {
    "de, page": price_page(
        '"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"', "%d.%m.%Y", eu_suffixed
    ),
    "fr, page": price_page(
        '"Date","Dernier","Ouv."," Plus Haut","Plus Bas","Vol.","Variation %"', "%d/%m/%Y", eu_suffixed
    ),
    "es, page": price_page(
        '"Fecha","Último","Apertura","Máximo","Mínimo","Vol.","% var."', "%d.%m.%Y", eu_suffixed
    ),
    "it, page": price_page(
        '"Data","Ultimo","Apertura","Massimo","Minimo","Vol.","Var. %"', "%d.%m.%Y", eu_suffixed
    ),
    "pt, page": price_page(
        '"Data","Último","Abertura","Máxima","Mínima","Vol.","Var%"', "%d.%m.%Y", eu_suffixed
    ),
    "nl, page": price_page(
        '"Datum","Laatst","Open","Hoog","Laag","Vol.","Verandering %"', "%d-%m-%Y", eu_suffixed
    ),
    "pl, page": price_page(
        '"Data","Ostatnio","Otwarcie","Max.","Min.","Wol.","Zmiana%"', "%d.%m.%Y", eu_suffixed
    ),
    "tr, page": price_page(
        '"Tarih","Şimdi","Açılış","Yüksek","Düşük","Hac.","Fark %"', "%d.%m.%Y", eu_suffixed
    ),
    "ru, page": price_page('"Дата","Цена","Откр.","Макс.","Мин.","Объём","Изм. %"', "%d.%m.%Y", eu_suffixed),
    "zh, page": price_page('"日期","收盘","开盘","高","低","交易量","涨跌幅"', "%Y-%m-%d", suffixed),
    "zh, page with characters": price_page(
        '"日期","收盘","开盘","高","低","交易量","涨跌幅"',
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        suffixed,
    ),  # type: ignore[arg-type]
    "ja, page": price_page(
        '"日付け","終値","始値","高値","安値","出来高","変化率 %"',
        lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}日",
        suffixed,
    ),  # type: ignore[arg-type]
    "ko, page": price_page('"날짜","종가","시가","고가","저가","거래량","변동 %"', "%Y- %m- %d", suffixed),
    "sv, page": price_page(
        '"Datum","Senaste","Öppning","Högst","Lägst","Vol.","+/- %"', "%Y-%m-%d", eu_suffixed
    ),
    "cs": sheet("Datum;Otevření;Nejvyšší;Nejnižší;Zavření;Objem"),
    "hu": sheet("Dátum;Nyitó;Maximum;Minimum;Záró;Forgalom", "%Y.%m.%d."),
    "hu, page": price_page(
        '"Dátum","Utolsó","Nyitó","Max","Min","Forgalom","Vált. %"', "%Y. %m. %d.", eu_suffixed
    ),
    "es": sheet("Fecha;Apertura;Máximo;Mínimo;Cierre;Volumen", "%d/%m/%Y"),
    "it": sheet("Data;Apertura;Massimo;Minimo;Chiusura;Volume", "%d/%m/%Y"),
    "pt": sheet("Data;Abertura;Máximo;Mínimo;Fechamento;Volume", "%d/%m/%Y"),
    "fr": sheet("Date;Ouverture;Plus haut;Plus bas;Clôture;Volume", "%d/%m/%Y"),
    "nl": sheet("Datum;Openingskoers;Hoogste;Laagste;Slotkoers;Volume", "%d-%m-%Y"),
    "sv": sheet("Datum;Öppningskurs;Högstkurs;Lägstkurs;Slutkurs;Volym", "%Y-%m-%d"),
    "tr": sheet("Tarih;Açılış;En Yüksek;En Düşük;Kapanış;Hacim"),
    "ru": sheet("Дата;Открытие;Максимум;Минимум;Закрытие;Объем"),
    "zh": table("交易日期,开盘价,最高价,最低价,收盘价,成交量", "%Y/%m/%d"),
    "zh, traditional": table("日期,開盤價,最高價,最低價,收盤價,成交股數", "%Y/%m/%d"),
    "ja": table("日付,始値,高値,安値,終値,出来高", "%Y/%m/%d"),
    "ko": table("일자,시가,고가,저가,종가,거래량", "%Y/%m/%d"),
    "ru, months": Layout(
        text(
            rows(DAILY, lambda d: f"{d.day} {RUSSIAN_MONTHS[d.month]} {d.year} г."),
            ";",
            "Дата;Открытие;Максимум;Минимум;Закрытие;Объем",
        ),
        DAILY,
    ),
    "pl, months": Layout(
        text(
            rows(DAILY, lambda d: f"{d.day} {POLISH_MONTHS[d.month]} {d.year}"),
            ";",
            "Data;Otwarcie;Najwyższy;Najniższy;Zamknięcie;Wolumen",
        ),
        DAILY,
    ),
    "de, months": Layout(
        text(
            rows(DAILY, lambda d: f"{d.day}. {GERMAN_MONTHS[d.month]} {d.year}"),
            ";",
            "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen",
        ),
        DAILY,
    ),
    "fr, months": Layout(
        text(
            rows(DAILY, lambda d: f"{d.day} {FRENCH_MONTHS[d.month]} {d.year}"),
            ";",
            "Date;Ouverture;Plus haut;Plus bas;Clôture;Volume",
        ),
        DAILY,
    ),
    "de, Swiss": Layout(
        text(
            rows(BIG, "%d.%m.%Y", show=lambda v: f"{v:,.2f}".replace(",", "'")),
            ";",
            "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen",
        ),
        BIG,
    ),
    "fr, blanks in numbers": Layout(
        text(
            rows(BIG, "%d/%m/%Y", show=lambda v: f"{v:,.2f}".replace(",", "\u202f").replace(".", ",")),
            ";",
            "Date;Ouverture;Plus haut;Plus bas;Clôture;Volume",
        ),
        BIG,
    ),
    "pl, blanks in numbers": Layout(
        text(
            rows(BIG, "%Y-%m-%d", show=lambda v: f"{v:,.2f}".replace(",", " ").replace(".", ",")),
            ";",
            "Data;Otwarcie;Najwyzszy;Najnizszy;Zamkniecie;Wolumen",
        ),
        BIG,
    ),
    "es, euros": Layout(
        text(
            rows(BIG, "%d/%m/%Y", show=lambda v: f"{comma(v)} €" if v < 1e5 else comma(v)),
            ";",
            "Fecha;Apertura;Máximo;Mínimo;Cierre;Volumen",
        ),
        BIG,
    ),
}
FINN: dict[str, Any] = {"t": [int(d.timestamp()) for d in HOURLY["date"]], "s": "ok"} | {
    k: HOURLY[n].tolist() for n, k in SHORT.items() if n != "date"
}
CHART = {
    "chart": {
        "result": [
            {
                "meta": {"symbol": "ZQX", "currency": "USD", "validRanges": ["1d", "5d"]},
                "timestamp": [int(d.timestamp()) for d in MINUTE["date"]],
                "indicators": {"quote": [{n: MINUTE[n].tolist() for n in NUMBERS}]},
            }
        ],
        "error": None,
    }
}
FRAME = DAILY.set_index("date").rename(columns=str.title)
JSON: dict[str, Layout] = {
    "records": Layout(dump(records(DAILY, "%Y-%m-%d", LONG)), DAILY),
    "lines": Layout("\n".join(json.dumps(r) for r in records(DAILY, "%Y-%m-%d", LONG)).encode(), DAILY),
    "lines of arrays": Layout("\n".join(json.dumps(r) for r in arrays(HOURLY)).encode(), HOURLY),
    "indented": Layout(dump(records(DAILY, "%Y-%m-%d", LONG), indent=1), DAILY),
    "columns": Layout(
        dump({"date": [f"{d:%Y-%m-%d}" for d in DAILY["date"]]} | {n: DAILY[n].tolist() for n in NUMBERS}),
        DAILY,
    ),
    "finnhub": Layout(dump(FINN), HOURLY),
    "yahoo": Layout(dump(CHART), {"ZQX": MINUTE}),
    "alpha vantage": Layout(
        dump(
            {
                "Meta Data": {
                    "1. Information": "Daily Prices",
                    "2. Symbol": "ZQX",
                    "3. Last Refreshed": "2021-06-04",
                },
                "Time Series (Daily)": {
                    r["date"]: {k: v for k, v in r.items() if k != "date"}
                    for r in reversed(records(DAILY, "%Y-%m-%d", ALPHA, True))
                },
            }
        ),
        {"ZQX": DAILY},
    ),
    "polygon": Layout(
        dump(
            {
                "ticker": "ZQX",
                "queryCount": 80,
                "adjusted": True,
                "results": records(MINUTE, "ms", SHORT),
                "status": "OK",
            }
        ),
        {"ZQX": MINUTE},
    ),
    "binance": Layout(
        dump([[*r, r[0] + 3_599_999, "1.5", 7, "2.5", "3.5", "0"] for r in arrays(HOURLY, as_text=True)]),
        HOURLY,
        1,
    ),
    "ccxt in lines": Layout(dump(arrays(HOURLY), indent=2), HOURLY),
    "kraken": Layout(
        dump(
            {
                "error": [],
                "result": {
                    "XZQXUSD": [[*r[:5], r[4], r[5], 12] for r in arrays(HOURLY, 1, as_text=True)],
                    "last": 1704500000,
                },
            }
        ),
        {"XZQXUSD": HOURLY},
        1,
    ),
    "bybit": Layout(
        dump(
            {
                "retCode": 0,
                "result": {
                    "category": "spot",
                    "symbol": "ZQXUSDT",
                    "list": [[str(r[0]), *r[1:], "1.5"] for r in reversed(arrays(HOURLY, as_text=True))],
                },
            }
        ),
        {"ZQXUSDT": HOURLY},
        1,
    ),
    "okx": Layout(
        dump(
            {
                "code": "0",
                "msg": "",
                "data": [
                    [str(r[0]), *r[1:], "1.5", "1.5", "1"] for r in reversed(arrays(HOURLY, as_text=True))
                ],
            }
        ),
        HOURLY,
        1,
    ),
    "coinbase": Layout(dump(list(reversed(arrays(HOURLY, 1, "lhocv")))), HOURLY),
    "bitstamp": Layout(
        dump(
            {
                "data": {
                    "pair": "ZQX/USD",
                    "ohlc": [
                        {k: str(v) for k, v in r.items()} | {"timestamp": str(int(d.timestamp()))}
                        for d, r in zip(
                            HOURLY["date"],
                            records(HOURLY, "ms", {n: n for n in NUMBERS} | {"date": "timestamp"}),
                            strict=True,
                        )
                    ],
                }
            }
        ),
        {"ZQX/USD": HOURLY},
    ),
    "twelve data": Layout(
        dump(
            {
                "meta": {"symbol": "ZQX", "interval": "30min"},
                "values": records(MINUTE, "%Y-%m-%d %H:%M:%S", LONG | {"date": "datetime"}, True)[::-1],
                "status": "ok",
            }
        ),
        {"ZQX": MINUTE},
    ),
    "alpaca": Layout(
        dump(
            {
                "bars": {s: records(t, "%Y-%m-%dT00:00:00Z", SHORT) for s, t in TWO.items()},
                "next_page_token": None,
            }
        ),
        TWO,
    ),
    "oanda": Layout(
        dump(
            {
                "instrument": "ZQX_USD",
                "granularity": "H1",
                "candles": [
                    {
                        "complete": True,
                        "volume": int(b["volume"]),
                        "time": f"{b['date']:%Y-%m-%dT%H:%M:%S}.000000000Z",
                        "mid": {k: str(b[n]) for n, k in SHORT.items() if n not in {"date", "volume"}},
                    }
                    for _, b in FOREX.iterrows()
                ],
            }
        ),
        {"ZQX_USD": FOREX},
    ),
    "financial modeling prep": Layout(
        dump(
            {
                "symbol": "ZQX",
                "historical": [
                    r | {"label": "May 03, 21"} for r in reversed(records(DAILY, "%Y-%m-%d", LONG))
                ],
            }
        ),
        {"ZQX": DAILY},
    ),
    "coingecko": Layout(dump([r[:5] for r in arrays(HOURLY)]), without_volume(HOURLY)),
    "tiingo": Layout(
        dump([r | {"adjClose": r["close"]} for r in records(DAILY, "%Y-%m-%dT00:00:00.000Z", LONG)]), DAILY
    ),
    "pandas": Layout(FRAME.to_json(date_format="iso").encode(), DAILY),
    "pandas, milliseconds": Layout(
        dump({n: {str(int(d.timestamp() * 1000)): v for d, v in FRAME[n].items()} for n in FRAME}), DAILY
    ),
    "pandas, by index": Layout(FRAME.to_json(orient="index", date_format="iso").encode(), DAILY),
    "pandas, split": Layout(FRAME.to_json(orient="split", date_format="iso").encode(), DAILY),
    "pandas, table": Layout(FRAME.to_json(orient="table").encode(), DAILY),
}
BRANDS = DELIMITED | LANGUAGES | {f"json, {name}": layout for name, layout in JSON.items()}
