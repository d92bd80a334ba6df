"""Tables compared bit by bit, label by label, row by row."""

import numpy as np
import pandas as pd

from signalcli.research.audit.compare import ROW, early_labels, moved, snapshot

DATES = pd.date_range("2024-01-01", periods=6).astype("datetime64[us]")


def table(**columns) -> pd.DataFrame:
    base = {"symbol": "A", "date": DATES, "x": np.arange(6.0)}
    return pd.DataFrame(base | columns).astype({"symbol": "str"})


def days(*numbers) -> np.ndarray:
    return np.array([np.datetime64("NaT") if n is None else DATES[n] for n in numbers], "datetime64[us]")


def test_only_rows_up_to_the_date_are_compared():
    other = snapshot(table(x=[0.0, 1, 2, 3.5, 4.5, 5.5]))
    assert moved(snapshot(table()), other, DATES[2]) == {}
    assert moved(snapshot(table()), other, DATES[4])["x"].tolist() == [3, 4]


def test_one_bit_is_a_difference_unless_rounding_is_allowed():
    x = np.arange(6.0)
    x[1] = np.nextafter(x[1], 2)
    other = snapshot(table(x=x))
    assert moved(snapshot(table()), other, DATES[5])["x"].tolist() == [1]
    assert moved(snapshot(table()), other, DATES[5], rounding=True) == {}
    x[1] = 1 + 1e-9
    assert moved(snapshot(table()), snapshot(table(x=x)), DATES[5], rounding=True)["x"].tolist() == [1]


def test_unknown_equals_unknown_and_nothing_else():
    a, b = table(x=[np.nan, 1, 2, 3, 4, 5]), table(x=[np.nan, np.nan, 2, 3, 4, 5])
    assert moved(snapshot(a), snapshot(b), DATES[5])["x"].tolist() == [1]


def test_a_label_is_due_at_its_end():
    ends = days(2, 3, 4, 5, None, None)
    a = table(direction=pd.array([1, 1, 0, 0, None, None], "Int8"), label_end=ends)
    b = a.assign(direction=pd.array([0, 0, 1, 1, None, None], "Int8"))
    assert moved(snapshot(a), snapshot(b), DATES[3])["direction"].tolist() == [0, 1]


def test_missing_rows_and_another_order():
    a = table()
    assert moved(snapshot(a), snapshot(a.drop(index=2)), DATES[3]).keys() == {ROW}
    assert moved(snapshot(a), snapshot(a.drop(index=2)), DATES[3])[ROW].tolist() == [2]
    assert moved(snapshot(a), snapshot(a.iloc[::-1]), DATES[5]) == {}


def test_a_column_that_is_gone():
    found = moved(snapshot(table()), snapshot(table().drop(columns="x")), DATES[1])
    assert found["x"].tolist() == [0, 1]


def test_a_label_that_is_known_too_early():
    ends = days(2, 3, 4, 5, None, None)
    whole = table(direction=pd.array([1, 1, 0, 0, None, None], "Int8"), label_end=ends)
    cut = whole.head(4).assign(direction=pd.array([1, 1, 0, None], "Int8"))
    assert early_labels(snapshot(whole), snapshot(cut), DATES[3]).tolist() == [2]
