"""Tables to text and back."""

import io
import json
import struct

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.errors import DataError, NoInputError, UsageError
from signalcli.features.build import build
from signalcli.io.csv import header, line_numbers, parse_csv
from signalcli.io.tables import format_of, read_table, to_bytes, write_table
from signalcli.schemas import BARS, FEATURES, PREDICTIONS

COLUMNS = "symbol,date,open,high,low,close,volume"


def table(**changed):
    columns = {
        "symbol": ["A", "B"],
        "date": pd.to_datetime(["2024-01-02", "2024-01-03"]).as_unit("us"),
        "open": [1.0, 2.0],
        "high": [2.0, 3.0],
        "low": [0.5, 1.0],
        "close": [1.5, 2.0],
        "volume": [100.0, np.nan],
    }
    return pd.DataFrame(columns | changed)


def text(frame):
    return to_bytes(frame, "csv").decode()


def read(content, tmp_path, contract=BARS):
    (tmp_path / "t").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(str(tmp_path / "t"), contract)


def refused(content, tmp_path, contract=BARS):
    with pytest.raises(DataError) as caught:
        read(content, tmp_path, contract)
    assert caught.value.message.startswith(str(tmp_path / "t"))
    return caught.value


def bits(numbers):
    return [struct.pack(">d", x) for x in numbers]


def test_a_table_as_text():
    assert text(table()) == f"{COLUMNS}\nA,2024-01-02,1,2,0.5,1.5,100\nB,2024-01-03,2,3,1,2,\n"


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_the_same_table_gives_the_same_bytes(stocks, form):
    first, second = to_bytes(stocks, form), to_bytes(stocks.copy(), form)
    assert first == second
    if form != "parquet":
        assert b"\r" not in first
        assert first.endswith(b"\n")
        assert not first.startswith(b"\xef\xbb\xbf")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=300)
def test_any_finite_number_is_read_back_to_the_bit(tmp_path_factory, numbers):
    frame = pd.DataFrame(
        {"symbol": "A", "date": pd.date_range("2024-01-01", periods=len(numbers), unit="us")}
    )
    frame = frame.assign(**dict.fromkeys(["open", "high", "low", "close", "volume"], 1.0)).assign(
        close=numbers
    )
    again = read(to_bytes(frame, "csv"), tmp_path_factory.getbasetemp())
    assert bits(again["close"]) == bits(numbers)


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300)
def test_no_shorter_text_means_the_same_number(number):
    cell = text(pd.DataFrame({"x": [number]})).splitlines()[1]
    assert float(cell) == number
    assert digits(cell) == digits(repr(number))


def digits(cell):
    """Significant digits of a number's text."""
    return cell.lower().partition("e")[0].replace(".", "").lstrip("-").strip("0")


@pytest.mark.parametrize(
    ("number", "cell"), [(0.1, "0.1"), (1 / 3, "0.3333333333333333"), (100.0, "100"), (-0.0, "-0")]
)
def test_floats_are_short(number, cell):
    assert text(pd.DataFrame({"x": [number, 0.5]})).splitlines()[1] == cell


def test_a_whole_volume_is_an_integer_and_a_broken_one_is_not():
    big = 143_539_993_000_000.0
    assert text(table(volume=[big, 5.0])).splitlines()[1].endswith(",143539993000000")
    assert text(table(volume=[0.5, 5.0])).splitlines()[1].endswith(",0.5")


@pytest.mark.parametrize(
    ("stamps", "cells"),
    [
        (["2024-01-02", "2024-01-03"], ["2024-01-02", "2024-01-03"]),
        (["2024-01-02 00:00", "2024-01-02 14:30"], ["2024-01-02T00:00:00Z", "2024-01-02T14:30:00Z"]),
        (
            ["2024-01-02 00:00", "2024-01-02 14:30:01.5"],
            ["2024-01-02T00:00:00.000000Z", "2024-01-02T14:30:01.500000Z"],
        ),
        (["1970-01-01", "2262-04-12"], ["1970-01-01", "2262-04-12"]),
    ],
)
def test_dates_are_iso_and_come_back(stamps, cells, tmp_path):
    frame = table(date=pd.to_datetime(pd.Series(stamps), format="mixed").astype("datetime64[us]"))
    written = text(frame)
    assert [line.split(",")[1] for line in written.splitlines()[1:]] == cells
    pd.testing.assert_frame_equal(read(written, tmp_path), frame)


