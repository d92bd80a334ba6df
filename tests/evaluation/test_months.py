"""Months × years by hand."""

from dataclasses import replace

import numpy as np
import pytest

from random_predictions import random_predictions
from signalcli.backtesting.simulate import backtest
from signalcli.evaluation.metrics.record import records_of_returns
from signalcli.evaluation.months import months_by_years


def test_months_and_years_compound():
    _, record = next(iter(records_of_returns(backtest(random_predictions(40)))))
    dates = np.array(["2020-11-30", "2020-12-01", "2020-12-02", "2022-01-03"], dtype="datetime64[us]")
    table = months_by_years(replace(record, dates=dates, net=np.array([0.1, 0.2, -0.5, 0.3])))
    assert list(table.index) == [2020, 2021, 2022]
    assert table.loc[2020, 11] == pytest.approx(0.1)
    assert table.loc[2020, 12] == pytest.approx(1.2 * 0.5 - 1)
    assert table.loc[2020, "year"] == pytest.approx(1.1 * 1.2 * 0.5 - 1)
    assert table.loc[2022, 1] == table.loc[2022, "year"] == pytest.approx(0.3)
    assert table.loc[2021, list(range(1, 13))].isna().all()


def test_the_months_make_the_total_return():
    for _, record in records_of_returns(backtest(random_predictions(600))):
        table = months_by_years(record)
        total = np.prod(1 + record.net) - 1
        assert np.prod(1 + table["year"]) - 1 == pytest.approx(total)
