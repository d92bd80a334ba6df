"""Any table of bars, written in any layout, is read back equal, without a flag."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bar_layouts import NUMBERS
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.header.words import LANGUAGES
from signalcli.data.sources.csv.reader import parse_bars

FIELDS = ["symbol", "date", *NUMBERS]
SYMBOLS = ["ZQX", "WVU", "BRK.B", "600519.SH", "EURUSD=X"]
PLAIN_DATES = [
    "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%Y%m%d", "%Y年%m月%d日", "%d/%m/%y",  # noqa: E501
    "%Y. %m. %d.", "%a %d %b %Y",
]  # fmt: skip
CLOCKS = [
    " %H:%M",
    " %H:%M:%S",
    "T%H:%M:%SZ",
    " %I:%M:%S %p",
    " %H:%M:%S.000",
    " %H:%M:%S UTC",
    "+0530",
    " GMT+0200",
]
COUNTS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
SHAPES = [
    "table",
    "table",
    "no header",
    "stacked by price",
    "stacked by symbol",
    "tuples",
    "suffixes",
    "records",
    "lines",
    "arrays",
    "columns",
]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Bars of one to three symbols on the same dates, the first of which is the 13th of a month."""
    number = draw(st.integers(12, 30))
    intraday = draw(st.booleans())
    start = pd.Timestamp("2001-01-13") + pd.DateOffset(months=draw(st.integers(0, 280)))
    dates = pd.date_range(start, periods=number, freq="7h" if intraday else "D").as_unit("us")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale, decimals = draw(st.sampled_from([(0.0731, 6), (1.07, 5), (80.0, 2), (1450.0, 2), (42_000.0, 1)]))
    names = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3, unique=True))
    return {name: _bars(rng, dates, scale, decimals) for name in sorted(names)}