def test_an_unknown_date_is_an_empty_cell_and_null():
    frame = pd.DataFrame({"x": [1.0, 2.0], "label_end": pd.to_datetime(["2024-01-02", None]).as_unit("us")})
    assert text(frame) == "x,label_end\n1,2024-01-02\n2,\n"
    assert json.loads(to_bytes(frame, "json"))[1] == {"x": 2.0, "label_end": None}
    assert text(frame.tail(1)) == "x,label_end\n2,\n"


def test_a_label_end_is_printed_like_the_dates_it_is_one_of():
    dates = pd.to_datetime(["2024-01-02 14:30", "2024-01-03 00:00"]).as_unit("us")
    frame = pd.DataFrame({"date": dates, "label_end": [dates[1], pd.NaT]})
    assert text(frame).splitlines()[1] == "2024-01-02T14:30:00Z,2024-01-03T00:00:00Z"


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_infinity_is_never_printed(form):
    frame = table(close=[np.inf, -np.inf], volume=[np.inf, 1.0])
    printed = to_bytes(frame, form).decode().lower()
    assert "inf" not in printed
    assert "nan" not in printed
    assert text(frame).splitlines()[1] == "A,2024-01-02,1,2,0.5,,"
    assert np.isinf(frame["close"]).all(), "the table itself is left alone"


@pytest.mark.parametrize("cell", ["inf", "-inf", "Infinity", "1e999"])
def test_infinity_is_not_read(cell, tmp_path):
    refused(f"{COLUMNS}\nA,2024-01-02,1,2,0.5,{cell},\n", tmp_path)


@pytest.mark.parametrize(
    "name", ["A,B", 'say "hi"', " A ", "'", "#", "=1+1", "Société", "", "NA", "TRUE", "007", "1e5", "-"]
)
def test_any_text_comes_back_as_it_was(name, tmp_path):
    frame = table(symbol=["x", "y"], note=[name, "z"])
    again = pd.read_csv(io.BytesIO(to_bytes(frame, "csv")), dtype=str, keep_default_na=False)
    assert list(again["note"]) == [name, "z"]


@pytest.mark.parametrize("symbol", ["A,B", 'say "hi"', "NA", "TRUE", "007", "600519", "1e5", "null", "nan"])
def test_a_symbol_stays_text(symbol, tmp_path):
    frame = table(symbol=symbol)
    pd.testing.assert_frame_equal(read(text(frame), tmp_path), frame.astype({"symbol": "str"}))


def test_names_of_columns_are_quoted_where_they_must(tmp_path):
    frame = table(**{"a,b": [1.5, 2.5]})
    pd.testing.assert_frame_equal(read(text(frame), tmp_path), frame)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_features_survive_the_disk_to_the_bit(ibm, form, tmp_path):
    made = build(ibm.head(300), FeatureConfig(window=5))
    path = tmp_path / f"features.{form}"
    write_table(made, str(path), form)
    again = read_table(str(path), FEATURES)
    assert list(again.columns) == list(made.columns)
    assert list(again["direction"].dropna()) == list(made["direction"].dropna())
    assert again["direction"].isna().tolist() == made["direction"].isna().tolist()
    assert again["label_end"].equals(made["label_end"])
    for name in made.select_dtypes("float"):
        assert (again[name].isna() == made[name].isna()).all(), name
        assert (again[name].dropna() == made[name].dropna()).all(), name
    assert to_bytes(again, "csv") == to_bytes(made, "csv")


