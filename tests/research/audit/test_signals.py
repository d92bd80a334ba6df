"""Two files of signals: their first difference."""

import pandas as pd
import pytest

from signalcli.errors import DataError
from signalcli.research.audit.signals import compare_signals

DATES = pd.date_range("2024-01-01", periods=5).astype("datetime64[us]")
NAMES = ("a.csv", "b.csv")


def signals(p=(0.1, 0.2, 0.3, 0.4, 0.5), dates=DATES, model="lstm"):
    table = pd.DataFrame({"symbol": "IBM", "date": dates, "model": model, "p_up": list(p)})
    return table.astype({"symbol": "str", "model": "str"})


def test_equal_files_and_files_that_only_go_on():
    assert compare_signals(signals(), signals(), NAMES) == []
    assert compare_signals(signals().head(3), signals(), NAMES) == []


def test_the_first_difference_is_named_with_both_values():
    (finding,) = compare_signals(signals(), signals((0.1, 0.2, 0.31, 0.41, 0.5)), NAMES)
    assert (finding.column, str(finding.first_date)[:10]) == ("p_up", "2024-01-03")
    assert finding.message == "IBM 2024-01-03 lstm: 0.3 in a.csv, 0.31 in b.csv; 2 of 5 rows differ"


def test_a_missing_row_is_named_with_the_file_that_lacks_it():
    (finding,) = compare_signals(signals(), signals().drop(index=1), NAMES)
    assert finding.message == "IBM 2024-01-02 lstm: not in b.csv; 1 row of a.csv missing there"
    (other,) = compare_signals(signals().drop(index=1), signals(), NAMES)
    assert other.message == "IBM 2024-01-02 lstm: not in a.csv; 1 row of b.csv missing there"


def test_files_of_two_times():
    later = signals(dates=DATES + pd.Timedelta("30D"))
    with pytest.raises(DataError, match="no common dates"):
        compare_signals(signals(), later, NAMES)
