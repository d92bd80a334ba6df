"""Labels of time: round dates, few enough, with the year where it is needed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.report.figures.dates import date_labels

D = np.datetime64


@pytest.mark.parametrize(
    ("first", "last", "most", "labels"),
    [
        ("2002-07-17", "2013-03-01", 6, ["2004", "2006", "2008", "2010", "2012"]),
        ("2012-05-03", "2013-03-01", 4, ["Jul 2012", "Oct", "2013"]),
        ("2020-01-01", "2020-06-30", 6, ["2020", "Feb", "Mar", "Apr", "May", "Jun"]),
        ("2020-03-30", "2020-04-04", 8, ["30 Mar", "31 Mar", "1 Apr", "2 Apr", "3 Apr", "4 Apr"]),
        ("2020-03-30T20:00", "2020-03-31T05:00", 4, ["30 Mar", "31 Mar", "03:00"]),
    ],
)
def test_round_dates(first, last, most, labels):
    assert date_labels(D(first, "us"), D(last, "us"), most)[1] == labels


@given(st.integers(0, 2 * 10**15), st.integers(60 * 10**6, 3 * 10**15), st.integers(2, 14))
def test_few_enough_inside_the_span_and_not_alone(start, span, most):
    first = D(start, "us")
    ticks, labels = date_labels(first, first + np.timedelta64(span, "us"), most)
    assert len(ticks) == len(labels) <= most
    assert (np.diff(ticks) > np.timedelta64(0)).all()
    assert len(ticks) == 0 or (ticks[0] >= first and ticks[-1] <= first + np.timedelta64(span, "us"))