def test_json_and_jsonl_hold_the_same_rows():
    frame = table(direction=pd.array([1, None], "Int8"))
    rows = json.loads(to_bytes(frame, "json"))
    assert rows == [json.loads(line) for line in to_bytes(frame, "jsonl").splitlines()]
    assert rows[0]["date"] == "2024-01-02"
    assert rows[0]["volume"] == 100
    assert rows[1] | {"volume": None, "direction": None} == rows[1]


def test_parquet_of_other_hands_is_read(tmp_path):
    frame = table(date=pd.to_datetime(["2024-01-02", "2024-01-03"]).tz_localize("UTC"), open=[1, 2])
    frame["symbol"] = frame["symbol"].astype("category")
    frame.set_index("date").to_parquet(tmp_path / "t")
    again = read_table(str(tmp_path / "t"), BARS)
    pd.testing.assert_frame_equal(again[list(table())], table())


def test_a_torn_parquet_file_is_bad_data(tmp_path):
    assert refused(to_bytes(table(), "parquet")[:-30], tmp_path).code == "FILE-DAMAGED"


@pytest.mark.parametrize(
    ("target", "asked", "form"),
    [
        ("-", None, "csv"),
        ("x.csv", None, "csv"),
        ("x.JSONL", None, "jsonl"),
        ("x.parquet", None, "parquet"),
        ("x.txt", None, "csv"),
        ("x.csv", "json", "json"),
        ("json", None, "json"),
    ],
)
def test_the_format_is_the_one_asked_for_or_the_name_s(target, asked, form):
    assert format_of(target, asked) == form


@pytest.mark.parametrize("ending", ["xlsx", "feather", "html"])
def test_a_name_of_another_format_is_refused_unless_a_format_is_chosen(ending):
    with pytest.raises(UsageError, match=rf"a.{ending}: .{ending} is not written; end it in .csv, .json, .*"):
        format_of(f"a.{ending}", None)
    assert format_of(f"a.{ending}", "csv") == "csv"


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UsageError, match="no format 'xml'; known are csv, json, jsonl, parquet"):
        format_of("-", "xml")


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "CSV-EMPTY", "empty"),
        ("\n\n", "CSV-EMPTY", "empty"),
        (f"{COLUMNS}\n", "TABLE-EMPTY", "no rows"),
        ("a,b\n1,2\n", "TABLE-COLUMNS", "no column symbol, date"),
        (f"{COLUMNS},close\nA,2024-01-02,1,2,1,1,1,1\n", "CSV-HEADER", "close appears twice"),
        (
            f"{COLUMNS}\nA,2024-01-02,1,2,1,1,1\nA,2024-01-03,1,2,1,1\n",
            "CSV-PARSE",
            ":3: expected 7 columns, got 6",
        ),
        (f"{COLUMNS}\n\nA,2024-01-02,1,2,1,1,1\r\n\r\nA,2024-01-03,1,2,1\n", "CSV-PARSE", ":5: expected 7"),
        (
            f"{COLUMNS}\nA,2024-01-02,1,2,1,1,1\nA,2024-01-03,1,x,1,1,1\n",
            "CSV-PARSE",
            ":3: 'x' is not a number",
        ),
        (f"{COLUMNS}\nA,tomorrow,1,2,1,1,1\n", "CSV-DATE", "column date"),
        (f"{COLUMNS}\nA,,1,2,1,1,1\n", "TABLE-KEY", "have no date"),
        (f"{COLUMNS}\nA,2024-01-02,1,2,1,1,1\nA,2024-01-02,1,2,1,1,1\n", "TABLE-KEY", "appears twice"),
        (f"{COLUMNS}\n\xff,2024-01-02,1,2,1,1,1\n".encode("latin-1"), "CSV-PARSE", ":2: text is not UTF-8"),
        (bytes(range(256)) * 40, "FILE-KIND", "t: a binary file"),
    ],
)
def test_what_cannot_be_read_says_where_and_what(content, code, words, tmp_path):
    error = refused(content, tmp_path)
    assert (error.code, error.exit_status) == (code, 65)
    assert words in error.message
    assert error.message.isprintable()