def _bars(rng: np.random.Generator, dates: pd.DatetimeIndex, scale: float, decimals: int) -> pd.DataFrame:
    close = scale * np.exp(np.cumsum(rng.normal(0, 0.01, len(dates))))
    opens = np.append(scale, close[:-1]) * np.exp(rng.normal(0, 0.002, len(dates)))
    high = np.maximum(opens, close) * (1 + rng.uniform(0.001, 0.02, len(dates)))
    low = np.minimum(opens, close) * (1 - rng.uniform(0.001, 0.02, len(dates)))
    prices = zip(NUMBERS, (opens, high, low, close), strict=False)
    volume = rng.integers(0, 10**7, len(dates)).astype("float64")
    return pd.DataFrame({"date": dates} | {n: np.round(p, decimals) for n, p in prices} | {"volume": volume})


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """How a file is written."""
    return {
        "shape": draw(st.sampled_from(SHAPES)),
        "delimiter": draw(st.sampled_from(",;\t|")),
        "numbers": draw(
            st.sampled_from(["plain", "plain", "thousands", "comma", "dollars", "euros", "apostrophes"])
        ),
        "date": draw(st.sampled_from([*PLAIN_DATES, *COUNTS, "serial"])),
        "clock": draw(st.sampled_from(CLOCKS)),
        "two columns": draw(st.booleans()),
        "language": draw(st.integers(0, len(LANGUAGES) - 1)),
        "word": draw(st.integers(0, 3)),
        "case": draw(
            st.sampled_from([str, str.upper, str.title, lambda name: f"<{name}>", lambda name: f" {name} "])
        ),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "mark": draw(st.sampled_from(["", "\ufeff"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "columns": draw(st.permutations(["date", *NUMBERS])),
        "newest first": draw(st.booleans()),
        "banner": draw(st.sampled_from([[], ["https://www.example.com"], ["Prices of ZQX", ""], ["sep=;"]])),
        "footer": draw(st.sampled_from([[], ["Downloaded on 2024-01-02 from a page"], ["", "Total 12"]])),
    }


def stamp(date: pd.Timestamp, how: dict[str, Any], intraday: bool) -> str:
    """A date as text; every layout of it is exact to the second."""
    if how["date"] in COUNTS:
        return str(int(date.timestamp()) * COUNTS[how["date"]])
    if how["date"] == "serial":
        return f"{(date - pd.Timestamp('1899-12-30')) / pd.Timedelta(days=1):.9f}".rstrip("0").rstrip(".")
    if not intraday:
        return date.strftime(how["date"])
    if how["clock"] in {"+0530", " GMT+0200"}:
        local = date + pd.Timedelta(minutes=330 if how["clock"] == "+0530" else 120)
        return local.strftime(how["date"] + " %H:%M:%S") + how["clock"]
    return date.strftime(how["date"] + how["clock"])


def number(value: float, style: str) -> str:
    """A number as text, exact."""
    plain = repr(float(value)).removesuffix(".0")
    whole, point, rest = plain.partition(".")
    grouped = f"{int(whole):,}{point}{rest}"
    if style in {"comma", "euros"}:
        text = grouped.translate(str.maketrans(",.", ".,"))
        return f"{text} €" if style == "euros" else text
    if style == "apostrophes":
        return grouped.replace(",", "'")
    return {"plain": plain, "thousands": grouped, "dollars": f"${grouped}"}[style]


def name(field: str, how: dict[str, Any]) -> str:
    """The name of a field in the language of the file."""
    words = LANGUAGES[how["language"]].get(field) or LANGUAGES[0][field]
    return how["case"](words[how["word"] % len([w for w in words if w])])


def written(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> bytes:
    """The bars as bytes of a file."""
    shape = how["shape"]
    if shape in {"records", "lines", "arrays", "columns"}:
        return as_json(bars, how)
    if shape.startswith("stacked") or shape in {"tuples", "suffixes"}:
        lines = side_by_side(bars, how)
    else:
        lines = one_below_another(bars, how)
    text = io.StringIO()
    for line in how["banner"] if shape == "table" else []:
        text.write(line + how["end"])
    csv.writer(text, delimiter=how["delimiter"], lineterminator=how["end"], quoting=how["quoting"]).writerows(
        lines
    )
    for line in how["footer"] if shape == "table" else []:
        text.write(line + how["end"])
    return (how["mark"] + text.getvalue()).encode()


def one_below_another(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> list[list[str]]:
    """Rows of a table with one row for each symbol and date; without a header the order is fixed."""
    bare = how["shape"] == "no header"
    columns = ["date", *NUMBERS] if bare else list(how["columns"])
    lines = [] if bare else [[*(["symbol"] if len(bars) > 1 else []), *(name(c, how) for c in columns)]]
    for symbol, part in bars.items():
        cells = cells_of(part, how, columns)
        lines += [[symbol, *row] for row in cells] if len(bars) > 1 else cells
    return lines


def cells_of(part: pd.DataFrame, how: dict[str, Any], columns: list[str]) -> list[list[str]]:
    intraday = bool((part["date"] != part["date"].dt.normalize()).any())
    shown = {c: [number(v, how["numbers"]) for v in part[c]] for c in NUMBERS}
    shown["date"] = [stamp(date, how, intraday) for date in part["date"]]
    rows = [list(row) for row in zip(*(shown[c] for c in columns), strict=True)]
    return rows[::-1] if how["newest first"] else rows


def side_by_side(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> list[list[str]]:
    """Rows with the columns of all symbols beside each other."""
    pairs = [(s, c) for s in bars for c in NUMBERS]
    if how["shape"] == "stacked by price":
        pairs = [(s, c) for c in NUMBERS for s in bars]
    first = next(iter(bars.values()))
    dates = [row[0] for row in cells_of(first, how, ["date"])]
    columns = {
        (s, c): [row[0] for row in cells_of(part, how, [c])] for s, part in bars.items() for c in NUMBERS
    }
    body = [[date, *(columns[pair][i] for pair in pairs)] for i, date in enumerate(dates)]
    return [*titles(pairs, how), *body]


def titles(pairs: list[tuple[str, str]], how: dict[str, Any]) -> list[list[str]]:
    if how["shape"] == "tuples":
        return [["Date", *(str((c.title(), s)) for s, c in pairs)]]
    if how["shape"] == "suffixes":
        return [["Date", *(f"{c.title()}_{s}" for s, c in pairs)]]
    names = [["Price", *(c.title() for _, c in pairs)], ["Ticker", *(s for s, _ in pairs)]]
    return [*(names if how["shape"] == "stacked by price" else names[::-1]), ["Date", *[""] * len(pairs)]]


def as_json(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> bytes:
    """Bars as JSON; several symbols stand in one list of objects."""
    columns = ["date", *NUMBERS]
    plain = how | {"numbers": "plain", "newest first": False}
    rows = {
        s: [[r[0], *map(float, r[1:])] for r in cells_of(part, plain, columns)] for s, part in bars.items()
    }
    if how["shape"] == "arrays":
        return json.dumps(rows if len(rows) > 1 else next(iter(rows.values()))).encode()
    objects = [
        dict(zip(columns, r, strict=True)) | ({"symbol": s} if len(bars) > 1 else {})
        for s in rows
        for r in rows[s]
    ]
    if how["shape"] == "lines":
        return "\n".join(map(json.dumps, objects)).encode()
    if how["shape"] == "columns":
        return json.dumps({key: [row[key] for row in objects] for key in objects[0]}).encode()
    return json.dumps(objects).encode()


def unambiguous(how: dict[str, Any]) -> bool:
    """Whether the file itself says what it means.

    Without a delimiter that decides, or unquoted, a comma between digits means two things; a table in which
    numbers have points as well as commas does not.
    """
    return not (how["numbers"] in {"comma", "euros", "thousands", "dollars"} and how["delimiter"] in "\t|")


def check(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> None:
    how = how if unambiguous(how) else how | {"numbers": "plain"}
    raw = parse_bars(written(bars, how), "any")
    if "symbol" not in raw:
        raw.insert(0, "symbol", next(iter(bars)))
    again = to_bars(raw, where="any").bars[FIELDS].reset_index(drop=True)
    parts = [part.assign(symbol=symbol) for symbol, part in sorted(bars.items())]
    want = pd.concat(parts, ignore_index=True)[FIELDS].astype({"symbol": "str"})
    pd.testing.assert_frame_equal(again, want, check_exact=True)


@given(tables(), layouts())
@settings(max_examples=100)
def test_bars_in_any_layout_are_read_back_equal(bars: dict[str, pd.DataFrame], how: dict[str, Any]) -> None:
    check(bars, how)


@pytest.mark.slow
@given(tables(), layouts())
@settings(max_examples=2000)
def test_bars_in_two_thousand_layouts_are_read_back_equal(
    bars: dict[str, pd.DataFrame], how: dict[str, Any]
) -> None:
    check(bars, how)
