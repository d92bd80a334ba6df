"""Bars CSV of any provider's dialect."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bars_files import read_bars_csv
from shell import ROOT, run
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.reader import parse_bars
from signalcli.errors import DataError

OHLC = "open,high,low,close"
ROW = "1,2,0.5,1.5"


def read(content, tmp_path, **options):
    path = tmp_path / "prices.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_bars_csv(str(path), **options)


def one(content, tmp_path, **options):
    """The only row as a dict."""
    (row,) = read(content, tmp_path, **options).to_dict("records")
    return row


def refused(content, tmp_path):
    with pytest.raises(DataError) as caught:
        read(content, tmp_path)
    assert caught.value.exit_status == 65
    return caught.value.message.removeprefix(str(tmp_path / "prices.csv"))


@pytest.mark.parametrize(
    ("name", "rows", "symbols", "first"),
    [
        (
            "stocks_1d.csv",
            12_154,
            ["AAPL", "FB", "GOOG", "IBM", "MSFT"],
            ("AAPL", "2000-03-01", 130.31, 9_616_100),
        ),
        ("sp500_1d.csv", 5_031, ["sp500_1d"], ("sp500_1d", "1999-01-04", 1228.099976, 877_000_000)),
        ("eurusd_1h.csv", 6_225, ["eurusd_1h"], ("eurusd_1h", "2017-01-01 22:00", 1.05227, 143_539_993.3)),
    ],
)
def test_the_sample_files_are_read_without_a_flag(name, rows, symbols, first):
    bars = read_bars_csv(str(ROOT / "sample_data" / name))
    assert len(bars) == rows
    assert sorted(bars["symbol"].unique()) == symbols
    row = bars.iloc[0]
    assert (row["symbol"], row["date"], row["close"], row["volume"]) == (
        first[0],
        pd.Timestamp(first[1]),
        *first[2:],
    )
    assert bars["date"].is_monotonic_increasing or len(symbols) > 1
    run(f"fetch --source {ROOT / 'sample_data' / name} --strict -o /dev/null")


@pytest.mark.parametrize(
    ("content", "symbol"),
    [
        ("Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1,2,0.5,1.5,0.75,9\n", "prices"),
        ("date,open,high,low,close,volume,Name\n2024-01-02,1,2,0.5,1.5,9,AAL\n", "AAL"),
        ("Ticker,Date,Open,High,Low,Close,Volume,Adj Close\nIBM,2024-01-02,1,2,0.5,1.5,9,0.75\n", "IBM"),
        ("Volume,Close,Symbol,Low,High,Open,Date\n9,1.5,X,0.5,2,1,2024-01-02\n", "X"),
        ("<TICKER>,<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nX,20240102,1,2,0.5,1.5,9\n", "X"),
        (
            "\ufeffdate;open;high;low;close;volume\r\n02.01.2024;1;2;0,5;1,5;9\r\n13.01.2024;;;;;\r\n",
            "prices",
        ),
        ("DATE\tOPEN\tHIGH\tLOW\tCLOSE\tVOLUME\n2024-01-02\t1\t2\t0.5\t1.5\t9\n", "prices"),
        (",Open,High,Low,Close,Volume\n2024-01-02,1,2,0.5,1.5,9\n", "prices"),
        ('"Date","Open","High","Low","Close","Volume"\n"2024-01-02","1","2","0.5","1.5","9"\n', "prices"),
        ("\n\nDate,Open,High,Low,Close,Volume\n2024-01-02, 1 ,2, 0.5,1.5 ,9\n", "prices"),
    ],
)
def test_a_known_dialect_is_read(content, symbol, tmp_path):
    row = read(content, tmp_path).to_dict("records")[0]
    assert (row["symbol"], row["date"]) == (symbol, pd.Timestamp("2024-01-02"))
    assert [row[c] for c in ("open", "high", "low", "close", "volume")] == [1, 2, 0.5, 1.5, 9]
    assert ("adj_close" in row) == ("Adj Close" in content)


def test_date_and_time_in_two_columns_are_one(tmp_path):
    row = one(f"Date,Time,{OHLC}\n2022.10.10,14:30,{ROW}\n", tmp_path)
    assert row["date"] == pd.Timestamp("2022-10-10 14:30")
    assert "Time" not in row
    assert one(f"<DATE>,<TIME>,{OHLC}\n20221010,143000,{ROW}\n", tmp_path)["date"] == row["date"]
    assert one(f"unix,{OHLC}\n1665412200,{ROW}\n", tmp_path)["date"] == row["date"]
    assert one(f"timestamp,{OHLC}\n1665412200000,{ROW}\n", tmp_path)["date"] == row["date"]


def test_newest_first_is_read_as_it_stands_and_sorted_later(tmp_path):
    rows = read(f"date,{OHLC}\n2024-01-03,{ROW}\n2024-01-02,{ROW}\n", tmp_path)
    assert list(rows["date"].dt.day) == [3, 2]
    assert list(to_bars(rows, where="f").bars["date"].dt.day) == [2, 3]


def test_the_index_is_the_line(tmp_path):
    assert list(read(f"date,{OHLC}\n\n2024-01-02,{ROW}\n\r\n2024-01-03,{ROW}\n", tmp_path).index) == [3, 5]


@pytest.mark.parametrize(
    "symbol", ["TRUE", "NA", "600519", "007", "1e5", "nan", "null", "BRK.B", "^GSPC", "A,B"]
)
def test_a_symbol_stays_text(symbol, tmp_path):
    assert one(f'symbol,date,{OHLC}\n"{symbol}",2024-01-02,{ROW}\n', tmp_path)["symbol"] == symbol


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7", 7.0),
        ("0.25", 0.25),
        ("007", "007"),
        ("x", "x"),
        ("-1.2666613011972425", -1.2666613011972425),
        ("12345678901234567", "12345678901234567"),
        ("TRUE", "TRUE"),
        ("inf", "inf"),
    ],
)
def test_extra_columns_pass_through(cell, value, tmp_path):
    assert one(f"date,{OHLC},Open Int\n2024-01-02,{ROW},{cell}\n", tmp_path)["Open Int"] == value


def test_a_nameless_row_counter_is_left_out(tmp_path):
    assert "" not in one(f",date,{OHLC}\n0,2024-01-02,{ROW}\n", tmp_path)


def test_an_extra_column_with_holes_is_a_number_with_unknowns(tmp_path):
    rows = read(f"date,{OHLC},x\n2024-01-02,{ROW},1\n2024-01-03,{ROW},\n2024-01-04,{ROW},NA\n", tmp_path)
    assert rows["x"].dtype == "float64"
    assert rows["x"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("delimiter", "texts", "numbers"),
    [
        (",", ["1,234.5", "1,000", "999"], [1234.5, 1000, 999]),
        (",", ["1,234", "2,000", "999"], [1234, 2000, 999]),
        (",", ["1,5", "1,234", "2"], [1.5, 1.234, 2]),
        (";", ["1,5", "1.234", "1.234,5"], [1.5, 1234, 1234.5]),
        (";", ["1,234", "1,235", "2"], [1.234, 1.235, 2]),
        (";", ["1,234,567", "1,235", "2"], [1234567, 1235, 2]),
        (";", ["1,234.5", "1,235", "2.5"], [1234.5, 1235, 2.5]),
        (";", ["1.234", "2.5", "3"], [1.234, 2.5, 3]),
        ("\t", ["0,123", "1,234", "2"], [0.123, 1.234, 2]),
        ("\t", ["12,3456", "1,234", "2"], [12.3456, 1.234, 2]),
        ("\t", ["1,5E+03", "1,234", "2"], None),
        ("|", ["1,234", "1,235", "2"], None),
        (";", ["1,5", "1.5", "2"], None),
        (",", ["1e3", "2E-1", ".5"], [1000, 0.2, 0.5]),
    ],
)
def test_commas_and_points_are_decided_by_the_whole_file(delimiter, texts, numbers, tmp_path):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["date", "open", "high", "low", "close"])
    writer.writerows([f"2024-01-0{i}", t, t, t, t] for i, t in enumerate(texts, start=1))
    if numbers is None:
        refused(text.getvalue(), tmp_path)
    else:
        assert list(read(text.getvalue(), tmp_path)["close"]) == numbers


def test_one_column_decides_for_the_others(tmp_path):
    row = one("date;open;high;low;close;volume;x\n2024-01-02;12,5;13,5;12,5;13,5;1.500;2.500\n", tmp_path)
    assert (row["open"], row["volume"], row["x"]) == (12.5, 1500, 2500)


@pytest.mark.parametrize(
    "cell", ["x", "1.2.3", "0x10", "1_000", "inf", "1e999", "TRUE", "1 000", "12,34", "٣"]
)
def test_text_in_a_price_is_named_with_its_line(cell, tmp_path):
    content = f'date,{OHLC}\n2024-01-02,{ROW}\n2024-01-03,1,2,0.5,"{cell}"\n2024-01-04,1.25,2,.5,1\n'
    message = refused(content, tmp_path)
    if cell == "12,34":  # a decimal comma, which the points elsewhere contradict
        assert message.startswith(":4: open '1.25' is not a number")
    else:
        assert message == f":3: close '{cell}' is not a number; fix or remove the row"


@pytest.mark.parametrize("cell", ["", "NaN", "nan", "NA", "N/A", "n/a", "null", "None", "-", "  "])
def test_an_empty_price_is_unknown(cell, tmp_path):
    assert np.isnan(one(f"date,{OHLC}\n2024-01-02,1,2,.5,{cell}\n", tmp_path)["close"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": empty"),
        (f"date,{OHLC}\n", ": a header and no rows"),
        ("date,open,high,low\n2024-01-02,1,2,.5\n", ":1: no column for close among date, open, high, low"),
        (f"{OHLC}\n{ROW}\n", ":1: no column for date among"),
        (f"date,{OHLC},Close\n2024-01-02,{ROW},1\n", ":1: two columns for close"),
        (f"date,{OHLC}\n2024-01-02,{ROW}\n2024-01-03,1,2\n", ":3: expected 5 columns, got 3"),
        (f"date,{OHLC}\n2024-01-02,{ROW},7\n", ":2: expected 5 columns, got 6"),
        (f"date,{OHLC}\n\xff,{ROW}\n".encode("latin-1"), ":2: 'ÿ' is not in a known date format"),
        (bytes(range(256)) * 64, ""),
        (b"\x1f\x8b\x08" + bytes(500), ""),
        (b"PAR1 but no more", ": "),
    ],
)
def test_a_broken_file_says_where_and_what(content, message, tmp_path):
    said = refused(content, tmp_path)
    assert said.startswith(message)
    assert said.isprintable()


def test_parquet_is_read_like_csv(tmp_path):
    frame = pd.DataFrame(
        {"Date": pd.to_datetime(["2024-01-02"]), "Open": [1], "High": 2, "Low": 0.5, "Close": 1.5}
    )
    frame.set_index("Date").to_parquet(tmp_path / "prices.parquet")
    (row,) = read_bars_csv(str(tmp_path / "prices.parquet")).to_dict("records")
    assert row == {
        "symbol": "prices",
        "date": pd.Timestamp("2024-01-02"),
        "open": 1.0,
        "high": 2.0,
        "low": 0.5,
        "close": 1.5,
    }


PRICE = st.floats(min_value=1e-3, max_value=1e6, allow_nan=False)
SYMBOL = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]),
    min_size=1,
    max_size=6,
)
DATE_STYLES = {
    "%Y-%m-%d %H:%M:%S": False,
    "%Y/%m/%d %H:%M:%S": False,
    "%Y.%m.%d %H:%M:%S": False,
    "%Y-%m-%dT%H:%M:%SZ": False,
    "%m/%d/%Y %H:%M:%S": True,
    "%d.%m.%Y %H:%M:%S": True,
    "%m/%d/%Y %I:%M:%S %p": True,
    "%Y%m%d %H%M%S": False,
    "s": False,
    "ms": False,
}


@st.composite
def tables(draw):
    """A BARS table of one or two symbols, one of whose days is above 12."""
    hours = draw(st.lists(st.integers(0, 24 * 365 * 30), min_size=1, max_size=7, unique=True))
    dates = pd.Timestamp("1990-01-01") + pd.to_timedelta([24 * 12, *(h + 24 * 13 for h in hours)], unit="h")
    parts = []
    for symbol in draw(st.lists(SYMBOL, min_size=1, max_size=2, unique=True)):
        prices = np.array([sorted(draw(st.lists(PRICE, min_size=4, max_size=4))) for _ in dates])
        parts.append(
            pd.DataFrame(
                {
                    "symbol": symbol,
                    "date": dates,
                    "open": prices[:, 1],
                    "high": prices[:, 3],
                    "low": prices[:, 0],
                    "close": prices[:, 2],
                    "volume": [float(draw(st.integers(0, 10**12))) for _ in dates],
                }
            )
        )
    return to_bars(pd.concat(parts, ignore_index=True), where="made").bars


def number(value, style):
    text = f"{value:.17g}" if "e" in repr(value) else repr(value).removesuffix(".0")
    if style == "plain" or "e" in text:
        return text
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" + point + rest
    return grouped if style == "thousands" else grouped.translate(str.maketrans(",.", ".,"))


def stamp(date, style):
    if style in {"s", "ms"}:
        return str(int(date.timestamp() * (1000 if style == "ms" else 1)))
    return f"{date:{style}}"


@st.composite
def dialects(draw):
    """How a file may be written."""
    return {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "numbers": draw(st.sampled_from(["plain", "thousands", "decimal_comma"])),
        "date": draw(st.sampled_from(sorted(DATE_STYLES))),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "mark": draw(st.sampled_from(["", "\ufeff"])),
        "case": draw(st.sampled_from([str.lower, str.upper, str.title])),
        "symbol": draw(st.sampled_from(["symbol", "ticker", "name"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "columns": draw(st.permutations(["symbol", "date", "open", "high", "low", "close", "volume"])),
        "newest_first": draw(st.booleans()),
    }


def written(bars, how):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=how["delimiter"], lineterminator=how["end"], quoting=how["quoting"])
    writer.writerow([how["case"](how["symbol"] if c == "symbol" else c) for c in how["columns"]])
    for row in (bars[::-1] if how["newest_first"] else bars).to_dict("records"):
        cells = {c: number(row[c], how["numbers"]) for c in ("open", "high", "low", "close", "volume")}
        cells |= {"symbol": row["symbol"], "date": stamp(row["date"], how["date"])}
        writer.writerow([cells[c] for c in how["columns"]])
    return (how["mark"] + text.getvalue()).encode()


def decides(bars, how):
    """Whether the file itself says what its commas mean, or its delimiter does."""
    texts = [number(v, how["numbers"]) for c in ("open", "high", "low", "close", "volume") for v in bars[c]]
    commas = [t for t in texts if "," in t]
    if how["numbers"] == "plain" or not commas:
        return how["numbers"] != "decimal_comma" or not any("." in t for t in texts)
    if how["numbers"] == "thousands":
        return how["delimiter"] == "," or any(t.count(",") > 1 or "." in t for t in commas)
    return any(len(t.partition(",")[2]) != 3 or t.startswith("0,") or "." in t for t in commas)


@given(tables(), dialects())
@settings(max_examples=120)
def test_bars_in_any_dialect_are_read_back_equal(tmp_path_factory, bars, how):
    assume(decides(bars, how))
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(written(bars, how))
    again = to_bars(read_bars_csv(str(path)), where="again").bars
    pd.testing.assert_frame_equal(again, bars, check_exact=True)


TITLES = "Date,Open,High,Low,Close,Volume"
BAR = "2024-01-02,10,12,9,11,100"


def test_a_banner_above_the_header(tmp_path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text(
        f"https://www.example.com prices\nSymbol: XYZ, unadjusted\n{TITLES}\n{BAR}\n2024-01-03,x,1,1,1,1\n"
    )
    with pytest.raises(DataError, match=r"bars.csv:5: open 'x' is not a number"):
        read_bars_csv(str(path))
    path.write_text(f"https://www.example.com prices\n{TITLES}\n{BAR}\n")
    assert read_bars_csv(str(path))["close"].tolist() == [11.0]


def test_prices_named_with_their_symbol(tmp_path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text(
        "Date,Open-SPY,High-SPY,Low-SPY,Close-SPY,Adj Close-SPY,Volume-SPY\n2024-01-02,10,12,9,11,5.5,7\n"
    )
    raw = read_bars_csv(str(path))
    assert raw["symbol"].tolist() == ["SPY"]
    assert raw[["close", "adj_close", "volume"]].to_numpy().tolist() == [[11.0, 5.5, 7.0]]
    path.write_text(
        "Date,Open-SPY,High-SPY,Low-SPY,Close-SPY,Open-Q,High-Q,Low-Q,Close-Q\n2024-01-02,10,12,9,11,1,1,1,1\n"
    )
    raw = read_bars_csv(str(path))
    assert raw[["symbol", "close"]].to_numpy().tolist() == [["SPY", 11.0], ["Q", 1.0]]


def test_too_many_columns_are_refused_before_their_names_are_looked_up(monkeypatch, tmp_path):
    """A look at 100,000 names took 20 seconds; commas inside quotes are no columns."""
    quoted = 'date,open,high,low,close,note\n2024-01-02,1,1,1,1,"' + "," * 20_000 + '"\n'
    (tmp_path / "note.csv").write_text(quoted)
    assert len(read_bars_csv(str(tmp_path / "note.csv"))) == 1
    names = ["symbol", "date", "open", "high", "low", "close", *(f"c{i}" for i in range(100_000))]
    (tmp_path / "wide.csv").write_text(",".join(names) + "\n")
    monkeypatch.delattr("signalcli.data.sources.csv.recognize.find_header")
    with pytest.raises(DataError, match="100,006 columns; a table has at most 10,000"):
        read_bars_csv(str(tmp_path / "wide.csv"))


@pytest.mark.parametrize("odd", ["2020-01-02,1,2", "2020-01-02,1,2,0.5,1.5,9,8,7"])
def test_a_file_whose_rows_all_have_another_width_names_the_first(odd: str) -> None:
    content = f"date,open,high,low,close,volume,turnover\n{odd}\n".encode()
    with pytest.raises(DataError, match=r"f\.csv:2: expected 7 columns, got "):
        parse_bars(content, "f.csv")


@pytest.mark.parametrize("no_header", [False, True])
def test_lines_with_a_carriage_return_inside_are_refused(no_header: bool) -> None:
    content = b"2020-01-02,1,2,0.5,\r1.5,9\n2020-01-03,1,2,0.5,\r1.5,9\n"
    with pytest.raises(DataError, match=r"^f\.csv: most lines are no CSV" if no_header else "f.csv"):
        parse_bars(content, "f.csv", no_header=no_header)
