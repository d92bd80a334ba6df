"""Files of every layout give the table that they were written from, without a flag."""

from __future__ import annotations

import pandas as pd
import pytest

from bar_brands import BRANDS
from bar_cases import CASES
from bar_layouts import DAILY, FOREX, NUMBERS, Layout, rows, text
from shell import run
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.reader import parse_bars
from signalcli.errors import DataError

COLUMNS = ["symbol", "date", *NUMBERS]
HEADER = "Date,Open,High,Low,Close,Volume"


def read(content: bytes, **hints: object) -> pd.DataFrame:
    """Clean bars; without a symbol in the file it is ``bars``."""
    raw = parse_bars(content, "f.csv", **hints)
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars")
    return to_bars(raw, where="f.csv").bars[COLUMNS]


def expected(bars: pd.DataFrame | dict[str, pd.DataFrame]) -> pd.DataFrame:
    tables = bars if isinstance(bars, dict) else {"bars": bars}
    parts = [part.assign(symbol=symbol) for symbol, part in sorted(tables.items())]
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype({"symbol": "str"})


@pytest.mark.parametrize(
    "layout", [pytest.param(layout, id=name) for name, layout in (CASES | BRANDS).items()]
)
def test_a_layout_is_read_without_a_flag(layout: Layout) -> None:
    pd.testing.assert_frame_equal(read(layout.content), expected(layout.bars), check_exact=True)


@pytest.mark.parametrize(
    "layout", [pytest.param(layout, id=name) for name, layout in (CASES | BRANDS).items()]
)
def test_what_is_left_out_is_said_once(layout: Layout) -> None:
    assert len(parse_bars(layout.content, "f.csv").attrs.get("notes", [])) == layout.notes


def test_lines_that_are_no_bars_are_counted_with_the_first_one() -> None:
    lines = ["May 3, 2021\t0.24 Dividend", "May 4, 2021\t2:1 Stock Splits", "Close price adjusted for splits"]
    content = text(rows(DAILY, "%Y-%m-%d"), "\t", HEADER.replace(",", "\t"), below=lines)
    (note,) = parse_bars(content, "f.csv").attrs["notes"]
    assert note == "f.csv:72: 'May 3, 2021\t0.24 Dividend' is not a bar (3 lines in all); left out".replace(
        "\t", r"\t"
    )


@pytest.mark.parametrize(
    "line", ["2021-06-09,1,2", "2021-06-09,1,2,0.5,1.5,9,7", "2021-06-09,1,2,.5,1.5,9,Apple", "2021-06-09"]
)
def test_a_bar_that_is_cut_short_is_no_footer(line: str) -> None:
    with pytest.raises(DataError, match=r"f.csv:72: expected 6 columns, got"):
        read(text(rows(DAILY, "%Y-%m-%d"), header=HEADER, below=[line]))


def test_a_file_of_other_lines_is_no_file_of_bars() -> None:
    lines = [f"{i} things that are no bars" for i in range(100)]
    with pytest.raises(DataError, match="expected 6 columns, got 1"):
        read(text(rows(DAILY, "%Y-%m-%d"), header=HEADER, below=lines))


def test_a_column_of_larger_numbers_is_not_the_high() -> None:
    """A high below the close in every row must not make the volume the highest column."""
    lines = [[r[0], r[1], str(float(r[3]) - 1), r[3], r[4], r[5]] for r in rows(DAILY, "%Y-%m-%d")]
    with pytest.raises(DataError, match="values do not show what the columns are"):
        read(text(lines))


def test_the_order_of_open_and_close_is_that_of_the_file_unless_the_values_speak_clearly() -> None:
    assert read(text(rows(DAILY, "%Y-%m-%d", "ohlcv")))["close"].tolist() == DAILY["close"].tolist()
    assert read(text(rows(DAILY, "%Y-%m-%d", "chlov")))["close"].tolist() == DAILY["close"].tolist()
    one = read(text(rows(DAILY[:1], "%Y-%m-%d", "ohlcv")))
    assert one["open"].tolist() == [DAILY["open"][0]]


def test_local_time_with_summer_time_is_read_in_standard_time() -> None:
    lines = [f"29.10.2023 0{h}:00:00 GMT+0{z}00" for h, z in ((1, 3), (2, 3), (3, 3), (3, 2), (4, 2))]
    bars = read(
        text(
            [[line, *r[1:]] for line, r in zip(lines, rows(FOREX, "%Y"), strict=False)],
            header=f"Local time{HEADER[4:]}",
        )
    )
    assert bars["date"].dt.hour.tolist() == [0, 1, 2, 3, 4]


def hours(clock: list[str], **how: object) -> tuple[list[str], list[str]]:
    """Hours of the bars in a file with these clock times, and its notes."""
    lines = [[stamp, *r[1:]] for stamp, r in zip(clock, rows(FOREX, "%Y"), strict=False)]
    raw = parse_bars(text(lines, header=HEADER, **how), "f.csv")
    return raw["date"].dt.strftime("%d %H:%M").tolist(), raw.attrs.get("notes", [])


