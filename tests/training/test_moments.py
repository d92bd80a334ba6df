"""Moments at which rows and labels are known, where exchanges close at different hours."""

import numpy as np
import pandas as pd

from signalcli.training.moments import moments

DAYS = pd.to_datetime(["2024-07-01", "2024-07-02", "2024-07-03"])
CLOSES = {"N": ["2024-07-01 20:00", "2024-07-02 20:00", "2024-07-03 17:00"],  # the last one is a half day
          "T": ["2024-07-01 06:00", "2024-07-02 06:00", "2024-07-03 06:00"]}  # fmt: skip


def rows(*symbols):
    parts = [
        pd.DataFrame({"symbol": s, "date": DAYS, "known_at": pd.to_datetime(CLOSES[s])}) for s in symbols
    ]
    return pd.concat(parts, ignore_index=True).sort_values(["date", "symbol"], ignore_index=True)


def test_a_label_is_known_at_the_close_of_the_bar_that_ends_it_at_its_own_exchange():
    table = rows("N", "T")
    ends = np.repeat(np.array(["2024-07-03", "2024-07-03", "NaT"], "datetime64[us]"), 2)
    known = moments(table, ends)
    assert known.rows.tolist() == table["known_at"].to_numpy().tolist()
    expected = ["2024-07-03 17:00", "2024-07-03 06:00"] * 2
    assert known.labels[:4].astype("datetime64[m]").tolist() == pd.to_datetime(expected).tolist()
    assert np.isnat(known.labels[4:]).all()


def test_a_label_that_ends_without_a_bar_is_known_as_late_in_its_day_as_its_row():
    """The third day of the row of two days before: 20:00 in New York, 06:00 in Tokyo."""
    table = rows("N", "T")
    known = moments(table, np.full(6, np.datetime64("2024-07-04", "us")))
    expected = ["2024-07-04 20:00", "2024-07-04 06:00"] * 2 + ["2024-07-04 17:00", "2024-07-04 06:00"]
    assert known.labels.astype("datetime64[m]").tolist() == pd.to_datetime(expected).tolist()


def test_one_symbol_is_known_at_its_dates():
    table = rows("N")
    ends = np.array(["2024-07-02", "2024-07-03", "NaT"], "datetime64[us]")
    known = moments(table, ends)
    assert (known.rows == DAYS.to_numpy()).all()
    np.testing.assert_array_equal(known.labels, ends)
