"""Files with single quotes are read as those with double ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.data.sources.csv.grid.quotes import with_double_quotes
from signalcli.data.sources.csv.reader import parse_bars

HEADER = ["Date", "Symbol", "Open", "High", "Low", "Close", "Volume"]


def rows() -> Iterator[list[str]]:
    """A number of each kind that needs quotes, and a symbol with an apostrophe."""
    for day in range(2, 25):
        yield [f"2020-01-{day:02d}", "O'N", f"1,0{day:02d}.5", f"2,0{day:02d}", "0.5", "1.5", f"1,{day:03d}"]


def text(separator: str, quoting: int, quote: str) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quotechar=quote, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *rows()])
    return written.getvalue().encode()


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL])
def test_single_quotes_are_read_as_double_ones(separator: str, quoting: int) -> None:
    expected, found = (parse_bars(text(separator, quoting, quote), "f.csv") for quote in "\"'")
    pd.testing.assert_frame_equal(found, expected)
    assert found["symbol"].unique() == ["O'N"]
    assert found["open"].iloc[0] == 1002.5


@pytest.mark.parametrize(
    "content",
    [
        b"'600000,2020-01-02,1\n'600000,2020-01-03,2\n",  # the mark of a spreadsheet
        b"1'234;5'678\n9'012;3'456\n",  # thousands
        b"Jan '20,1\nFeb '20,2\n",
        b"\"it's\",'a'\n",
        b"'a\nb',1\n",
    ],
)
def test_other_single_quotes_stay(content: bytes) -> None:
    assert with_double_quotes(content) == content


@given(st.lists(st.lists(st.text("ab',; \t|.1", max_size=6), min_size=2, max_size=2), min_size=1, max_size=5))
def test_cells_are_those_that_were_written(table: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quotechar="'", quoting=csv.QUOTE_ALL).writerows(table)
    content = with_double_quotes(written.getvalue().encode())
    assert list(csv.reader(io.StringIO(content.decode()))) == table


def test_double_quotes_below_the_head_are_text() -> None:
    content = b"'a','b'\n" * 600 + b"'5\"','b'\n"
    assert with_double_quotes(content).endswith(b'"5""","b"\n')
