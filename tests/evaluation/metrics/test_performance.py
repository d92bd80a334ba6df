"""Trading metrics against plain loops."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signalcli.data.bars_per_year import bars_per_year
from signalcli.evaluation.metrics import performance as earn
from signalcli.evaluation.metrics.performance import NetReturns

NET = arrays("float64", st.integers(2, 40), elements=st.floats(-0.5, 0.5, width=16))
POSITION = arrays("float64", st.integers(1, 40), elements=st.sampled_from([-1.0, 0.0, 0.5, 1.0]))
NOTHING = np.array([])


def curve(net):
    """Equity and drawdown bar by bar."""
    equity, peak, falls = 1.0, 1.0, []
    for r in net:
        equity *= 1 + r
        peak = max(peak, equity)
        falls.append(1 - equity / peak)
    return equity, np.array(falls)


@given(NET)
def test_total_and_annual_return(net):
    equity, _ = curve(net)
    assert earn.total_return(NetReturns(net)) == pytest.approx(equity - 1, abs=1e-12)
    assert earn.annual_return(NetReturns(net), 252.0) == pytest.approx(
        equity ** (252 / len(net)) - 1, rel=1e-9
    )


@given(NET)
def test_volatility_and_sharpe(net):
    mean = sum(net) / len(net)
    spread = math.sqrt(sum((r - mean) ** 2 for r in net) / (len(net) - 1))
    assert earn.annual_volatility(NetReturns(net), 252.0) == pytest.approx(spread * math.sqrt(252), abs=1e-12)
    if len(set(net)) == 1:
        assert math.isnan(earn.sharpe(NetReturns(net), 252.0))
    else:
        assert earn.sharpe(NetReturns(net), 252.0) == pytest.approx(
            mean / spread * math.sqrt(252), rel=1e-9, abs=1e-9
        )


@given(NET)
def test_sortino(net):
    downside = math.sqrt(sum(min(r, 0.0) ** 2 for r in net) / len(net))
    found = earn.sortino(NetReturns(net), 365.0)
    if downside == 0:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(sum(net) / len(net) / downside * math.sqrt(365), rel=1e-9, abs=1e-9)


@given(NET)
def test_calmar_and_drawdown(net):
    _, falls = curve(net)
    deepest = max(falls)
    assert earn.max_drawdown(falls) == deepest
    found = earn.calmar(NetReturns(net), falls, 252.0)
    if deepest == 0:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(earn.annual_return(NetReturns(net), 252.0) / deepest, rel=1e-9)


@given(NET)
def test_hit_rate_and_profit_factor(gross):
    won, lost = [r for r in gross if r > 0], [-r for r in gross if r < 0]
    if won or lost:
        assert earn.hit_rate(gross) == pytest.approx(len(won) / (len(won) + len(lost)))
    else:
        assert math.isnan(earn.hit_rate(gross))
    if lost:
        assert earn.profit_factor(gross) == pytest.approx(sum(won) / sum(lost))
    else:
        assert math.isnan(earn.profit_factor(gross))


@given(POSITION)
def test_trades_exposure_and_turnover(position):
    opened, before = 0, 0.0
    for p in position:
        opened += p != 0 and np.sign(p) != np.sign(before)
        before = p
    assert np.count_nonzero(earn.enters_side(position)) == opened
    assert earn.exposure(position) == pytest.approx(sum(abs(p) for p in position) / len(position))
    turnover = np.abs(np.diff(position, prepend=0))
    expected = sum(turnover) / len(position) * 252
    assert earn.annual_turnover(turnover, 252.0) == pytest.approx(expected)


def test_literal_values():
    net = np.array([0.02, -0.01, 0.03, -0.02])
    assert earn.sharpe(NetReturns(net), 252.0) == pytest.approx(
        0.005 / 0.023804761428476166 * math.sqrt(252), rel=1e-12
    )
    assert earn.sortino(NetReturns(net), 252.0) == pytest.approx(
        0.005 / math.sqrt(0.0005 / 4) * math.sqrt(252)
    )
    assert earn.profit_factor(net) == pytest.approx(5 / 3)
    assert earn.hit_rate(np.array([0.0, 0.01, -0.02, 0.0, 0.03])) == pytest.approx(2 / 3)
    assert earn.enters_side(np.array([1, 1, -1, 0, 0, 1.0])).tolist() == [
        True,
        False,
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("value", [0.01, 0.1, -0.007, 0.0])
@pytest.mark.parametrize("n", [2, 10, 33])
def test_returns_that_do_not_vary_have_no_sharpe(value, n):
    assert math.isnan(earn.sharpe(NetReturns(np.full(n, value)), 252.0))


def test_steady_growth_has_no_sharpe_though_its_returns_differ_in_the_last_bit():
    close = np.array([1.01**i for i in range(30)])
    net = close[1:] / close[:-1] - 1
    assert np.std(net) > 0
    assert math.isnan(earn.sharpe(NetReturns(net), 252.0))


def test_no_rows_is_undefined():
    values = [
        earn.total_return(NetReturns(NOTHING)),
        earn.annual_return(NetReturns(NOTHING), 252.0),
        earn.annual_volatility(NetReturns(NOTHING), 252.0),
        earn.sharpe(NetReturns(NOTHING), 252.0),
        earn.sortino(NetReturns(NOTHING), 252.0),
        earn.calmar(NetReturns(NOTHING), NOTHING, 252.0),
        earn.max_drawdown(NOTHING),
        earn.hit_rate(NOTHING),
        earn.annual_turnover(NOTHING, 252.0),
        earn.exposure(NOTHING),
        earn.profit_factor(NOTHING),
        bars_per_year(pd.DatetimeIndex([]).to_numpy()),
    ]
    assert np.isnan(values).all()


def test_one_row_has_no_spread_and_no_year():
    one = np.array([0.0])
    assert math.isnan(earn.annual_volatility(NetReturns(one), 252.0))
    assert math.isnan(earn.sharpe(NetReturns(one), 252.0))
    assert math.isnan(bars_per_year(np.array(["2024-01-02"], dtype="datetime64[us]")))
    assert math.isnan(earn.annual_return(NetReturns(one), math.nan)), "1 to the power of the unknown is not 1"


def test_an_annual_return_beyond_all_numbers_is_undefined():
    assert math.isnan(earn.annual_return(NetReturns(np.array([1.0, 1.0])), 8766.0))


def test_all_lost_is_minus_one_a_year():
    assert earn.annual_return(NetReturns(np.array([0.5, -1.0, 0.0])), 252.0) == -1


@given(NET, POSITION)
def test_nothing_is_infinite(net, position):
    _, falls = curve(net)
    values = [
        earn.annual_return(NetReturns(net), 8766.0),
        earn.sharpe(NetReturns(net), 252.0),
        earn.sortino(NetReturns(net), 252.0),
        earn.calmar(NetReturns(net), falls, 252.0),
        earn.profit_factor(net),
        earn.exposure(position),
    ]
    assert not np.isinf(values).any()


def test_bars_per_year_of_an_exchange_with_holidays(stocks):
    for _, rows in stocks.groupby("symbol"):
        assert bars_per_year(rows["date"].to_numpy()) == 252