def test_an_hour_that_clocks_repeat_is_read_in_standard_time() -> None:
    new_york = ["2023-11-05 00:00", "2023-11-05 01:00", "2023-11-05 01:00", "2023-11-05 02:00"]
    shown, notes = hours(new_york)
    assert shown == ["04 23:00", "05 00:00", "05 01:00", "05 02:00"]
    assert notes == [
        (
            "f.csv: clocks repeat an hour, as in America/New_York; "
            "2 bars of summer time read in standard time, an hour earlier"
        )
    ]
    assert hours(new_york, newest_first=True)[0] == shown[::-1]
    assert hours(["2023-10-29 01:30", "2023-10-29 02:00", "2023-10-29 02:30", "2023-10-29 02:00", "2023-10-29 02:30", "2023-10-29 03:00"])[0] == [  # noqa: E501
        "29 00:30", "29 01:00", "29 01:30", "29 02:00", "29 02:30", "29 03:00",
    ]  # fmt: skip


def test_an_hour_that_comes_twice_on_another_day_is_an_error() -> None:
    clock = ["2023-11-08 00:00", "2023-11-08 01:00", "2023-11-08 01:00", "2023-11-08 02:00"]
    assert hours(clock)[0][1] == hours(clock)[0][2]
    lines = [[stamp, *r[1:]] for stamp, r in zip(clock, rows(FOREX, "%Y"), strict=False)]
    with pytest.raises(DataError, match="appears twice with different prices"):
        read(text(lines, header=HEADER))


def last_twice(newest_first: bool) -> bytes:
    lines = rows(DAILY, "%Y-%m-%d")
    live = [*lines[-1][:4], "76.00", "999"]
    live[2], live[3] = "99.00", "50.00"
    return text([*lines, live], header=HEADER, newest_first=newest_first)


@pytest.mark.parametrize("newest_first", [False, True])
def test_of_two_last_rows_the_later_one_stays(newest_first: bool, tmp_path) -> None:
    path = tmp_path / "bars.csv"
    path.write_bytes(last_twice(newest_first))
    result = run(f"fetch --source {path}")
    line = 3 if newest_first else 71
    assert result.splitlines()[-1].endswith(",76,999")
    assert len(result.splitlines()) == 71
    assert result.stderr == (
        f"signalcli: warning: {path}:{line}: the last date appears twice (1 row in all); the later row kept\n"
    )


def test_a_date_in_the_middle_that_comes_twice_is_an_error() -> None:
    lines = rows(DAILY, "%Y-%m-%d")
    lines.insert(10, [*lines[9][:4], "79.99", "1"])
    with pytest.raises(DataError, match="appears twice with different prices"):
        read(text([[*r[:2], "99", "1", *r[4:]] for r in lines], header=HEADER))


def test_two_levels_with_splits_are_adjusted_for_each_symbol() -> None:
    head = [
        ["Price", *(["Close", "High", "Low", "Open", "Stock Splits"] * 2)],
        ["Ticker", *["A"] * 5, *["B"] * 5],
        ["Date", *[""] * 10],
    ]
    body = [
        ["2024-01-02", "20", "20", "20", "20", "0", "5", "5", "5", "5", "0"],
        ["2024-01-03", "10", "10", "10", "10", "2", "", "", "", "", ""],
    ]
    raw = parse_bars(text([*head, *body]), "f.csv")
    bars = to_bars(raw, where="f.csv", adjust="split").bars
    assert bars[["symbol", "close"]].to_numpy().tolist() == [["A", 10.0], ["A", 10.0], ["B", 5.0]]


def test_a_table_with_types_is_read_under_its_names_or_as_text() -> None:
    table = DAILY.rename(
        columns={"date": "Datum", "open": "Eröffnung", "high": "Hoch", "low": "Tief", "close": "Schluss"}
    )
    pd.testing.assert_frame_equal(read(table), expected(DAILY), check_exact=True)
    counts = DAILY.assign(date=DAILY["date"].astype("int64") // 10**6).rename(columns={"date": "time"})
    pd.testing.assert_frame_equal(read(counts), expected(DAILY), check_exact=True)
    sheet = pd.DataFrame([["Report", "", "", "", "", ""], HEADER.split(","), *rows(DAILY, "%Y-%m-%d")])
    pd.testing.assert_frame_equal(read(sheet), expected(DAILY), check_exact=True)


def test_what_is_left_out_stands_on_standard_error(tmp_path) -> None:
    path = tmp_path / "bars.csv"
    path.write_bytes(CASES["footer"].content)
    note = f"signalcli: warning: {path}:72: '\"Downloaded from example.com as of 06-01-2023 05:10am CDT\"' is not a bar"  # noqa: E501
    assert run(f"fetch --source {path}").stderr == f"{note} (1 line in all); left out\n"
