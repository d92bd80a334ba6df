"""What the date says, against the standard library."""

import calendar as stdlib
import datetime as dt

import pandas as pd

from feature_columns import of_features
from signalcli.features.sets.calendar import calendar_features


def calendar(dates):
    return of_features(calendar_features(), {"date": dates.to_numpy()})


def test_every_day_of_five_years():
    days = pd.Series(pd.date_range("2020-01-01", "2024-12-31").astype("datetime64[us]"))
    found = calendar(days)
    for i, day in enumerate(d.date() for d in days):
        last = dt.date(day.year, day.month, stdlib.monthrange(day.year, day.month)[1])
        while last.weekday() > 4:
            last -= dt.timedelta(days=1)
        assert found["day_of_week"][i] == day.weekday()
        assert found["month"][i] == day.month
        assert found["month_end"][i] == float(day >= last), day
        assert found["hour"][i] == 0


def test_hours_of_an_intraday_bar():
    stamps = pd.Series(pd.to_datetime(["2024-05-31 14:30", "2024-05-31 23:59"]).astype("datetime64[us]"))
    found = calendar(stamps)
    assert found["hour"].tolist() == [14, 23]
    assert found["month_end"].tolist() == [1, 1]
