"""Columns printed by copying the text of another one: the same bytes, whatever their names promise."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyarrow import csv

from signalcli.io.formatting import cell_format, format_cells
from signalcli.io.lag_text import reuse_lag_text
from signalcli.io.tables import to_bytes

COPIED = ["x_lag0", "x_lag1", "x_lag2"]  # a lag longer than the table has nothing to copy
SYMBOLS = ["A", "A", "A", "B", "C", "C", "C", "C"]
NUMBERS = arrays("float64", len(SYMBOLS), elements=st.floats(allow_infinity=False))


def table(first, lags=(1, 2, 9), symbols=SYMBOLS):
    found = pd.DataFrame({"symbol": symbols, "x_lag0": first})
    for k in lags:
        found[f"x_lag{k}"] = found.groupby("symbol")["x_lag0"].shift(k).astype(first.dtype)
    return found


def plain(frame):
    """As Arrow writes numbers."""
    out = io.BytesIO()
    csv.write_csv(
        format_cells(frame, cell_format(frame)),
        out,
        csv.WriteOptions(quoting_style="none", quoting_header="none"),
    )
    return out.getvalue()


def copied(frame):
    """Names of the columns whose text was copied."""
    cells = format_cells(frame, cell_format(frame))
    made = reuse_lag_text({name: cells.column(name).chunk(0) for name in cells.column_names})
    return [name for name, text in made.items() if name != "symbol" and str(text.type) == "string"]


@given(first=NUMBERS)
@example(first=np.array([0.0, -0.0, 1.0, 5e-324, 1e16, 1e300, 123456789.0, 0.1]))
def test_copied_text_is_that_of_the_numbers(first):
    frame = table(first)
    assert copied(frame) == COPIED
    assert to_bytes(frame, "csv") == plain(frame)


def test_32_bits_are_copied_as_they_are_printed():
    frame = table(np.random.default_rng(0).normal(size=len(SYMBOLS)).astype("float32"))
    assert copied(frame) == COPIED
    assert to_bytes(frame, "csv") == plain(frame)


OTHER = {
    "one value differs in its last bit": lambda x: x.where(x.index != 5, np.nextafter(x, 9.0)),
    "the sign of a zero": lambda x: x.where(x.index != 5, -0.0),
    "one value more is known": lambda x: x.fillna(1.0),
    "integers": lambda x: x.fillna(0).astype("int64"),
}


@pytest.mark.parametrize("name", OTHER)
def test_a_column_that_only_looks_like_one_is_printed_itself(name):
    first = np.arange(1.0, 9.0)
    first[4] = 0.0  # one row before the row that is changed
    frame = table(first, lags=(1,))
    frame["x_lag1"] = OTHER[name](frame["x_lag1"])
    assert copied(frame) == []
    assert to_bytes(frame, "csv") == plain(frame)


@pytest.mark.parametrize("lags", [(1, 2, 7), (8,), (99,)])
def test_an_unknown_cell_is_empty_whatever_the_text_before_it(lags):
    frame = table(np.arange(1.0, 9.0), lags)
    assert to_bytes(frame, "csv") == plain(frame)
    assert to_bytes(frame.head(0), "csv") == plain(frame.head(0))
    assert b"A,1,," in to_bytes(table(np.arange(1.0, 9.0)), "csv")


def test_an_infinite_value_and_its_lag_are_empty():
    frame = table(np.array([1.0, np.inf, 2.0, -np.inf, 3.0, np.inf, 4.0, 5.0]))
    assert copied(frame) == COPIED
    assert to_bytes(frame, "csv") == plain(frame)


def test_a_lag_that_knows_the_rows_before_its_first_is_printed_itself():
    frame = table(np.arange(1.0, 9.0), lags=(1,))
    frame.loc[0, "x_lag1"] = 1.0
    assert copied(frame) == []
    assert to_bytes(frame, "csv") == plain(frame)


def test_one_value_less_is_known():
    frame = table(np.arange(1.0, 9.0))
    frame.loc[6, "x_lag1"] = np.nan
    assert copied(frame) == COPIED
    assert to_bytes(frame, "csv") == plain(frame)


def test_a_lag_across_symbols_is_the_text_of_the_other_symbol():
    frame = table(np.arange(1.0, 9.0), lags=(1,))
    frame["x_lag1"] = frame["x_lag0"].shift(1)
    assert to_bytes(frame, "csv") == plain(frame)


@pytest.mark.parametrize("symbols", [['"A"', *SYMBOLS[1:]], ["A,", *SYMBOLS[1:]]])
def test_numbers_are_not_quoted_where_a_symbol_is(symbols):
    frame = table(np.arange(0.5, 8.0), symbols=symbols)
    again = pd.read_csv(io.BytesIO(to_bytes(frame, "csv")))
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    assert b'"0.5"' not in to_bytes(frame, "csv")
