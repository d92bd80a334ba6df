"""Columns that are recognized by what they hold."""

import pandas as pd

from signalcli.data.sources.csv.header.by_values import recognize_columns


def test_no_rows_show_no_columns():
    assert recognize_columns(pd.DataFrame(columns=range(7), dtype="str"), ",") is None
