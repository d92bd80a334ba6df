"""JSON and CSV as further services send them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bar_brands import dump
from bar_cases import SHORT, arrays
from bar_layouts import DAILY, HOURLY, NUMBERS, TWO, Layout, rows, text

NAMES = ["date", *NUMBERS]
CELLS = [[line[0], *map(float, line[1:])] for line in rows(DAILY, "%Y-%m-%d")]
HOURS = list(zip(HOURLY["date"], HOURLY.to_dict("records"), strict=True))


def seconds(date: pd.Timestamp) -> int:
    """Seconds since 1970."""
    return int(date.timestamp())


def objects(volume_name: str, **more: Any) -> list[dict[str, Any]]:
    """Objects of hourly bars whose volume has a name of its own."""
    return [
        {"time": seconds(date)} | {n: bar[n] for n in NUMBERS[:4]} | {volume_name: bar["volume"]}
        | {name: make(bar) for name, make in more.items()}
        for date, bar in HOURS
    ]  # fmt: skip


SERVICES: dict[str, Layout] = {
    "names beside rows": Layout(dump({"dataset_data": {"column_names": NAMES, "data": CELLS[::-1]}}), DAILY),
    "names beside rows, code": Layout(
        dump({"dataset": {"dataset_code": "ZQX", "name": "Zed", "column_names": NAMES, "data": CELLS}}),
        {"ZQX": DAILY},
    ),
    "descriptions of columns": Layout(
        dump(
            {
                "datatable": {
                    "data": [["ZQX", *line] for line in CELLS],
                    "columns": [{"name": name, "type": "double"} for name in ["ticker", *NAMES]],
                }
            }
        ),
        {"ZQX": DAILY},
    ),
    "values of a time series database": Layout(
        dump({"results": [{"series": [{"name": "bars", "columns": ["time", *NUMBERS], "values": CELLS}]}]}),
        DAILY,
    ),
    "close before high": Layout(
        dump({"code": "200000", "data": arrays(HOURLY, 1, "ochlv", as_text=True)[::-1]}), HOURLY
    ),
    "low before open": Layout(text(rows(HOURLY, lambda d: str(seconds(d)), "lhocv")), HOURLY),
    "turnover is called volume": Layout(
        dump(objects("quoteVolume", volume=lambda bar: bar["volume"] * bar["close"])), HOURLY
    ),
    "amount is the volume": Layout(
        dump({"ch": "kline", "data": objects("amount", vol=lambda bar: bar["volume"] * bar["close"])}), HOURLY
    ),
    "letters of both cases": Layout(
        dump(
            [
                {SHORT[n]: bar[n] for n in NUMBERS}
                | {"t": seconds(date) * 1000, "T": seconds(date) * 1000 + 3_599_999, "s": "ZQX", "V": "1"}
                for date, bar in HOURS
            ]
        ),
        {"ZQX": HOURLY},
    ),
    "capital T is the ticker": Layout(
        dump(
            {
                "results": [
                    {"T": symbol, "t": seconds(bar["date"]) * 1000} | {SHORT[n]: bar[n] for n in NUMBERS}
                    for symbol, bars in TWO.items()
                    for bar in bars.to_dict("records")
                ]
            }
        ),
        TWO,
    ),
    "ticker of small letters": Layout(
        dump([{"ticker": "zqxusd", "priceData": objects("volume")}]), {"zqxusd": HOURLY}
    ),
    "volume of base tokens": Layout(
        dump({"candles": objects("baseTokenVolume", usdVolume=lambda _: 1.5)}), HOURLY
    ),
    "period and first trade": Layout(
        text(
            [
                [
                    f"{date:%Y-%m-%dT%H:%M:%S}.0000000Z",
                    f"{date:%Y-%m-%dT%H:59:59}.0000000Z",
                    f"{date:%Y-%m-%dT%H:%M:%S}.1230000Z",
                    *line[1:],
                ]
                for date, line in zip(HOURLY["date"], rows(HOURLY, "%Y"), strict=True)
            ],
            ";",
            "time_period_start;time_period_end;time_open;price_open;price_high;price_low;price_close;volume_traded",
        ),
        HOURLY,
    ),
    "index of two levels without names": Layout(
        text(
            [
                [symbol, *line]
                for symbol, bars in TWO.items()
                for line in rows(bars, "%Y-%m-%d")
            ],
            header=",,open,high,low,close,volume",
        ),
        TWO,
    ),
    "code of a spreadsheet": Layout(
        text([[line[0], "'600000", *line[1:]] for line in rows(DAILY, "%Y-%m-%d")], header="日期,股票代码,开盘价,最高价,最低价,收盘价,成交量"),  # noqa: E501
        {"600000": DAILY},
    ),
}  # fmt: skip