def test_whole_numbers_of_another_tool_are_whole(tmp_path):
    """pandas writes 1.0 where a column of numbers has empty cells."""
    head = f"{COLUMNS},forward_return,direction,label_end,model,fold,p_up"
    rows = ["A,2024-01-02,1,2,1,1,1,.1,1.0,2024-01-03,m,0.0,.5", "A,2024-01-03,1,2,1,1,1,,,,m,0.0,.5"]
    found = read("\n".join([head, *rows]), tmp_path, PREDICTIONS)
    assert found["direction"].tolist() == [1, pd.NA]
    assert str(found["direction"].dtype) == "Int8"
    assert found["fold"].tolist() == [0, 0]


@pytest.mark.parametrize(("cell", "words"), [("0.5", "0.5 is not a whole"), ("500", "500 is not a whole")])
def test_a_direction_between_directions_is_refused(cell, words, tmp_path):
    head = f"{COLUMNS},forward_return,direction,label_end"
    error = refused(f"{head}\nA,2024-01-02,1,2,1,1,1,.1,{cell},2024-01-03\n", tmp_path, FEATURES)
    assert f"column direction: {words}" in error.message


def test_the_line_is_right_in_a_file_of_many_blocks(tmp_path):
    rows = [f"A,{day:%Y-%m-%d},1,2,1,1,1" for day in pd.date_range("1900-01-01", periods=60_000)]
    rows[55_000] = rows[55_000].replace(",2,", ",two,")
    assert ":55002: 'two' is not a number" in refused("\n".join([COLUMNS, *rows]), tmp_path).message


def test_marks_of_other_programs_are_taken_off(tmp_path):
    content = b"\xef\xbb\xbf" + text(table()).replace("\n", "\r\n").encode()
    pd.testing.assert_frame_equal(read(content, tmp_path), table())
    assert header(content, ",")[0] == "symbol"


@pytest.mark.parametrize("content", [b"h\na\n\nb\n", b"h\r\na\r\n\r\nb\r\n"])
def test_blank_lines_count(content):
    assert list(line_numbers(content)) == [1, 2, 4]
    assert list(line_numbers(b"\n" + content)) == [2, 3, 5]


def test_a_missing_file_is_no_input(tmp_path):
    with pytest.raises(NoInputError, match="No such file"):
        read_table(str(tmp_path / "nowhere"), BARS)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_written_by_one_verb_is_read_by_the_next(form, tmp_path):
    path = tmp_path / f"bars.{form}"
    run(f"fetch walk --source synthetic --rows 60 -o {path}")
    assert run(f"features {path} -w 5") == run(
        "features -w 5", run("fetch walk --source synthetic --rows 60")
    )


def test_a_table_of_too_many_columns_is_refused():
    """Each column costs work of its own: 100,000 of them took minutes."""
    names = ",".join(f"x{i}" for i in range(100_000))
    with pytest.raises(DataError, match="100,000 columns; a table has at most 10,000"):
        parse_csv(f"{names}\n".encode(), "x.csv", {})


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_further_columns_of_days_and_times_are_written_in_every_format(form, tmp_path):
    file = tmp_path / "t.csv"
    table().assign(day="2024-01-02", time="09:30:00", yes="true").to_csv(file, index=False)
    read = read_table(str(file), BARS)
    said = to_bytes(read, form).decode()
    assert '"2024-01-02"' in said or ",2024-01-02," in said
    assert '"09:30:00"' in said or ",09:30:00," in said


@pytest.mark.parametrize("verb", ["folds", "fit --model ar --ledger off"])
def test_a_further_column_of_bytes_is_refused(verb):
    features = run("features --window 5", run("fetch walk --source synthetic --rows 40")).encode()
    lines = [line + (b",\xff" if k else b",note") for k, line in enumerate(features.splitlines())]
    result = run(verb, b"\n".join(lines) + b"\n", status=65)
    assert "stdin: column note: text is not UTF-8; save the file as UTF-8" in result.stderr
