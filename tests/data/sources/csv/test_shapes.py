"""Shapes of other brands: rare marks, dates in parts, running bars, periods, services, exchanges."""

from __future__ import annotations

import pandas as pd
import pytest

from bar_blanks import BLANKS
from bar_dates import DATES
from bar_exchanges import EXCHANGES
from bar_languages import WORDS
from bar_layouts import DAILY, NUMBERS, Layout, rows, text
from bar_parts import LIVE, PARTS
from bar_services import SERVICES
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.reader import parse_bars
from signalcli.errors import DataError

COLUMNS = ["symbol", "date", *NUMBERS]
GROUPS = {
    "blanks": BLANKS,
    "parts": PARTS,
    "live": LIVE,
    "dates": DATES,
    "services": SERVICES,
    "exchanges": EXCHANGES,
    "languages": WORDS,
}
ALL = [(f"{group}, {name}", shape) for group, shapes in GROUPS.items() for name, shape in shapes.items()]
SHAPES = [pytest.param(shape, id=name) for name, shape in ALL]
HEADER = "Date,Open,High,Low,Close,Volume"


def expected(bars: pd.DataFrame | dict[str, pd.DataFrame]) -> pd.DataFrame:
    tables = bars if isinstance(bars, dict) else {"bars": bars}
    parts = [part.assign(symbol=symbol) for symbol, part in sorted(tables.items())]
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype({"symbol": "str"})


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_read_without_a_flag(shape: Layout) -> None:
    raw = parse_bars(shape.content, "f.csv")
    notes = raw.attrs.get("notes", [])
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars")
    bars = to_bars(raw, where="f.csv").bars[COLUMNS]
    pd.testing.assert_frame_equal(bars, expected(shape.bars), check_exact=True)
    assert len(notes) == shape.notes


def test_a_running_bar_is_counted_with_its_place() -> None:
    (note,) = parse_bars(LIVE["two symbols"].content, "f.csv").attrs["notes"]
    assert note == (
        "f.csv:71: '2021-06-04 15:59:58' is a running bar of daily bars (2 rows in all); "
        "read as the bar of that day"
    )


def test_a_cell_that_is_missing_between_blanks_moves_no_other() -> None:
    lines = [line[:5] if i == 10 else line for i, line in enumerate(rows(DAILY, "%Y-%m-%d"))]
    with pytest.raises(DataError, match=r"f.csv:12: expected 6 columns, got 5"):
        parse_bars(text(lines, "   ", HEADER.replace(",", "   ")), "f.csv")


def test_a_clock_among_daily_bars_is_no_running_bar() -> None:
    lines = rows(DAILY, "%Y-%m-%d")
    lines[30][0] += " 15:59:58"
    with pytest.raises(DataError, match=r"f.csv:32: '2021-04-12 15:59:58' is not a date like '2021-03-01'"):
        parse_bars(text(lines, header=HEADER), "f.csv")


def test_intraday_bars_keep_their_clocks() -> None:
    """Bars of 12 hours, and one bar a day at changing hours, are no daily bars with a running one."""
    for stamps in (
        pd.date_range("2024-01-01", periods=7, freq="12h"),
        pd.DatetimeIndex(["2024-01-01 09:00", "2024-01-02 14:00", "2024-01-03 10:00", "2024-01-04 15:00"]),
    ):
        lines = [[str(d), *r[1:]] for d, r in zip(stamps, rows(DAILY, "%Y"), strict=False)]
        raw = parse_bars(text(lines, header=HEADER), "f.csv")
        assert raw["date"].tolist() == list(stamps)
        assert "notes" not in raw.attrs


def test_a_whole_date_wins_over_its_parts() -> None:
    """Columns of the calendar beside a date are features."""
    lines = [[*r, "1", "5", "2020"] for r in rows(DAILY, "%Y-%m-%d")]
    raw = parse_bars(text(lines, header=f"{HEADER},Month,Day,Year"), "f.csv")
    assert raw["date"].tolist() == DAILY["date"].tolist()
    assert {"Month", "Day", "Year"} <= set(raw)


