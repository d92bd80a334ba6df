"""Moving windows: by hand, against the metrics of the window, and their intervals."""

import math
from dataclasses import replace

import numpy as np
import pytest

from random_predictions import random_predictions
from signalcli.backtesting.simulate import backtest
from signalcli.evaluation.metrics.record import records_of_returns
from signalcli.evaluation.rolling import rolling_accuracy, rolling_sharpe, window_length


def record(rows=300, model="ar"):
    returns = backtest(random_predictions(rows))
    return next(r for name, r in records_of_returns(returns) if name["model"] == model)


def test_a_point_is_of_the_bars_up_to_its_date():
    of = record()
    rolling = rolling_sharpe(of, 50, points=6)
    place = int(np.searchsorted(of.dates, rolling.dates[2]))
    net = of.net[place - 49 : place + 1]
    assert rolling.value[2] == pytest.approx(np.mean(net) / np.std(net, ddof=1) * math.sqrt(252))
    assert rolling.dates[0] == of.dates[49]
    assert rolling.dates[-1] == of.dates[-1]


def test_later_bars_change_no_earlier_point():
    long = record(300)
    rolling = rolling_sharpe(long, 50, points=10_000)
    changed = long.net.copy()
    changed[200:] += 1.0
    again = rolling_sharpe(type(long)(**{**long.__dict__, "net": changed}), 50, points=10_000)
    before = rolling.dates < long.dates[200]
    np.testing.assert_array_equal(rolling.value[before], again.value[before])
    assert not np.array_equal(rolling.value, again.value)


def test_accuracy_and_its_interval_by_hand():
    of = record()
    rolling = rolling_accuracy(of, 100, points=4)
    first, last = of.dates[len(of.dates) - 100], of.dates[-1]
    inside = (of.label_dates >= first) & (of.label_dates <= last)
    correct = (of.y == of.predicted)[inside]
    share, n, z = np.mean(correct), len(correct), 1.959964
    center, half = (share + z**2 / 2 / n) / (1 + z**2 / n), z / (1 + z**2 / n)
    half *= math.sqrt(share * (1 - share) / n + z**2 / 4 / n**2)
    assert n == 99  # the last label is not known
    assert (rolling.value[-1], rolling.low[-1], rolling.high[-1]) == pytest.approx(
        (share, center - half, center + half), abs=1e-6
    )


def test_the_interval_of_the_sharpe_ratio_is_that_of_its_standard_error():
    of = record()
    rolling = rolling_sharpe(of, 100, points=1)
    net = of.net[:100]
    z = (net - net.mean()) / net.std()
    sharpe = net.mean() / net.std(ddof=1)
    error = math.sqrt((1 - np.mean(z**3) * sharpe + (np.mean(z**4) - 1) / 4 * sharpe**2) / 99)
    assert rolling.high[0] - rolling.low[0] == pytest.approx(2 * 1.959964 * error * math.sqrt(252), rel=1e-6)


@pytest.mark.parametrize(("rows", "window"), [(2000, 252), (300, 75), (40, 20)])
def test_a_window_is_a_year_or_a_quarter_of_the_record(rows, window):
    assert window_length(record(rows)) == window


def test_a_window_of_bars_that_are_no_part_of_a_year_is_a_quarter():
    assert window_length(replace(record(300), per_year=math.inf)) == 75


def test_a_record_shorter_than_its_window_has_no_point():
    assert len(rolling_sharpe(record(40), 41).dates) == 0
    assert len(rolling_accuracy(record(40), 41).dates) == 0
