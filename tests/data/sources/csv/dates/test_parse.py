"""Stamps of any dialect to UTC."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.data.sources.csv.dates.clock import join_time
from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.errors import DataError, UsageError


def parse(*texts, **options):
    dates = parse_dates(pd.Series(texts, index=range(2, len(texts) + 2), dtype="str"), "f.csv", **options)
    assert dates.dtype == "datetime64[us]"
    assert list(dates.index) == list(range(2, len(texts) + 2))
    return [f"{d:%Y-%m-%d %H:%M:%S.%f}".removesuffix(".000000").removesuffix(" 00:00:00") for d in dates]


def refused(*texts, **options):
    with pytest.raises(DataError) as caught:
        parse(*texts, **options)
    assert caught.value.exit_status == 65
    assert "--date-format" in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["2024-01-02"], ["2024-01-02"]),
        (["2024/1/2", "2024/11/12"], ["2024-01-02", "2024-11-12"]),
        (["20240102"], ["2024-01-02"]),
        (["20240102 143000"], ["2024-01-02 14:30:00"]),
        (["2022.10.10 00:00:00", "2022.10.10 04:00:00"], ["2022-10-10", "2022-10-10 04:00:00"]),
        (["1/2/1999", "1/13/1999"], ["1999-01-02", "1999-01-13"]),
        (["1/2/1999", "13/1/1999"], ["1999-02-01", "1999-01-13"]),
        (
            ["01.02.2017 22:00:00.000", "13.02.2017 23:00:00.000"],
            ["2017-02-01 22:00:00", "2017-02-13 23:00:00"],
        ),
        (["02-01-99", "31-12-99"], ["1999-01-02", "1999-12-31"]),
        (["1/13/2024 4:00:00 PM", "1/13/2024 12:00:00 AM"], ["2024-01-13 16:00:00", "2024-01-13"]),
        (["2019-10-17 09-AM", "2019-10-17 12-PM"], ["2019-10-17 09:00:00", "2019-10-17 12:00:00"]),
        (["2024-01-02 14:30"], ["2024-01-02 14:30:00"]),
        (["2024-01-02T14:30:00Z"], ["2024-01-02 14:30:00"]),
        (["2024-01-02T14:30:00.250000Z"], ["2024-01-02 14:30:00.250000"]),
        (["2024-01-02 14:30:00 UTC"], ["2024-01-02 14:30:00"]),
        (
            ["2024-01-02 09:30:00-05:00", "2024-07-02 09:30:00-04:00"],
            ["2024-01-02 14:30:00", "2024-07-02 13:30:00"],
        ),
        (["2024-01-02 09:30:00 +0530"], ["2024-01-02 04:00:00"]),
        (["2024-01-02 00:00:00-05:00", "2024-07-02 00:00:00-04:00"], ["2024-01-02", "2024-07-02"]),
        (
            ["2024-01-02 00:00:00-05:00", "2024-01-02 01:00:00-05:00"],
            ["2024-01-02 05:00:00", "2024-01-02 06:00:00"],
        ),
        (["1704205800"], ["2024-01-02 14:30:00"]),
        (["999999999", "1704205800"], ["2001-09-09 01:46:39", "2024-01-02 14:30:00"]),
        (["1704205800.0", "1704205801.5"], ["2024-01-02 14:30:00", "2024-01-02 14:30:01.500000"]),
        (["1704205800000", "1704205800250"], ["2024-01-02 14:30:00", "2024-01-02 14:30:00.250000"]),
        (
            ["1704205800", "1704205800000", "1704205800000001"],
            ["2024-01-02 14:30:00"] * 2 + ["2024-01-02 14:30:00.000001"],
        ),
        (["-252322200", "0", "1704205800"], ["1962-01-02 14:30:00", "1970-01-01", "2024-01-02 14:30:00"]),
        (["45293", "45294"], ["2024-01-02", "2024-01-03"]),
        (["45293.604166667", "45293,75"], ["2024-01-02 14:30:00", "2024-01-02 18:00:00"]),
        (["202401021430"], ["2024-01-02 14:30:00"]),
        (["20240102143015"], ["2024-01-02 14:30:15"]),
        (["May 31, 2023", "Jun 1, 2023"], ["2023-05-31", "2023-06-01"]),
        (["Mon, 1 Jan 2024", "Tue, 2 Jan 2024"], ["2024-01-01", "2024-01-02"]),
        (["31. Mai 2023", "1. März 2023"], ["2023-05-31", "2023-03-01"]),
        (["31 мая 2023 г.", "1 июня 2023 г."], ["2023-05-31", "2023-06-01"]),
        (["31 de mayo de 2023", "1 de junio de 2023"], ["2023-05-31", "2023-06-01"]),
        (["1 sty 2024", "2 paź 2024"], ["2024-01-01", "2024-10-02"]),
        (["2023年5月31日", "2023年6月1日"], ["2023-05-31", "2023-06-01"]),
        (["2023년 5월 31일"], ["2023-05-31"]),
        (["2023. 05. 31."], ["2023-05-31"]),
        (["2023- 05- 31"], ["2023-05-31"]),
        (["Jan 2024", "Feb 2024"], ["2024-01-01", "2024-02-01"]),
        (["2024-01", "2024-02"], ["2024-01-01", "2024-02-01"]),
        (["31-May-23"], ["2023-05-31"]),
        (["13.01.2024 14:30:00.000 GMT+0200"], ["2024-01-13 12:30:00"]),
        (["2024-01-02 09:30 EST", "2024-07-02 09:30 EDT"], ["2024-01-02 14:30:00", "2024-07-02 13:30:00"]),
        (
            ["2024-01-02 09:30:00 America/New_York", "2024-07-02 09:30:00 America/New_York"],
            ["2024-01-02 14:30:00", "2024-07-02 13:30:00"],
        ),
        (["2024-01-02T09:30:00-05:00[America/New_York]"], ["2024-01-02 14:30:00"]),
        (["2024-01-02 00:00:00 EST", "2024-07-02 00:00:00 EDT"], ["2024-01-02", "2024-07-02"]),
        (["05/31/2023, 4:30 p.m."], ["2023-05-31 16:30:00"]),
        (["31/05/2023 17h30"], ["2023-05-31 17:30:00"]),
        (["1704205800000001"], ["2024-01-02 14:30:00.000001"]),
        (["1704205800000007000"], ["2024-01-02 14:30:00.000007"]),
        ([" 2024-01-02 "], ["2024-01-02"]),
    ],
)
def test_a_stamp_is_read(texts, dates):
    assert parse(*texts) == dates


@pytest.mark.parametrize("texts", [["1/2/2024"], ["01.02.2017", "12.12.2017"], ["3-4-99 10:00"]])
def test_a_column_that_leaves_day_and_month_open_is_refused(texts):
    message = refused(*texts)
    assert message.startswith(f"f.csv: dates like '{texts[0]}': day and month are ambiguous")


def test_a_column_that_says_both_is_refused():
    assert "some have the day first, others the month" in refused("13.01.2024", "01.13.2024")


@given(st.dates(min_value=pd.Timestamp("1990-01-13").date()), st.sampled_from("./-"), st.booleans())
def test_a_day_above_twelve_anywhere_decides_the_column(day, mark, day_first):
    day = day.replace(day=min(day.day, 12))
    pattern = f"%d{mark}%m{mark}%Y" if day_first else f"%m{mark}%d{mark}%Y"
    decisive = day.replace(day=13)
    got = parse(f"{day:{pattern}}", f"{decisive:{pattern}}")
    assert got == [f"{day:%Y-%m-%d}", f"{decisive:%Y-%m-%d}"]


@pytest.mark.parametrize(
    ("texts", "line", "word"),
    [
        (["2024-01-02", "2024-13-02"], 3, "2024-13-02"),
        (["2024-01-02", "2024-02-30"], 3, "2024-02-30"),
        (["2024-01-02", ""], 3, ""),
        (["2024-01-02", "2024-01-03 10:00"], 3, "2024-01-03 10:00"),
        (["2024-01-02", "13.01.2024"], 3, "13.01.2024"),
        (["1704205800", "soon"], 2, "1704205800"),
        (["", "2024-01-02"], 2, ""),
        (["yesterday"], 2, "yesterday"),
        (["2024-01-02 noon"], 2, "2024-01-02 noon"),
        (["\x1b[2J"], 2, r"\x1b[2J"),
    ],
)
def test_a_cell_that_is_no_date_is_named_with_its_line(texts, line, word):
    assert refused(*texts).startswith(f"f.csv:{line}: '{word}'")


def test_a_format_that_is_given_is_used():
    assert parse("1/2/2024", date_format="%d/%m/%Y") == ["2024-02-01"]
    assert parse("1704205800", date_format="%H%M%S%f") == ["1900-01-01 17:04:20.580000"]
    assert "f.csv:3: '13/2/2024'" in refused("1/2/2024", "13/2/2024", date_format="%m/%d/%Y")


def test_a_format_that_is_none_is_a_wrong_option():
    with pytest.raises(UsageError, match="--date-format %Q: 'Q' is a bad directive"):
        parse("1/2/2024", date_format="%Q")


@pytest.mark.parametrize("form", ["%Y%Y", "%", "%Q", "", "mixed", "ISO8601", "%Y%m%d%Y", "%G"])
def test_a_format_that_is_none_is_an_error_of_usage(form):
    with pytest.raises(UsageError, match="--date-format"):
        parse_dates(pd.Series(["2024-01-02"], index=[2]), "x.csv", form)


@pytest.mark.parametrize(
    ("text", "day"),
    [("9999999999", "2286-11-20"), ("9999999999999", "2286-11-20"), ("999999999999999999", "2001-09-09")],
)
def test_the_largest_counts_since_1970_are_read(text, day):
    assert f"{parse_dates(pd.Series([text], index=[2]), 'x.csv')[2]:%Y-%m-%d}" == day


def test_a_moment_beyond_the_calendar_is_refused():
    with pytest.raises(DataError, match="1970 beyond the calendar"):
        parse_dates(pd.Series(["9999999999999999999"], index=[2]), "x.csv")


def test_hours_alone_are_hours():
    days, hours = pd.Series(["2024-01-02"] * 3), pd.Series(["9", "10", "15"])
    assert join_time(days, hours).tolist() == ["2024-01-02 0900", "2024-01-02 1000", "2024-01-02 1500"]
    minutes = pd.Series(["930", "1000", "1530"])
    assert join_time(days, minutes).tolist() == ["2024-01-02 0930", "2024-01-02 1000", "2024-01-02 1530"]


@pytest.mark.parametrize("form", [None, "%Y-%m-%d"])
def test_no_cells_are_no_dates(form):
    assert parse(date_format=form) == []