def test_six_digits_of_few_rows_are_not_guessed() -> None:
    with pytest.raises(
        DataError, match=r"'[0-9]{6}' is not in a known date format; use --date-format '%d%m%y'"
    ):
        parse_bars(text(rows(DAILY[10:29], "%d%m%y"), header=HEADER), "f.csv")


def test_dates_that_a_spreadsheet_rounded_are_refused() -> None:
    lines = rows(DAILY, lambda date: f"{date.timestamp():.2e}")
    with pytest.raises(DataError, match=r"f.csv:3: '1.61e.09': a spreadsheet has rounded the dates"):
        parse_bars(text(lines, header=HEADER), "f.csv")


OTHERS = {
    "single trades": (["time", "price", "size"], "single trades"),
    "trades with a side": (["timestamp", "symbol", "side", "price", "amount"], "single trades"),
    "quotes": (["Time", "Bid", "Ask", "BidVolume", "AskVolume"], "quotes"),
    "levels": (["timestamp", "bid_px_00", "bid_sz_00", "ask_px_00", "ask_sz_00"], "levels of an order book"),
}


@pytest.mark.parametrize(("names", "kind"), OTHERS.values(), ids=OTHERS)
def test_a_table_of_something_else_is_named(names: list[str], kind: str) -> None:
    lines = [[str(1_704_067_200_000 + 100 * i), *("1.5" for _ in names[1:])] for i in range(60)]
    with pytest.raises(DataError, match=rf"f.csv:1: {kind} .*not bars|f.csv:1: {kind}, not bars"):
        parse_bars(text(lines, header=",".join(names)), "f.csv")


def test_levels_of_an_order_book_without_a_header_are_no_bars() -> None:
    lines = [
        [str(1_704_067_200 + i), *(f"{100 + (7 * i) % 13 + k}" for k in (2, 1, 4, 3))] for i in range(60)
    ]
    with pytest.raises(DataError, match="values do not show what the columns are"):
        parse_bars(text(lines), "f.csv")


def test_one_price_is_taken_for_all_four_by_the_flag_that_the_line_names() -> None:
    content = text([[r[0], r[4]] for r in rows(DAILY, "%Y-%m-%d")], header="Date,Close")
    with pytest.raises(DataError, match="use --columns open=Close,high=Close,low=Close,close=Close to take"):
        parse_bars(content, "f.csv")
    columns = dict.fromkeys(["open", "high", "low", "close"], "Close")
    raw = parse_bars(content, "f.csv", columns=columns)
    assert (raw["open"] == DAILY["close"].to_numpy()).all()
    with pytest.raises(DataError, match="no column for close"):
        parse_bars(content, "f.csv", columns={"open": "Close", "high": "Close", "low": "Close"})


def test_what_a_service_says_instead_of_rows_is_shown() -> None:
    with pytest.raises(DataError, match="no rows, but a message: Invalid call"):
        parse_bars(b'{"Error Message": "Invalid call"}', "f.json")
    with pytest.raises(DataError, match="an order book"):
        parse_bars(b'{"bids": [["1", "2"]], "asks": [["2", "2"]]}', "f.json")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_midnights_of_a_zone_keep_their_day_in_a_table_with_types(zone: str) -> None:
    table = DAILY.assign(date=DAILY["date"].dt.tz_localize(zone))
    assert parse_bars(table, "f.parquet")["date"].tolist() == DAILY["date"].tolist()
    running = table["date"].where(table.index < 69, table["date"] + pd.Timedelta("15:59:58"))
    raw = parse_bars(table.assign(date=running), "f.parquet")
    assert raw["date"].tolist() == DAILY["date"].tolist()
    assert len(raw.attrs["notes"]) == 1
