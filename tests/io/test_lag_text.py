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
    made = reuse_lag_text(format_cells(frame, cell_format(frame)), frame)
    return [n for n in made.column_names if n != "symbol" and str(made.schema.field(n).type) == "string"]


@given(first=NUMBERS)
@example(first=np.array([0.0, -0.0, 1.0, 5e-324, 1e16, 1e300, 123456789.0, 0.1]))
def test_copied_text_is_that_of_the_numbers(first):
    frame = table(first)
    assert copied(frame) == list(frame.columns[1:])
    assert to_bytes(frame, "csv") == plain(frame)


def test_32_bits_are_copied_as_they_are_printed():
    frame = table(np.random.default_rng(0).normal(size=len(SYMBOLS)).astype("float32"))
    assert copied(frame) == list(frame.columns[1:])
    assert to_bytes(frame, "csv") == plain(frame)


OTHER = {
    "one value differs in its last bit": lambda x: x.where(x.index != 5, np.nextafter(x, 9.0)),
    "the sign of a zero": lambda x: x.where(x.index != 5, -0.0),
    "one value more is known": lambda x: x.fillna(1.0),
    "one value less is known": lambda x: x.where(x.index != 6),
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


def test_nothing_is_copied_from_another_symbol():
    frame = table(np.arange(1.0, 9.0), lags=(1,))
    frame["x_lag1"] = frame["x_lag0"].shift(1)
    assert copied(frame) == []
    assert copied(table(np.arange(1.0, 9.0), (1,), list("ABABABAB"))) == []


@pytest.mark.parametrize("symbols", [['"A"', *SYMBOLS[1:]], ["A,", *SYMBOLS[1:]]])
def test_numbers_are_not_quoted_where_a_symbol_is(symbols):
    frame = table(np.arange(0.5, 8.0), symbols=symbols)
    again = pd.read_csv(io.BytesIO(to_bytes(frame, "csv")))
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    assert b'"0.5"' not in to_bytes(frame, "csv")
